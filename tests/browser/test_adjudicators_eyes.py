"""An adjudicator's eyes are protected as a labeler's are: softened until they hold a key, and what they saw counts."""

import pytest
from playwright.sync_api import expect

from labeling.models import Adjudication, Label
from tests import factories as make
from tests.browser.conftest import let_in
from tests.browser.driver import Desk
from tests.browser.test_adjudicate import disputed  # noqa: F401 (a fixture)
from tests.browser.test_eyes import colour, look, plain
from tests.browser.test_sight import leave

pytestmark = pytest.mark.browser


@pytest.fixture
def court(browser, web, disputed):  # noqa: F811
    """Opens a case for an adjudicator to whom images are shown in this way."""
    desks = []

    def sit(softening="none"):
        make.person("ada", "adjudicator", softening=softening)
        desk = Desk(browser, web.url)
        desks.append(desk)
        let_in(desk, "ada")
        desk.page.goto("/adjudicate/clothes/")
        seen(desk)
        return desk

    yield sit
    for desk in desks:
        assert [text for text in desk.complaints if "Failed to load resource" not in text] == []
        desk.close()


def seen(desk):
    desk.page.locator(".card img").first.evaluate("(image) => image.decode()")


def judge(desk, key):
    desk.press(key)
    expect(desk.page.get_by_role("heading", name="What people said")).to_be_visible()
    return Label.objects.get(purpose="adjudication")


def test_the_picture_is_uncovered_in_place_while_the_key_is_held(court):
    desk = court("grayscale")
    assert colour(desk) < 8
    address = desk.page.url
    desk.page.keyboard.down("b")
    expect(plain(desk)).to_be_visible()
    assert colour(desk) > 30
    assert plain(desk).bounding_box() == desk.page.locator(".card img").first.bounding_box()
    desk.page.keyboard.up("b")
    expect(plain(desk)).to_have_count(0)
    control = desk.page.get_by_role("button", name="Look")
    control.hover()
    desk.page.mouse.down()
    expect(plain(desk)).to_be_visible()
    desk.page.mouse.up()
    expect(plain(desk)).to_have_count(0)
    assert desk.page.url == address


def test_what_was_held_counts_with_the_blind_answer(court):
    desk = court("blur")
    look(desk, 400)
    desk.page.wait_for_timeout(1000)
    assert 400 <= judge(desk, "3").exposure_ms < 1400


def test_without_softening_all_that_was_in_sight_counts(court):
    desk = court()
    desk.page.wait_for_timeout(300)
    leave(desk, 2000)
    label = judge(desk, "3")
    assert 300 <= label.exposure_ms < 1900
    assert label.help["away"] >= 2000


def test_a_picture_that_is_not_harmful_counts_as_nothing(court):
    desk = court()
    desk.page.wait_for_timeout(200)
    assert judge(desk, "1").exposure_ms == 0


def test_it_is_held_beside_the_case_too_but_not_in_a_text(court):
    desk = court("blur")
    judge(desk, "3")
    seen(desk)
    look(desk, 100)
    desk.press("r", "b")
    expect(desk.page.get_by_label("Reason")).to_have_value("b")
    assert plain(desk).count() == 0


def test_what_is_seen_while_it_is_settled_counts_with_the_settlement(court):
    desk = court()
    judge(desk, "1")
    seen(desk)
    desk.page.wait_for_timeout(400)
    leave(desk, 2000)
    desk.press("3", "g", "r")
    desk.page.keyboard.type("Held.")
    desk.press("Control+Enter")
    expect(desk.page.get_by_role("status")).to_contain_text("Settled: Harmful")
    assert 400 <= Adjudication.objects.get().exposure_ms < 2300


def test_a_true_picture_that_does_not_come_is_said(court):
    desk = court("blur")
    desk.page.route("**/plain", lambda route: route.abort())
    desk.page.keyboard.down("b")
    expect(desk.page.get_by_role("alert")).to_contain_text("could not be loaded")
    desk.page.keyboard.up("b")


def test_the_figures_are_shown_to_adjudicators(court):
    desk = court()
    desk.page.goto("/")
    expect(desk.page.get_by_text("Harmful images today")).to_be_visible()
    desk.page.goto("/me/")
    expect(desk.page.get_by_role("heading", name="Harmful images on your screen")).to_be_visible()

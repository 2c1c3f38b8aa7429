"""What is to be seen: nothing cut off, the picture first, and nothing that the browser's security had to refuse."""

import pytest

from benchmarks import watching
from labeling.models import Person
from tests import factories as make
from tests.browser.conftest import let_in
from tests.browser.driver import NARROW, WIDE, Desk

pytestmark = pytest.mark.browser

TALL = {"width": 390, "height": 760}


@pytest.mark.parametrize("window", [WIDE, NARROW, TALL], ids=["wide", "narrow", "phone"])
def test_nothing_is_cut_off(labeling, window):
    labeling.page.set_viewport_size(window)
    assert labeling.overflow() == []
    labeling.press("x")
    assert labeling.overflow() == []
    labeling.press("Escape", "g")
    labeling.page.wait_for_selector("#guideline_text h3, #guideline_text p")
    assert labeling.overflow() == []
    for path in ("/", "/label/clothes/guideline"):
        labeling.page.goto(path)
        assert labeling.overflow() == []


@pytest.fixture(params=Person.Softening.values)
def screen(request, desk, lena, pictures, policy):
    """Lena at the screen in each way that images can be shown to her, with long names of answers."""
    lena.softening = request.param
    lena.save()
    policy.categories.filter(key="low").update(name="Low exposure")
    pictures(3)
    desk.open_queue("clothes")
    return desk.page


def test_the_image_has_two_thirds_of_the_window(screen):
    box = screen.locator(".card.current img").bounding_box()
    picture = min(box["width"], box["height"] * 4 / 3)
    assert picture * picture * 3 / 4 / (WIDE["width"] * WIDE["height"]) >= 0.65


def test_at_most_twelve_controls_and_seven_groups_are_to_be_seen(screen):
    assert len(screen.evaluate(watching.CONTROLS)) <= 12
    assert len(screen.evaluate(watching.GROUPS)) <= 7


def test_no_page_makes_the_browser_complain(browser, web, pictures):
    pictures(1)
    make.person("boss", "labeler", "adjudicator", "admin")
    desk = Desk(browser, web.url)
    let_in(desk, "boss")
    for path in ("/", "/label/clothes/", "/label/clothes/guideline", "/upload/", "/admin/"):
        desk.page.goto(path)
        desk.page.wait_for_load_state("networkidle")
        assert (path, desk.complaints) == (path, [])
    desk.close()

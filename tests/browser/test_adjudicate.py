"""An adjudicator at work, by keyboard: judge blind, read, settle with a cause and a reason, take it back."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import let_in
from tests.browser.driver import NARROW, WIDE, Desk
from tests.browser.test_accessibility import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def disputed(policy, lena, pictures):
    """Lena and Omar disagree on two images."""
    from tests import factories as make

    policy.slice_opinions = 2
    policy.save()
    pictures(2)
    omar = make.person("omar", "labeler")
    for _ in range(2):
        make.label_next(lena, policy, "safe")
        make.label_next(omar, policy, "harmful")


def readable(desk):
    for window in (NARROW, WIDE):
        desk.page.set_viewport_size(window)
        assert desk.overflow() == []
        assert barriers(desk.page) == []


def test_a_case_is_settled_and_taken_back_by_keys_alone(browser, web, disputed):
    from labeling.models import Adjudication
    from tests import factories as make

    make.person("ada", "adjudicator")
    desk = Desk(browser, web.url)
    let_in(desk, "ada")
    page = desk.page
    page.get_by_role("link", name="Adjudicate").click()
    expect(page.get_by_text("2 cases wait")).to_be_visible()
    expect(page.get_by_role("heading", name="What people said")).to_have_count(0)
    readable(desk)
    page.keyboard.press("2")
    expect(page.get_by_role("heading", name="What people said")).to_be_visible()
    expect(page.get_by_role("radio", name="Low")).to_be_checked()
    readable(desk)
    expect(page.get_by_role("button", name="Settle")).to_be_in_viewport(ratio=1)
    page.keyboard.press("c")
    expect(page.locator("#sentence")).to_contain_text("not ready yet")
    page.keyboard.press("n")
    expect(page.locator("#strip")).to_contain_text("not been compared")
    page.keyboard.press("h")
    expect(page.locator("#heat_said")).to_contain_text("No model has learnt this question yet.")
    page.keyboard.press("h")
    expect(page.locator("#heat_said")).to_be_hidden()
    readable(desk)
    page.keyboard.press("3")
    page.keyboard.press("g")
    expect(page.get_by_role("radio", name="guideline gap")).to_be_checked()
    page.keyboard.press("r")
    page.keyboard.type("Held is harmful.")
    page.reload()
    expect(page.get_by_label("Reason")).to_have_value("Held is harmful.")  # what was written is not lost
    page.keyboard.press("3")
    page.keyboard.press("g")
    page.keyboard.press("x")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Settled: Harmful")
    expect(page.get_by_text("1 case waits")).to_be_visible()
    made = Adjudication.objects.get()
    assert (made.category.key, made.cause, made.reason) == ("harmful", "gap", "Held is harmful.")
    assert made.exemplar_proposal
    page.keyboard.press("z")
    expect(page.get_by_text("2 cases wait")).to_be_visible()
    assert made.withdrawal

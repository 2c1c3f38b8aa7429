"""Does help help? In a real browser: found from the start page, readable in a narrow window and by screen readers."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import let_in
from tests.browser.driver import NARROW, WIDE, Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(browser, web):
    """An adjudicator, logged in. At the end the browser must not have had to refuse anything of ours."""
    from tests import factories as make

    make.person("ada", "adjudicator")
    sat = Desk(browser, web.url)
    let_in(sat, "ada")
    yield sat
    assert [text for text in sat.complaints if "Failed to load resource" not in text] == []
    sat.close()


@pytest.fixture
def answered(policy):
    """Eighty answers in two arms by a real person, ten by a simulated one; every fourth opened similar images."""
    from tests import factories as make
    from tests.labeling.test_help_effect import say

    lena, sim = make.person("lena", "labeler"), make.person("sim", "labeler", simulated=True)
    for number in range(90):
        arm, who = "with" if number % 2 else "without", lena if number < 80 else sim
        opened = {"similar": 1.5} if number % 4 == 1 else {}
        key = "unsure" if number % 5 == 0 else "safe"
        seconds = 2.5 + number % 7 / 3
        say(who, make.queued(f"{number}", policy), policy, key, arm=arm, seconds=seconds, **opened)


def test_an_adjudicator_finds_it_and_reads_both_arms(desk, policy, answered):
    desk.page.goto("/admin/")
    desk.page.locator("#content").get_by_role("link", name="Does help help?").click()
    expect(desk.page.get_by_role("img", name="Seconds to decide")).to_be_visible()
    expect(desk.page.get_by_role("row", name="A category is named")).to_contain_text("n = 40")
    expect(desk.page.get_by_role("row", name="As people decided")).to_contain_text("16 answers wait for")
    for window in (WIDE, NARROW):
        desk.page.set_viewport_size(window)
        assert desk.overflow() == []
    desk.page.get_by_label("Answers of").select_option("simulated")
    desk.page.get_by_role("button", name="Show").click()
    expect(desk.page.locator("#simulated")).to_be_visible()
    with desk.page.expect_download() as coming:
        desk.page.get_by_role("link", name="Download the table").click()
    assert coming.value.suggested_filename == "help-effect-clothes-simulated.csv"

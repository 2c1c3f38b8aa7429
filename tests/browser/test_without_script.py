"""Without JavaScript the screen is a form: it saves a label and takes it back."""

import pytest
from playwright.sync_api import expect

from labeling.models import Label, LabelWithdrawal
from tests.browser.conftest import PASSWORD
from tests.browser.driver import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(browser, web, lena, pictures):
    pictures(5)
    desk = Desk(browser, web.url, java_script_enabled=False)
    desk.log_in("lena", PASSWORD)
    desk.page.goto("/label/clothes/")
    yield desk
    desk.close()


def shown(desk):
    return desk.page.locator(".card img").first.get_attribute("src")


def test_a_plain_form_labels_and_takes_back(plain):
    first = shown(plain)
    plain.page.get_by_role("button", name="Safe").click()
    assert Label.objects.get().category.key == "safe"
    assert shown(plain) != first
    plain.page.get_by_role("button", name="Undo").click()
    assert LabelWithdrawal.objects.get().label.category.key == "safe"
    plain.page.get_by_role("button", name="Low").click()
    again = Label.objects.get(withdrawal=None)
    assert (again.category.key, again.image_id) == ("low", Label.objects.earliest("id").image_id)


def test_a_plain_form_says_why_an_image_cannot_be_judged(plain):
    plain.page.locator("summary").click()
    plain.page.get_by_role("button", name="I cannot see").click()
    assert Label.objects.get().reason == "unreadable"


def test_the_guideline_is_a_link(plain):
    plain.page.get_by_role("link", name="Guideline").click()
    expect(plain.page.get_by_text("Guideline 1")).to_be_visible()

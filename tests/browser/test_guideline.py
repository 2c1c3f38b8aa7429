"""The guideline beside the images: of one category by one key, and what an open page says when it has changed."""

import pytest
from playwright.sync_api import expect

from labeling.clock import now
from labeling.models import Guideline, Label, PolicyVersion

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_shift_and_a_categorys_key_shows_what_the_guideline_says_of_it(labeling, policy):
    for category in policy.categories.all():
        text = f"What is {category.name}."
        Guideline.objects.create(version=policy.versions.get(), category=category, text=text, changed=False)
    page = labeling.page
    page.keyboard.press("Shift+Digit3")
    expect(page.locator(".asked")).to_contain_text("What is Harmful.")
    page.keyboard.press("Shift+Digit1")
    expect(page.locator(".asked")).to_contain_text("What is Safe.")
    expect(page.locator(".asked")).to_have_count(1)
    assert labeling.overflow() == []
    page.keyboard.press("Shift+Digit1")
    expect(page.locator("#guideline")).to_be_hidden()
    assert not Label.objects.exists()


def test_an_open_page_says_that_the_guideline_has_changed(labeling, policy, lena):
    labeling.answer("1")
    labeling.wait_until("saved")
    versions = PolicyVersion.objects.filter(policy=policy)
    PolicyVersion.objects.create(
        policy=policy, number=versions.first().number + 1, kind="substantive", introduction="Anew.", published_at=now()
    )
    labeling.page.evaluate("renew()")
    expect(labeling.page.locator("#changed")).to_be_visible()
    assert labeling.overflow() == []
    labeling.page.get_by_role("link", name="See what is new").click()
    expect(labeling.page.get_by_role("heading", level=1)).to_contain_text("changed")

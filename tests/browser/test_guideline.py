"""The guideline beside the images: of one category by one key, and what an open page says when it has changed."""

import time

import pytest
from playwright.sync_api import expect

from labeling.clock import now
from labeling.models import Assignment, Guideline, Label, PolicyVersion
from tests.site import wait_for

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


def publish(policy):
    number = PolicyVersion.objects.filter(policy=policy).first().number + 1
    return PolicyVersion.objects.create(
        policy=policy, number=number, kind="substantive", introduction="Anew.", published_at=now()
    )


def slowly(route):
    """The page must not leave before its answer has arrived."""
    time.sleep(1)
    route.continue_()


def test_what_is_new_is_read_before_the_next_image_but_not_in_the_middle_of_one(labeling, policy, lena):
    """An open page learns of it by itself. The image that is looked at is the last one."""
    labeling.answer("1")
    labeling.wait_until("saved")
    publish(policy)
    labeling.page.evaluate("renew()")
    expect(labeling.page.locator("#changed")).to_be_visible()
    expect(labeling.page.locator(".card")).to_have_count(1)
    assert labeling.overflow() == []
    labeling.page.route("**/label/clothes/", slowly)
    labeling.answer("1")
    expect(labeling.page.get_by_role("heading", level=1)).to_contain_text("changed")
    old = policy.versions.get(number=1)
    assert set(Label.objects.values_list("policy_version", flat=True)) == {old.pk}
    assert Label.objects.count() == 2
    wait_for(lambda: not Assignment.objects.filter(ended_at=None).exists(), "leases given back")
    labeling.page.get_by_role("button", name="I have read it").click()
    labeling.wait_for_image()


def test_an_answer_brings_it_too_and_all_of_a_burst_is_stored(labeling, policy, lena):
    labeling.answer("1")
    labeling.wait_until("saved")
    publish(policy)
    expect(labeling.page.locator('.card[data-state="ready"]')).to_have_count(3)
    # Both before the first reply can come, however busy the machine is.
    labeling.page.evaluate("""() => { for (const _ of [1, 2]) document.querySelector(".answer").click(); }""")
    expect(labeling.page.locator("#changed")).to_be_visible()
    labeling.answer("1")
    expect(labeling.page.get_by_role("heading", level=1)).to_contain_text("changed")
    assert Label.objects.count() == 4
    assert Label.objects.latest("id").policy_version == policy.versions.get(number=1)

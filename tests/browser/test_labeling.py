"""A labeler works by keyboard: every label is stored exactly once, whatever happens to the server meanwhile."""

from collections import Counter

import pytest
from playwright.sync_api import expect

from labeling.models import Assignment, Label, LabelWithdrawal
from tests.site import wait_for

pytestmark = pytest.mark.browser


def stored():
    """What stands in the database: assignment -> category, after checking that nothing stands twice."""
    labels = Label.objects.filter(withdrawal=None).select_related("category")
    assert max(Counter(label.image_id for label in labels).values(), default=1) == 1
    return {str(label.assignment_id): label.category and label.category.key for label in labels}


def test_ten_images_by_keyboard_one_undone_and_a_server_that_is_down_in_between(labeling, web):
    given = labeling.answer("1", "2", "3", "u")
    labeling.wait_until("saved")
    labeling.press("z")
    labeling.page.wait_for_selector('.card.current[data-state="ready"]')
    labeling.wait_until("saved")
    again = labeling.answer("2")
    given += labeling.answer("1", "1")
    labeling.wait_until("saved")

    web.kill()
    given += labeling.answer("2", "3")
    labeling.wait_until("offline")
    expect(labeling.page.locator("#saved")).to_contain_text("2")
    assert Label.objects.filter(assignment__in=given[-2:]).count() == 0
    web.start()

    labeling.wait_until("saved")
    given += labeling.answer("1")
    labeling.wait_until("saved")
    wait_for(lambda: len(stored()) == 9, "nine labels, one of them given anew")
    assert given[3] not in stored()
    assert stored() == dict(
        zip(
            [*given[:3], *again, *given[4:]],
            ["safe", "low", "harmful", "low", "safe", "safe", "low", "harmful", "safe"],
            strict=True,
        )
    )
    assert LabelWithdrawal.objects.get().label.verdict == "unsure"
    assert labeling.page.locator("#today").inner_text() == "9"


def test_a_burst_of_keys_answers_only_images_that_were_seen(labeling):
    labeling.press(*"1231231231")
    labeling.wait_until("saved")
    answered = Label.objects.count()
    assert answered >= 1
    assert labeling.page.locator("#today").inner_text() == str(answered)
    assert len(stored()) == answered


def test_a_held_key_answers_once(labeling):
    first = labeling.assignment()
    for _ in range(5):
        labeling.page.keyboard.down("1")
    labeling.page.keyboard.up("1")
    labeling.wait_until("saved")
    assert stored() == {first: "safe"}


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_held_on_a_button_presses_it_once(labeling, key):
    button = labeling.page.get_by_role("button", name="Safe")
    while not button.evaluate("(each) => each === document.activeElement"):
        labeling.press("Tab")
    first = labeling.assignment()
    for _ in range(12):
        labeling.page.keyboard.down(key)
        labeling.page.wait_for_timeout(50)  # as a keyboard repeats it: the next image is there by then
    labeling.page.keyboard.up(key)
    labeling.wait_until("saved")
    assert stored() == {first: "safe"}
    second = labeling.wait_for_image()
    button.focus()
    labeling.press(key)
    labeling.wait_until("saved")
    wait_for(lambda: stored() == {first: "safe", second: "safe"}, "the second label")


def test_cannot_judge_asks_for_a_reason_by_key(labeling):
    labeling.press("x")
    expect(labeling.page.get_by_role("button", name="It needs context")).to_be_visible()
    labeling.press("2")
    labeling.wait_until("saved")
    assert Label.objects.values_list("verdict", "reason").get() == ("cannot_judge", "context")


def test_buttons_do_what_keys_do(labeling):
    labeling.page.get_by_role("button", name="Low").click()
    labeling.wait_until("saved")
    labeling.page.get_by_role("button", name="Undo").click()
    labeling.wait_for_image()
    labeling.page.get_by_role("button", name="Unsure").click()
    labeling.wait_until("saved")
    wait_for(lambda: list(stored().values()) == [None], "the label to be unsure")


def test_undo_shows_the_same_picture_at_once_and_works_again_after_a_reload(labeling):
    first = labeling.page.locator(".card.current img").get_attribute("src")
    labeling.answer("1")
    labeling.press("Backspace")
    assert labeling.page.locator(".card.current img").get_attribute("src") == first
    labeling.wait_for_image()
    labeling.answer("2", "3")
    labeling.wait_until("saved")
    labeling.page.reload()
    labeling.wait_for_image()
    labeling.press("z")
    wait_for(lambda: LabelWithdrawal.objects.count() == 2, "the second undo")
    assert list(stored().values()) == ["low"]


def test_two_undos_in_a_row_reach_two_labels(labeling):
    labeling.answer("1", "2", "3")
    labeling.wait_until("saved")
    labeling.press("z", "z")
    labeling.wait_until("saved")
    labeling.wait_for_image()
    labeling.press("z")
    labeling.wait_until("saved")
    wait_for(lambda: list(stored().values()) == ["safe"], "the first label alone")


def test_undo_with_nothing_to_take_back_says_so(labeling):
    labeling.press("z")
    expect(labeling.page.locator("#notice")).to_contain_text("nothing to take back")
    assert labeling.page.locator("#today").inner_text() == "0"
    labeling.answer("1")


def test_the_page_holds_three_images_and_gives_them_back_when_it_is_left(labeling):
    assert Assignment.objects.filter(ended_at=None).count() == 3
    labeling.page.goto("/")
    wait_for(lambda: not Assignment.objects.filter(ended_at=None).exists(), "the leases to be given back")


def test_the_guideline_opens_and_closes_by_one_key(labeling):
    labeling.press("g")
    expect(labeling.page.get_by_role("complementary")).to_be_visible()
    expect(labeling.page.locator("#guideline_text")).to_contain_text("Guideline 1")
    labeling.press("g")
    expect(labeling.page.get_by_role("complementary")).to_be_hidden()
    labeling.answer("1")

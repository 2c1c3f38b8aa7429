"""The last ten answers: at hand with one key, each of them one key from being looked at again."""

import pytest
from playwright.sync_api import expect

from labeling.models import Label, LabelWithdrawal
from tests.browser.driver import NARROW, WIDE


@pytest.fixture
def worked(labeling):
    """Lena has answered four images: safe, harmful, unsure, safe."""
    given = labeling.answer("1", "2", "u", "1")
    labeling.wait_until("saved")
    labeling.wait_for_image()
    return labeling, given


def lines(desk):
    return desk.page.locator("#recent li")


def test_one_key_shows_them_the_newest_first(worked):
    desk, _ = worked
    desk.press("l")
    expect(lines(desk)).to_have_count(4)
    said = [text.split("\n")[0] for text in lines(desk).all_inner_texts()]
    names = [button["name"] for button in desk.page.evaluate(_CATEGORIES)]
    assert said == [names[0], "Unsure", names[1], names[0]]
    desk.page.evaluate("Promise.all([...document.querySelectorAll('#recent img')].map((image) => image.decode()))")
    desk.press("l")
    expect(desk.page.locator("#recent")).to_be_hidden()


@pytest.mark.parametrize("window", [WIDE, NARROW])
def test_it_hides_nothing_of_the_picture(worked, window):
    desk, _ = worked
    desk.page.set_viewport_size(window)
    desk.press("l")
    stage, strip = (desk.page.locator(each).bounding_box() for each in ("#stage", "#recent"))
    assert stage["height"] > 200
    assert stage["y"] + stage["height"] <= strip["y"]


def test_a_digit_looks_again_at_that_very_one_and_the_others_stay(worked):
    desk, given = worked
    desk.press("l", "3")  # the second answer
    desk.wait_for_image()
    desk.wait_until("saved")
    label = Label.objects.get(assignment=given[1])
    assert LabelWithdrawal.objects.get().label == label
    desk.answer("1")
    desk.wait_until("saved")
    anew = Label.objects.filter(image=label.image, withdrawal=None).get()
    assert (anew.round, anew.category.hotkey) == (2, "1")
    assert Label.objects.filter(assignment__in=given, withdrawal=None).count() == 3


def test_the_tenth_can_be_looked_at_again_after_an_undo(labeling):
    given = labeling.answer(*"1212121212")
    labeling.wait_until("saved")
    labeling.press("z")
    labeling.wait_until("saved")
    labeling.answer("3")
    labeling.wait_until("saved")
    labeling.press("l")
    expect(lines(labeling)).to_have_count(10)
    tenth = lines(labeling).nth(9)
    tenth.locator("img").evaluate("(image) => image.decode()")
    assert given[0] in tenth.locator("img").get_attribute("src")
    labeling.press("0")
    labeling.wait_until("saved")
    labeling.answer("2")
    labeling.wait_until("saved")
    label = Label.objects.get(assignment=given[0])
    assert (label.category.key, label.withdrawal.cause) == ("safe", "undone")
    assert Label.objects.get(image=label.image, withdrawal=None).category.key == "low"


def test_arrows_and_enter_do_it_too_and_escape_closes(worked):
    desk, given = worked
    desk.press("l", "ArrowRight", "ArrowRight", "Enter")
    desk.wait_until("saved")
    desk.wait_for_image()
    assert LabelWithdrawal.objects.get().label.assignment_id == Label.objects.get(assignment=given[2]).assignment_id
    desk.press("l", "Escape")
    expect(desk.page.locator("#recent")).to_be_hidden()


def test_it_is_there_again_after_a_reload_and_named_for_screen_readers(worked):
    desk, _ = worked
    desk.page.reload()
    desk.wait_for_image()
    desk.press("l")
    expect(lines(desk)).to_have_count(4)
    name = lines(desk).nth(1).get_by_role("button").get_attribute("aria-label")
    assert name.startswith("Unsure, ")
    assert name.endswith(": look again")


def test_without_a_connection_what_has_not_left_comes_back_at_once(worked):
    desk, given = worked
    desk.context.set_offline(True)
    [kept] = desk.answer("2")
    desk.wait_until("offline")
    [second] = desk.answer("2")
    desk.press("l", "1")
    assert desk.wait_for_image() == second
    desk.context.set_offline(False)
    desk.wait_until("saved")
    assert Label.objects.filter(assignment=kept).exists()
    assert not Label.objects.filter(assignment=second).exists()
    assert Label.objects.filter(assignment__in=given, withdrawal=None).count() == 4


def test_before_the_first_answer_it_says_so(labeling):
    labeling.press("l")
    expect(labeling.page.locator("#recent")).to_contain_text("You have answered nothing here yet.")


def test_in_a_narrow_window_nothing_is_cut_off(worked):
    desk, _ = worked
    desk.page.set_viewport_size(NARROW)
    desk.press("l")
    expect(lines(desk)).to_have_count(4)
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    box = desk.page.locator("#recent").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW["width"]


_CATEGORIES = """() => [...document.querySelectorAll(".categories [data-action]")].map((each) =>
  ({ name: each.dataset.said }))"""

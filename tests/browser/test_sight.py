"""What is out of sight is not looked at: another tab in front of the page stops every clock of it."""

import pytest

from labeling.models import Label
from tests.browser.test_eyes import look, soft, stored  # noqa: F401 (a fixture)
from tests.site import wait_for

pytestmark = pytest.mark.browser

# As the browser does it when another tab comes to the front, and when this one does again.
TURN = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  Object.defineProperty(document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def leave(desk, ms):
    """Have the page out of sight for so long."""
    desk.page.evaluate(TURN, True)
    desk.page.wait_for_timeout(ms)
    desk.page.evaluate(TURN, False)


def test_a_hidden_tab_counts_neither_as_looking_nor_as_time_to_decide(labeling):
    labeling.page.wait_for_timeout(200)
    leave(labeling, 3000)
    labeling.page.wait_for_timeout(200)
    [given] = labeling.answer("3")
    label = stored(given)
    assert 400 <= label.exposure_ms < 2900
    assert label.help["away"] >= 3000
    assert label.decided_at - label.shown_at >= label.looked
    assert 0.4 <= label.looked.total_seconds() < 2.9


def test_who_never_left_looked_all_the_time(labeling):
    labeling.page.wait_for_timeout(300)
    [given] = labeling.answer("3")
    label = stored(given)
    assert "away" not in label.help
    assert label.exposure_ms == round(label.looked.total_seconds() * 1000) >= 300


def test_each_image_has_its_own_time_out_of_sight(labeling):
    leave(labeling, 1000)
    labeling.answer("3")
    [given] = labeling.answer("3")
    assert "away" not in stored(given).help


def test_what_is_open_beside_the_image_is_out_of_sight_too(labeling):
    labeling.press("g")
    labeling.page.wait_for_timeout(200)
    leave(labeling, 3000)
    labeling.answer("1")
    wait_for(Label.objects.exists, "the label")
    assert 200 <= Label.objects.get().help["opened"]["guideline"] < 2900


def test_an_image_that_came_up_behind_another_tab_is_seen_from_then_on(labeling):
    labeling.page.evaluate(TURN, True)
    labeling.answer("1")
    labeling.wait_for_image()
    labeling.page.wait_for_timeout(1500)
    labeling.page.evaluate(TURN, False)
    [given] = labeling.answer("3")
    assert stored(given).exposure_ms < 1400
    assert stored(given).help["away"] >= 1500


def test_who_has_images_softened_looks_no_longer_than_they_hold_the_key(soft):  # noqa: F811
    look(soft, 300)
    leave(soft, 1000)
    [given] = soft.answer("3")
    label = stored(given)
    assert 300 <= label.exposure_ms < 1300
    assert label.help["away"] >= 1000

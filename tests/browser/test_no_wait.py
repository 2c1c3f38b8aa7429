"""No wait: where much waits enough images lie decoded, also for a burst of keys and without a connection."""

from playwright.sync_api import expect

from labeling.models import Label
from labeling.services.leases import HELD_AHEAD, MOST_AHEAD, SHARE_AHEAD


def ready(desk, count: int) -> None:
    """Wait until so many images lie decoded."""
    expect(desk.page.locator('.card[data-state="ready"]')).to_have_count(count)


def test_where_much_waits_a_burst_of_ten_keys_is_answered_at_once(desk, pictures):
    pictures(SHARE_AHEAD * MOST_AHEAD + 20)
    desk.open_queue("clothes")
    ready(desk, MOST_AHEAD)
    assert desk.page.evaluate(_BURST) == ["ready"] * 10
    desk.wait_until("saved")
    assert Label.objects.count() == 10
    ready(desk, MOST_AHEAD)


def test_a_burst_without_a_connection_is_kept_and_sent(desk, pictures):
    pictures(SHARE_AHEAD * MOST_AHEAD + 20)
    desk.open_queue("clothes")
    ready(desk, MOST_AHEAD)
    desk.context.set_offline(True)
    desk.page.evaluate(_BURST)
    desk.wait_until("offline")
    assert not Label.objects.exists()
    desk.context.set_offline(False)
    desk.wait_until("saved")
    assert Label.objects.count() == 10
    ready(desk, MOST_AHEAD)


def test_of_a_short_queue_a_page_takes_little(labeling):
    ready(labeling, HELD_AHEAD)


# Ten keys within one task of the browser; what was on the screen before each.
_BURST = """() => Array.from({ length: 10 }, () => {
  const { state } = document.querySelector("#workbench").dataset;
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
  return state;
})"""

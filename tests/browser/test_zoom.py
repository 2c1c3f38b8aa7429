"""Closer to the picture: under the pointer, by wheel, keys and dragging; and fitted again for the next one."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import NARROW

_SEEN = """() => {
  const box = document.querySelector(".card.current img").getBoundingClientRect();
  return [box.left, box.top, box.width, box.height];
}"""


def seen(desk) -> list[float]:
    """Return left, top, width and height of the picture's box as drawn."""
    return desk.page.evaluate(_SEEN)


@pytest.mark.parametrize("window", [{"width": 1440, "height": 900}, NARROW])
def test_the_wheel_keeps_what_is_under_the_pointer(labeling, window):
    labeling.page.set_viewport_size(window)
    left, top, width, height = seen(labeling)
    x, y = round(left + width * 0.4), round(top + height * 0.3)  # a wheel tells whole pixels
    along, down = (x - left) / width, (y - top) / height
    labeling.page.mouse.move(x, y)
    labeling.page.mouse.wheel(0, -400)
    expect(labeling.page.locator("#stage")).to_have_class("stage closer")
    now = seen(labeling)
    assert now[2] > 1.5 * width
    assert now[0] + now[2] * along == pytest.approx(x, abs=1)
    assert now[1] + now[3] * down == pytest.approx(y, abs=1)
    labeling.page.mouse.wheel(0, 2000)
    expect(labeling.page.locator("#stage")).to_have_class("stage")
    assert seen(labeling) == pytest.approx([left, top, width, height], abs=0.5)


def test_one_key_goes_near_and_back_and_the_next_image_comes_fitted(labeling):
    fitted = seen(labeling)
    labeling.press("f")
    assert seen(labeling)[2] > 1.2 * fitted[2]
    labeling.press("f")
    assert seen(labeling) == fitted
    labeling.press("+", "+")
    near = seen(labeling)
    labeling.press("-")
    assert fitted[2] < seen(labeling)[2] < near[2]
    labeling.answer("1")
    labeling.wait_for_image()
    assert seen(labeling) == fitted


def test_arrows_and_dragging_move_it_but_never_out_of_sight(labeling):
    labeling.press("f")
    before = seen(labeling)
    labeling.press("ArrowRight")
    assert seen(labeling)[0] < before[0]
    for _ in range(40):
        labeling.press("ArrowRight")
    stage = labeling.page.locator("#stage").bounding_box()
    left, _, width, _ = seen(labeling)
    assert left + width == pytest.approx(stage["x"] + stage["width"], abs=1)
    labeling.page.mouse.move(600, 400)
    labeling.page.mouse.down()
    labeling.page.mouse.move(700, 400)
    labeling.page.mouse.up()
    assert seen(labeling)[0] == pytest.approx(left + 100, abs=1)
    labeling.page.mouse.move(800, 400)  # let go
    assert seen(labeling)[0] == pytest.approx(left + 100, abs=1)

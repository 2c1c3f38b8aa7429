"""Similar images and the caption open together: what the caption says, and what its words mean, is all to be seen."""

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests import machine_factories as machine
from tests.browser.driver import NARROW, WIDE
from tests.browser.test_aids import judge
from tests.browser.test_caption import word, write

pytestmark = pytest.mark.browser

# As long as the demo's, in a narrow window four lines.
LONG = (
    "In a living room at night, a woman in a striped purple shirt stands and holds a bag, and a man in a blue shirt "
    "waves; a pistol lies on a table, and a folded umbrella and a cup lie on the floor."
)
# What of an element is not to be seen, in px: beyond the window, or scrolled out of a box around it.
HIDDEN = """(element) => {
  const box = element.getBoundingClientRect();
  let hidden = Math.max(0, box.bottom - innerHeight);
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (getComputedStyle(around).overflowY === "visible") continue;
    const { top, bottom } = around.getBoundingClientRect();
    hidden = Math.max(hidden, box.bottom - bottom, top - box.top);
  }
  return hidden;
}"""


@pytest.fixture
def aided(desk, pictures, policy):
    """Lena at the screen, with a long caption and nine judged images beside the picture."""
    model = machine.captioner()
    for image in pictures(2):
        make.embedding(image, [1, 0])
        write(image, model, tuple(LONG.split()))
    judge(policy, 9)
    machine.key_word(policy, "harmful", "pistol", in_guideline=True)
    machine.key_word(policy, "low", "table", log_odds=0.0, in_guideline=True)
    desk.open_queue("clothes")
    return desk


@pytest.mark.parametrize("keys", ["c", "sc"], ids=["alone", "with similar images"])
@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_sentence_and_its_meanings_are_all_to_be_seen(aided, window, keys):
    aided.page.set_viewport_size(window)
    aided.press(*keys)
    expect(word(aided, "pistol")).to_be_visible()
    if "s" in keys:
        expect(aided.page.locator(".neighbour")).to_have_count(9)
    for part in (".words", ".meanings"):
        assert aided.page.locator(part).evaluate(HIDDEN) <= 0
    picture = aided.page.locator("#stage").bounding_box()
    assert picture["height"] >= window["height"] * 0.29


def test_all_similar_images_can_be_reached_by_arrows_in_a_narrow_window(aided):
    aided.page.set_viewport_size(NARROW)
    aided.press("c", "s")
    last = aided.page.locator(".neighbour").last
    expect(last).to_be_attached()
    aided.press("ArrowLeft")  # round to the last one
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()

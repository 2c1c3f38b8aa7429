"""Words of a caption that are pressed stay lit, and those that the guideline names look like no category."""

import pytest
from playwright.sync_api import expect

from tests import machine_factories as machine
from tests.browser.test_caption import PLACES, captions, lit, opacity, open_caption, word

__all__ = ["captions"]  # a fixture of these tests too
pytestmark = pytest.mark.browser


def lights(desk, text):
    """Whether this word's place is lit, and it looks so."""
    column, row = PLACES[text][1] / 8, (PLACES[text][0] + 1) / 6
    return opacity(desk, column, row) < 0.05 and word(desk, text).evaluate("w => w.matches('.lighting')")


def pressed(desk):
    return desk.page.locator(".word[aria-pressed='true']")


@pytest.mark.parametrize("key", ["Enter", " "], ids=["enter", "space"])
def test_a_word_that_is_pressed_stays_lit_until_it_is_pressed_again(captions, key):
    open_caption(captions)
    word(captions, "A").focus()
    captions.press("ArrowRight", key)
    expect(pressed(captions)).to_have_text(["man"])
    captions.press("End")
    word(captions, "pistol").hover()
    assert lights(captions, "man")
    assert not lights(captions, "pistol,")
    captions.page.mouse.move(5, 5)
    captions.press("Home", "ArrowRight", key)
    expect(pressed(captions)).to_have_count(0)
    captions.press("End")
    assert lights(captions, "table.")


def test_a_click_pins_a_word_as_well_another_one_takes_its_place_and_a_second_click_ends_it(captions):
    open_caption(captions)
    word(captions, "pistol").click()
    captions.page.mouse.move(5, 5)
    assert lights(captions, "pistol,")
    word(captions, "man").click()
    expect(pressed(captions)).to_have_text(["man"])
    captions.page.mouse.move(5, 5)
    assert lights(captions, "man")
    word(captions, "man").click()
    captions.page.mouse.move(5, 5)
    expect(lit(captions)).to_be_hidden()
    expect(pressed(captions)).to_have_count(0)


def test_escape_ends_it_wherever_the_focus_is_and_the_next_image_begins_without(captions):
    open_caption(captions)
    word(captions, "A").focus()
    captions.press("ArrowRight", "Enter", "Escape")
    expect(lit(captions)).to_be_hidden()
    expect(captions.page.locator("#caption")).to_be_visible()
    word(captions, "man").click()
    captions.page.mouse.move(5, 5)
    captions.page.evaluate("document.activeElement.blur()")
    captions.press("Escape")
    expect(lit(captions)).to_be_hidden()
    expect(captions.page.locator("#caption")).to_be_visible()
    word(captions, "man").click()
    captions.page.mouse.move(5, 5)
    captions.answer("1")
    captions.wait_for_image()
    expect(word(captions, "pistol")).to_be_visible()
    expect(pressed(captions)).to_have_count(0)
    expect(lit(captions)).to_be_hidden()


def test_a_word_that_the_guideline_names_for_no_category_alone_looks_like_none_of_them(captions, policy):
    machine.key_word(policy, "low", "point")
    machine.named_word(policy, "man")
    open_caption(captions)
    looks = """w => { const s = getComputedStyle(w), b = getComputedStyle(w, "::before");
                      return [s.color, s.textDecorationStyle, `${b.borderRadius} ${b.clipPath}`] }"""
    found = [word(captions, text).evaluate(looks) for text in ("man", "table", "points", "pistol")]
    for way in zip(*found, strict=True):
        assert len(set(way)) == 4
    expect(captions.page.locator(".meanings dt")).to_have_text(["Safe", "Low", "Harmful", "Named by the guideline"])
    expect(captions.page.locator(".meanings dd").last).to_have_text("man")
    expect(captions.page.get_by_role("button", name="man, named by the guideline, left")).to_be_visible()

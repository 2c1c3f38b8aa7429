"""The caption: picture and words tied in space, its key words by colour, shape and name, and no ranking in it."""

import pytest
from playwright.sync_api import expect

from labeling.models import Caption
from tests import machine_factories as machine
from tests.browser.conftest import let_in
from tests.browser.driver import NARROW, WIDE, Desk

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 760}
ROWS, COLUMNS = 6, 8
SENTENCE = ("A", "man", "points", "a", "pistol,", "near", "a", "table.")
# Where words are: row and column of the middle of four cells; the others are everywhere.
PLACES = {"man": (1, 1), "pistol,": (1, 6), "table.": (4, 3)}
# The overlay's opacity at fractions of its width and height.
OPACITY = """(canvas, [x, y]) => {
  const at = [Math.round(x * canvas.width), Math.round(y * canvas.height), 1, 1];
  return canvas.getContext("2d").getImageData(...at).data[3] / 255;
}"""
PICTURE = """() => {
  const image = document.querySelector(".card.current img");
  const box = image.getBoundingClientRect();
  const scale = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
  const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
  return [box.left + (box.width - width) / 2, box.top + (box.height - height) / 2, width, height];
}"""


def grid(word):
    if word not in PLACES:
        return [5] * (ROWS * COLUMNS)
    row, column = PLACES[word]
    return [9 if y in (row, row + 1) and x in (column - 1, column) else 0 for y in range(ROWS) for x in range(COLUMNS)]


def write(image, model, words=SENTENCE):
    held = [[word, grid(word)] for word in words]
    return Caption.objects.create(image=image, model_version=model, words=held, rows=ROWS, columns=COLUMNS)


@pytest.fixture
def captions(desk, pictures, policy):
    """Lena at the screen with five captioned pictures."""
    model = machine.captioner()
    for image in pictures(5):
        write(image, model)
    machine.key_word(policy, "harmful", "pistol", in_guideline=True)
    machine.key_word(policy, "safe", "table", log_odds=0.0, in_guideline=True)
    desk.open_queue("clothes")
    return desk


def word(desk, text):
    return desk.page.locator(".word", has_text=text).first


def open_caption(desk):
    desk.press("c")
    expect(word(desk, "pistol")).to_be_visible()
    expect(desk.page.locator(".words")).to_have_attribute("role", "toolbar")


def lit(desk):
    return desk.page.locator("#lit")


def opacity(desk, *place):
    return lit(desk).evaluate(OPACITY, place)


def point_at(desk, x, y):
    left, top, width, height = desk.page.evaluate(PICTURE)
    desk.page.mouse.move(left + x * width, top + y * height)


def marked(desk):
    """The words that are marked, by rank."""
    found = desk.page.locator(".word[data-here]")
    return [text for _, text in sorted(found.evaluate_all("all => all.map(w => [w.dataset.here, w.textContent])"))]


@pytest.mark.parametrize("window", [WIDE, NARROW, PHONE], ids=["wide", "narrow", "phone"])
def test_a_word_under_the_pointer_lights_its_region_and_dims_the_rest(captions, window):
    captions.page.set_viewport_size(window)
    open_caption(captions)
    expect(lit(captions)).to_be_hidden()
    word(captions, "pistol").hover()
    expect(lit(captions)).to_be_visible()
    assert opacity(captions, 6 / 8, 2 / 6) < 0.05
    assert opacity(captions, 1 / 8, 2 / 6) > 0.5
    assert captions.overflow() == []
    box, picture = lit(captions).bounding_box(), captions.page.evaluate(PICTURE)
    assert [box["x"], box["y"], box["width"], box["height"]] == pytest.approx(picture, abs=0.6)
    word(captions, "man").hover()
    assert opacity(captions, 1 / 8, 2 / 6) < 0.05
    assert opacity(captions, 6 / 8, 2 / 6) > 0.5
    captions.page.mouse.move(5, 5)
    expect(lit(captions)).to_be_hidden()


def test_the_region_has_an_outline_that_is_lighter_than_a_dark_picture(captions):
    open_caption(captions)
    word(captions, "pistol").hover()
    most = lit(captions).evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((v, at) => at % 4 === 0)"
        ".reduce((most, v) => Math.max(most, v), 0)"
    )
    assert most > 200


def test_by_keyboard_the_words_are_one_stop_that_arrows_walk_and_escape_leaves(captions):
    open_caption(captions)
    word(captions, "A").focus()
    captions.press("ArrowRight")
    expect(word(captions, "man")).to_be_focused()
    expect(lit(captions)).to_be_visible()
    assert opacity(captions, 1 / 8, 2 / 6) < 0.05
    captions.press("End")
    expect(word(captions, "table")).to_be_focused()
    captions.press("ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft")
    expect(word(captions, "pistol")).to_be_focused()
    assert captions.page.locator(".word[tabindex='0']").count() == 1
    captions.press("Escape")
    expect(lit(captions)).to_be_hidden()
    expect(captions.page.locator("#caption")).to_be_visible()
    captions.press("Escape")
    expect(captions.page.locator("#caption")).to_be_hidden()


def test_a_screen_reader_hears_the_sentence_and_each_word_with_its_meaning_and_place(captions):
    open_caption(captions)
    line = captions.page.get_by_role("toolbar", name="A man points a pistol, near a table.")
    expect(line.get_by_role("button", name="pistol, Harmful, right")).to_be_visible()
    expect(line.get_by_role("button", name="man, left")).to_be_visible()
    expect(line.get_by_role("button", name="table, Safe, bottom")).to_be_visible()
    expect(line.get_by_role("button", name="points, everywhere")).to_be_visible()


def test_a_place_in_the_image_marks_its_words_the_strongest_first(captions):
    open_caption(captions)
    point_at(captions, 6 / 8, 2 / 6)
    expect(word(captions, "pistol")).to_have_attribute("data-here", "1")
    assert "man" not in marked(captions)
    point_at(captions, 1 / 8, 2 / 6)
    expect(word(captions, "man")).to_have_attribute("data-here", "1")
    assert marked(captions) == ["man", "points"]
    captions.page.mouse.move(5, 5)
    expect(captions.page.locator(".word[data-here]")).to_have_count(0)


def test_so_it_does_while_zoomed(captions):
    open_caption(captions)
    point_at(captions, 1 / 8, 2 / 6)
    before = captions.page.evaluate(PICTURE)
    captions.press("f")
    captions.page.wait_for_function(
        "width => document.querySelector('.card.current img').getBoundingClientRect().width > width",
        arg=before[2] * 1.2,
    )
    point_at(captions, 1 / 8, 2 / 6)
    expect(word(captions, "man")).to_have_attribute("data-here", "1")
    word(captions, "man").hover()
    box, picture = lit(captions).bounding_box(), captions.page.evaluate(PICTURE)
    assert [box["x"], box["y"], box["width"], box["height"]] == pytest.approx(picture, abs=2)


def test_key_words_are_told_by_colour_shape_underline_and_the_categorys_name(captions):
    open_caption(captions)
    looks = """w => { const s = getComputedStyle(w), b = getComputedStyle(w, "::before");
                      return [s.color, s.textDecorationStyle, b.borderRadius, b.content] }"""
    pistol, table, man = (word(captions, text).evaluate(looks) for text in ("pistol", "table", "man"))
    assert all(one != other for one, other in zip(pistol[:3], table[:3], strict=True))
    assert man[3] == "none"
    meanings = captions.page.locator(".meanings")
    expect(meanings.locator("dt")).to_have_text(["Safe", "Harmful"])
    expect(meanings.locator("dd")).to_have_text(
        [
            "table named by the guideline",
            "pistol judged so more often than other images; named by the guideline",
        ]
    )


def test_without_a_caption_model_it_says_so_and_calls_key_words_what_they_are(desk, pictures):
    model = machine.captioner(kind="tagger")
    for image in pictures(3):
        write(image, model, ("pistol,", "table."))
    desk.open_queue("clothes")
    desk.press("c")
    panel = desk.page.locator("#caption")
    expect(panel.get_by_role("heading", name="Key words")).to_be_visible()
    expect(panel).to_contain_text("No caption model is installed here")
    expect(panel).to_contain_text("ImageNet classes")
    expect(panel).to_contain_text("manage.py fetch_models")
    word(desk, "table").hover()
    expect(lit(desk)).to_be_visible()


def test_a_caption_that_is_not_ready_comes_by_itself(desk, pictures):
    images = pictures(3)
    desk.open_queue("clothes")
    desk.press("c")
    expect(desk.page.locator("#sentence")).to_contain_text("It comes in a moment")
    model = machine.captioner()
    for image in images:
        write(image, model)
    expect(word(desk, "pistol")).to_be_visible()


def test_the_next_image_has_its_own_words_and_nothing_stays_lit(captions):
    open_caption(captions)
    word(captions, "pistol").hover()
    expect(lit(captions)).to_be_visible()
    Caption.objects.update(words=[["ladder", [9] + [0] * 47]])
    captions.answer("1")
    expect(captions.page.locator(".word")).to_have_text(["ladder"])
    expect(lit(captions)).to_be_hidden()


def test_with_the_network_cut_it_says_so_and_works_again(captions):
    captions.wait_for_image()
    captions.context.set_offline(True)
    captions.press("c")
    expect(captions.page.locator("#sentence")).to_contain_text("could not be loaded")
    captions.context.set_offline(False)
    captions.press("c")
    open_caption(captions)
    captions.context.set_offline(True)
    captions.answer("1")
    captions.wait_until("offline")
    expect(captions.page.locator("#sentence")).to_contain_text("could not be loaded")
    captions.context.set_offline(False)
    captions.answer("1")
    expect(word(captions, "pistol")).to_be_visible()
    captions.wait_until("saved")


def test_without_a_script_it_is_a_page_with_plain_words(browser, web, lena, pictures):
    model = machine.captioner()
    for image in pictures(2):
        write(image, model)
    plain = Desk(browser, web.url, java_script_enabled=False)
    let_in(plain, "lena")
    plain.page.goto("/label/clothes/")
    plain.page.get_by_role("link", name="Caption").click()
    expect(plain.page.locator(".words")).to_have_text("A man points a pistol, near a table.")
    plain.close()

"""Help with a hard image: on asking only, in its place, and never mistaken for an answer."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from playwright.sync_api import expect

from labeling.models import Explanation, Image, Label
from tests import factories as make
from tests.browser.conftest import let_in
from tests.browser.driver import NARROW, WIDE, Desk
from tests.pictures import encoded, photo_like

pytestmark = pytest.mark.browser

LOW = {"width": 1000, "height": 420}
PHONE = {"width": 390, "height": 760}
# Where each category's heat is: in a corner of its own.
GRIDS = {"safe": [[1, 0], [0, 0]], "low": [[0, 1], [0, 0]], "harmful": [[0, 0], [0, 1]]}
BOXES = """() => {
  const image = document.querySelector(".card.current img");
  const box = image.getBoundingClientRect();
  const scale = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
  const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
  const heat = document.getElementById("overlay").getBoundingClientRect();
  return {
    picture: [box.left + (box.width - width) / 2, box.top + (box.height - height) / 2, width, height],
    heat: [heat.left, heat.top, heat.width, heat.height],
  };
}"""
# The most opaque place of the overlay, as fractions of its width and height.
HOTTEST = """() => {
  const { width, height } = document.getElementById("overlay");
  const { data } = document.getElementById("overlay").getContext("2d").getImageData(0, 0, width, height);
  let best = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > data[best + 3]) best = at;
  return [((best / 4) % width) / width, Math.floor(best / 4 / width) / height];
}"""


def store(key, seed, size):
    default_storage.save(key, ContentFile(encoded(photo_like(seed, size), "JPEG")))


def judge(policy, count=6):
    """Judged images of all categories beside whatever is asked."""
    for number in range(count):
        image = make.image(f"judged {number}")
        make.embedding(image, [1, number / 10])
        make.decided(image, policy, list(GRIDS)[number % 3])
        store(image.view_key, 50 + number, (400, 300))
        store(image.thumb_key, 50 + number, (80, 60))


@pytest.fixture
def asked(desk, pictures, policy):
    """Lena at the screen with five pictures, each with heatmaps and neighbours."""
    model = make.classifier(policy, "Clothes 3")
    for image in pictures(5):
        make.embedding(image, [1, 0])
        for key, grid in GRIDS.items():
            make.explanation(image, model, make.category(policy, key), grid)
    judge(policy)
    desk.open_queue("clothes")
    return desk


def overlay(desk):
    return desk.page.locator("#overlay")


def hold(desk):
    desk.page.keyboard.down("h")
    expect(overlay(desk)).to_be_visible()


def open_strip(desk):
    desk.press("s")
    expect(desk.page.locator(".neighbour")).to_have_count(6)


def same(box, other):
    return box == pytest.approx(other, abs=0.6)


@pytest.mark.parametrize("size", [(640, 480), (300, 700), (901, 203)], ids=str)
def test_the_overlay_lies_exactly_on_the_picture_and_moves_nothing(asked, size):
    for name in default_storage.listdir("views")[1]:
        default_storage.delete(f"views/{name}")
        store(f"views/{name}", 1, size)
    asked.page.reload()
    asked.wait_for_image()
    for window in (WIDE, NARROW, LOW, PHONE):
        asked.page.set_viewport_size(window)
        before = asked.page.evaluate(BOXES)["picture"]
        hold(asked)
        boxes = asked.page.evaluate(BOXES)
        assert same(boxes["picture"], before)
        assert same(boxes["heat"], boxes["picture"])
        asked.page.keyboard.up("h")
        expect(overlay(asked)).to_be_hidden()
    asked.page.set_viewport_size(WIDE)
    open_strip(asked)
    hold(asked)
    boxes = asked.page.evaluate(BOXES)
    assert same(boxes["heat"], boxes["picture"])
    asked.page.keyboard.up("h")
    asked.press("ArrowRight", "Enter")
    hold(asked)
    boxes = asked.page.evaluate(BOXES)
    assert same(boxes["heat"], boxes["picture"])


def test_while_the_key_is_held_the_categories_keys_ask_and_answer_nothing(asked):
    shown = asked.assignment()
    hold(asked)
    expect(asked.page.get_by_role("radio", name="Harmful")).to_be_checked()
    assert asked.page.evaluate(HOTTEST) == pytest.approx([0.75, 0.75], abs=0.26)
    asked.press("1")
    expect(asked.page.get_by_role("radio", name="Safe")).to_be_checked()
    expect(overlay(asked)).to_have_attribute("aria-label", "Where the model looks for Safe")
    assert asked.page.evaluate(HOTTEST) == pytest.approx([0.25, 0.25], abs=0.26)
    asked.press("3", "u", "x", "z", "2")
    expect(asked.page.locator("#heat_said")).to_have_text("Model: Clothes 3")
    expect(overlay(asked)).to_have_attribute("aria-label", "Where the model looks for Low")
    asked.page.keyboard.up("h")
    expect(overlay(asked)).to_be_hidden()
    expect(asked.page.locator("#heat")).to_be_hidden()
    assert asked.assignment() == shown
    assert Label.objects.count() == 0
    hold(asked)
    expect(asked.page.get_by_role("radio", name="Low")).to_be_checked()
    asked.page.keyboard.up("h")
    asked.answer("3")
    asked.wait_until("saved")
    assert Label.objects.get().category.key == "harmful"


def test_a_key_still_held_over_the_next_image_does_not_answer_it(asked):
    hold(asked)
    first = asked.assignment()
    asked.page.get_by_role("button", name="Low").click()
    asked.wait_for_image()
    assert asked.assignment() != first
    expect(overlay(asked)).to_be_visible()
    asked.press("3", "1")
    asked.page.keyboard.up("h")
    asked.wait_until("saved")
    assert Label.objects.get().category.key == "low"


def test_a_window_that_loses_the_focus_lets_go_of_the_key(asked):
    hold(asked)
    asked.page.evaluate("window.dispatchEvent(new Event('blur'))")
    expect(overlay(asked)).to_be_hidden()
    asked.answer("1")
    asked.wait_until("saved")
    assert Label.objects.count() == 1


def test_a_button_does_it_without_a_key(asked):
    button = asked.page.get_by_role("button", name="Heatmap")
    button.click()
    expect(overlay(asked)).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "true")
    asked.page.locator("#heat").get_by_text("Safe").click()
    expect(overlay(asked)).to_have_attribute("aria-label", "Where the model looks for Safe")
    asked.press("ArrowRight")
    expect(overlay(asked)).to_have_attribute("aria-label", "Where the model looks for Low")
    asked.press("Escape")
    expect(overlay(asked)).to_be_hidden()
    button.click()
    expect(overlay(asked)).to_be_visible()
    asked.press("3")
    expect(overlay(asked)).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "false")
    asked.wait_until("saved")
    assert Label.objects.get().category.key == "harmful"


def test_a_heatmap_that_is_not_there_is_a_sentence(asked):
    Explanation.objects.all().delete()
    asked.page.keyboard.down("h")
    expect(asked.page.locator("#heat_said")).to_have_text("The heatmap is not ready yet.")
    expect(overlay(asked)).to_be_hidden()


def test_without_a_server_the_screen_says_that_help_did_not_come(asked, web):
    web.kill()
    asked.page.keyboard.down("h")
    expect(asked.page.locator("#heat_said")).to_contain_text("could not be loaded")
    asked.page.keyboard.up("h")
    asked.press("s")
    expect(asked.page.locator("#strip")).to_contain_text("could not be loaded")
    asked.answer("1")
    asked.wait_until("offline")


def test_nothing_is_fetched_that_nobody_asks_for(asked):
    fetched = []
    asked.page.on("request", lambda request: fetched.append(request.url))
    asked.page.reload()
    asked.answer("1", "2")
    asked.wait_until("saved")
    asked_for = [url for url in fetched if any(aid in url for aid in ("/heat/", "/similar", "/caption"))]
    assert [url for url in asked_for if "/static/" not in url] == []
    assert any("/images/" in url for url in fetched)


def test_the_strip_shows_verdicts_in_words_and_stays_for_the_next_image(asked):
    open_strip(asked)
    verdicts = asked.page.locator(".neighbour .verdict").all_inner_texts()
    assert verdicts == ["Safe", "Low", "Harmful"] * 2
    assert all(asked.page.locator(".neighbour img").nth(n).evaluate("i => i.decode().then(() => true)") for n in (0, 5))
    (first,) = asked.answer("1")
    following = asked.wait_for_image()
    asked.page.wait_for_selector(f'.neighbour[href^="/images/{following}/"]')
    assert asked.page.query_selector(f'.neighbour[href^="/images/{first}/"]') is None
    asked.press("s")
    expect(asked.page.locator("#similar")).to_be_hidden()


def test_one_is_compared_side_by_side_by_keyboard_alone(asked):
    open_strip(asked)
    figure, picture = asked.page.locator("#compare"), asked.page.locator("#compare img")
    asked.press("ArrowRight", "ArrowRight", "Enter")
    expect(figure).to_be_visible()
    expect(figure).to_contain_text("Low")
    assert picture.evaluate("i => i.decode().then(() => i.naturalWidth)") == 400
    left, right = asked.page.evaluate(BOXES)["picture"], picture.bounding_box()
    assert left[0] + left[2] <= right["x"] + 1
    asked.press("ArrowRight")
    expect(figure).to_contain_text("Harmful")
    asked.press("Escape")
    expect(figure).to_be_hidden()
    expect(asked.page.locator("#similar")).to_be_visible()
    asked.press("Escape")
    expect(asked.page.locator("#similar")).to_be_hidden()
    assert Label.objects.count() == 0


def test_a_click_compares_too_and_numbers_still_answer(asked):
    open_strip(asked)
    asked.page.locator(".neighbour").nth(2).click()
    expect(asked.page.locator("#compare")).to_contain_text("Harmful")
    asked.page.locator("#compare").get_by_role("button", name="Close").click()
    expect(asked.page.locator("#compare")).to_be_hidden()
    asked.page.locator(".neighbour").nth(0).click()
    asked.answer("3")
    expect(asked.page.locator("#compare")).to_be_hidden()
    asked.wait_until("saved")
    assert Label.objects.get().category.key == "harmful"


def test_guideline_and_strip_take_turns(asked):
    open_strip(asked)
    asked.press("g")
    expect(asked.page.locator("#guideline")).to_be_visible()
    expect(asked.page.locator("#similar")).to_be_hidden()
    open_strip(asked)
    expect(asked.page.locator("#guideline")).to_be_hidden()
    expect(asked.page.get_by_role("button", name="Guideline")).to_have_attribute("aria-expanded", "false")


def test_the_strip_says_why_it_is_empty(labeling):
    labeling.press("s")
    expect(labeling.page.locator("#strip")).to_contain_text("has not been compared with others yet")
    for image in Image.objects.all():
        make.embedding(image, [1, 0])
    labeling.press("s", "s")
    expect(labeling.page.locator("#strip")).to_have_text("Nobody has judged a similar image yet.")


@pytest.mark.parametrize("window", [WIDE, NARROW, PHONE], ids=["wide", "narrow", "phone"])
def test_nothing_is_cut_off(asked, window):
    asked.page.set_viewport_size(window)
    hold(asked)
    assert asked.overflow() == []
    asked.page.keyboard.up("h")
    open_strip(asked)
    assert asked.overflow() == []
    asked.press("ArrowRight", "Enter")
    assert asked.overflow() == []


def test_without_a_script_the_strip_is_a_page(browser, web, lena, pictures, policy):
    for image in pictures(2):
        make.embedding(image, [1, 0])
    judge(policy)
    plain = Desk(browser, web.url, java_script_enabled=False)
    let_in(plain, "lena")
    plain.page.goto("/label/clothes/")
    expect(plain.page.get_by_role("button", name="Heatmap")).to_be_hidden()
    plain.page.get_by_role("link", name="Similar").click()
    expect(plain.page.locator(".neighbour")).to_have_count(6)
    plain.page.locator(".neighbour").first.click()
    assert plain.page.url.count("/similar/") == 1
    plain.close()

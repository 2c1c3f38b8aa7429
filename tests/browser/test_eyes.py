"""Images are softened by the server; the true pixels are on the screen only while somebody asks, and are counted."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from playwright.sync_api import expect

from labeling.models import Label
from tests import factories as make
from tests.browser.conftest import let_in
from tests.browser.driver import NARROW, Desk
from tests.pictures import encoded, photo_like
from tests.site import wait_for

pytestmark = pytest.mark.browser

# How far the pixel in the middle of the picture that lies on top is from gray.
COLOUR = """(place) => {
  const images = document.querySelectorAll(`${place} img`);
  const top = images[images.length - 1];
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 40, height: 30 });
  const context = canvas.getContext("2d");
  context.drawImage(top, 0, 0, 40, 30);
  const { data } = context.getImageData(0, 0, 40, 30);
  let most = 0;
  for (let at = 0; at < data.length; at += 4)
    most = Math.max(most, Math.max(...data.slice(at, at + 3)) - Math.min(...data.slice(at, at + 3)));
  return most;
}"""


def judge(policy, *keys):
    """Judged images beside whatever is asked, in colour."""
    for number, key in enumerate(keys):
        image = make.image(f"judged {number}")
        make.embedding(image, [1, number / 10])
        make.decided(image, policy, key)
        for stored in (image.view_key, image.thumb_key):
            default_storage.save(stored, ContentFile(encoded(photo_like(60 + number, (400, 300)), "JPEG")))


@pytest.fixture
def soft(desk, lena, pictures):
    """Lena at the screen, images in shades of gray."""
    lena.softening = "grayscale"
    lena.save()
    for image in pictures(5):
        make.embedding(image, [1, 0])
    desk.open_queue("clothes")
    return desk


def plain(desk):
    return desk.page.locator(".card.current .plain")


def colour(desk, place=".card.current"):
    return desk.page.evaluate(COLOUR, place)


def stored(assignment):
    wait_for(lambda: Label.objects.filter(assignment=assignment).exists(), "the label")
    return Label.objects.get(assignment=assignment)


def look(desk, ms=400):
    desk.page.keyboard.down("b")
    expect(plain(desk)).to_be_visible()
    desk.page.wait_for_timeout(ms)
    desk.page.keyboard.up("b")
    expect(plain(desk)).to_have_count(0)


def test_true_pixels_are_there_while_the_key_is_held_and_exactly_in_place(soft):
    assert colour(soft) < 8
    before = soft.page.locator(".card.current img").bounding_box()
    soft.page.keyboard.down("b")
    expect(plain(soft)).to_be_visible()
    assert colour(soft) > 30
    assert plain(soft).bounding_box() == before
    soft.page.keyboard.up("b")
    assert plain(soft).count() == 0
    assert colour(soft) < 8


@pytest.mark.parametrize(
    ("key", "harmful"), [("3", True), ("1", False)], ids=["a harmful image counts", "a safe one does not"]
)
def test_the_time_that_they_were_seen_is_stored_with_the_label(soft, key, harmful):
    look(soft, 500)
    [given] = soft.answer(key)
    exposure = stored(given).exposure_ms
    assert 500 <= exposure < 3000 if harmful else exposure == 0


def test_who_never_looked_was_exposed_to_nothing(soft):
    soft.wait_for_image()
    soft.page.wait_for_timeout(300)
    [given] = soft.answer("3")
    assert stored(given).exposure_ms == 0


def test_the_next_image_comes_softened_though_the_key_is_still_down(soft):
    soft.page.keyboard.down("b")
    expect(plain(soft)).to_be_visible()
    [given] = soft.answer("3")
    soft.page.keyboard.down("b")  # as a keyboard repeats it
    soft.wait_for_image()
    assert soft.page.locator(".plain").count() == 0
    assert colour(soft) < 8
    assert stored(given).exposure_ms > 0
    [other] = soft.answer("3")
    assert stored(other).exposure_ms == 0


def test_a_window_that_loses_the_focus_hides_them(soft):
    soft.page.keyboard.down("b")
    expect(plain(soft)).to_be_visible()
    soft.page.evaluate("window.dispatchEvent(new Event('blur'))")
    assert soft.page.locator(".plain").count() == 0


def test_the_control_looks_while_it_is_pressed_by_pointer_or_key_and_on_a_click_of_a_screen_reader(soft):
    control = soft.page.get_by_role("button", name="Look")
    control.hover()
    soft.page.mouse.down()
    expect(plain(soft)).to_be_visible()
    assert control.get_attribute("aria-pressed") == "true"
    soft.page.mouse.up()
    expect(plain(soft)).to_have_count(0)
    control.focus()
    soft.page.keyboard.down("Enter")
    expect(plain(soft)).to_be_visible()
    soft.page.keyboard.up("Enter")
    expect(plain(soft)).to_have_count(0)
    control.evaluate("(control) => control.click()")
    expect(plain(soft)).to_be_visible()
    control.evaluate("(control) => control.click()")
    expect(plain(soft)).to_have_count(0)


def test_the_image_compared_is_softened_and_uncovered_with_the_other(soft, policy):
    judge(policy, "harmful", "safe")
    soft.press("s")
    soft.page.locator(".neighbour", has_text="Harmful").click()
    soft.page.locator("#compare img").first.evaluate("(image) => image.decode()")
    assert colour(soft, "#compare") < 8
    soft.page.keyboard.down("b")
    expect(soft.page.locator("#compare .plain")).to_be_visible()
    assert colour(soft, "#compare") > 30
    soft.page.wait_for_timeout(300)
    soft.page.keyboard.up("b")
    assert soft.page.locator(".plain").count() == 0
    [given] = soft.answer("1")
    assert 300 <= stored(given).exposure_ms < 3000


@pytest.mark.parametrize(("which", "counts"), [("Harmful", True), ("Safe", False)])
def test_harmful_images_that_were_compared_count_without_softening_too(desk, pictures, policy, which, counts):
    for image in pictures(2):
        make.embedding(image, [1, 0])
    judge(policy, "harmful", "safe")
    desk.open_queue("clothes")
    desk.press("s")
    desk.page.locator(".neighbour", has_text=which).click()
    desk.page.wait_for_timeout(400)
    desk.press("Escape")
    [given] = desk.answer("1")
    exposure = stored(given).exposure_ms
    assert exposure >= 400 if counts else exposure == 0


def test_undo_and_the_last_ten_share_a_control_and_keep_their_keys(soft):
    control = soft.page.get_by_role("button", name="Take back")
    given = soft.answer("1", "2")
    soft.wait_until("saved")
    soft.press("z")
    assert soft.wait_for_image() != given[1]  # a lease of its own
    expect(soft.page.locator("#notice")).to_contain_text("Low")
    control.click()
    expect(soft.page.locator("#recent li")).to_have_count(1)
    soft.press("l")
    expect(soft.page.locator("#recent")).to_be_hidden()
    control.click()
    soft.page.locator("#recent li button").click()
    soft.wait_for_image()
    soft.wait_until("saved")
    assert Label.objects.filter(withdrawal=None).count() == 0


def test_without_softening_there_is_no_such_control_and_no_such_key(labeling):
    assert labeling.page.locator("#show-plain").count() == 0
    labeling.press("b")
    assert labeling.page.locator(".plain").count() == 0


def test_a_break_is_suggested_by_the_page_and_put_away(labeling, lena):
    told = "You have looked at harmful images for 6 minutes since your last pause. A short break now?"
    [given] = labeling.answer("3")
    stored(given)
    labeling.wait_until("saved")
    with connection.cursor() as cursor:  # as if it had taken so long: no other way to change a fact
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE labeling_label SET exposure_ms = 360000")
        cursor.execute("SET session_replication_role = origin")
    labeling.page.evaluate("renew()")
    notice = labeling.page.locator("#rest")
    expect(notice).to_contain_text(told)
    labeling.answer("1")
    expect(notice).to_be_visible()
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_be_hidden()
    labeling.page.evaluate("renew()")
    labeling.page.wait_for_timeout(500)
    expect(notice).to_be_hidden()


def test_a_person_chooses_on_their_own_page(desk, pictures):
    pictures(2)
    desk.page.goto("/")
    desk.page.get_by_role("link", name="lena").click()
    expect(desk.page.get_by_role("heading", name="My screen")).to_be_visible()
    for window in (NARROW, {"width": 390, "height": 760}):
        desk.page.set_viewport_size(window)
        assert desk.overflow() == []
    desk.page.get_by_label("In shades of gray").check()
    desk.page.get_by_role("button", name="Save").click()
    expect(desk.page.get_by_role("status")).to_contain_text("Saved")
    desk.open_queue("clothes")
    assert colour(desk) < 8


def test_without_script_there_is_a_link_to_the_true_picture(browser, web, lena, pictures):
    [image] = pictures(1)
    lena.softening = "blur"
    lena.save()
    desk = Desk(browser, web.url, java_script_enabled=False)
    let_in(desk, "lena")
    desk.page.goto("/label/clothes/")
    with desk.page.expect_response("**/plain") as response:
        desk.page.get_by_role("link", name="Look").click()
    assert response.value.status == 200
    assert default_storage.open(image.view_key).size == int(response.value.headers["content-length"])
    desk.close()

"""Nothing keeps anybody out: axe on every page and in every state, and every control by keyboard, with its ring."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from playwright.sync_api import expect

from labeling.models import Image
from tests import factories as make
from tests.browser.conftest import let_in
from tests.browser.driver import NARROW, WIDE, Desk
from tests.pictures import encoded, photo_like

pytestmark = pytest.mark.browser

WINDOWS = {"wide": WIDE, "narrow": NARROW}
# Focusable elements that are to be seen and that Tab should reach: radio buttons go by group, by the checked one.
CONTROLS = """() => [...document.querySelectorAll("a[href], button, summary, input, select, textarea, [tabindex='0']")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled && each.tabIndex >= 0)
  .filter((each) => each.type !== "radio" || each.checked)
  .map((each) => (each.dataset.tab = each.id || each.textContent.trim() || each.name))"""
FOCUSED = """() => {
  const { activeElement: at } = document;
  if (at === document.body) return null;
  const near = [at, at.closest("label"), at.querySelector("img")].filter(Boolean);
  const ringed = near.map((each) => getComputedStyle(each));
  return [at.dataset.tab, ringed.some((each) => each.outlineStyle !== "none" && parseFloat(each.outlineWidth) >= 1)];
}"""


@pytest.fixture(params=list(WINDOWS))
def window(request):
    return WINDOWS[request.param]


def barriers(page):
    """What axe finds serious or critical, with the elements that it means."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    return [(each["id"], node["target"], node["failureSummary"][:300]) for each in grave for node in each["nodes"]]


@pytest.fixture
def helped(desk, pictures, policy):
    """Lena at the screen, with judged images beside each."""
    for image in pictures(4):
        make.embedding(image, [1, 0])
    for number, key in enumerate(["safe", "harmful"]):
        image = make.image(f"judged {number}")
        make.embedding(image, [1, number / 10])
        make.decided(image, policy, key)
        for stored in (image.view_key, image.thumb_key):
            default_storage.save(stored, ContentFile(encoded(photo_like(60 + number, (400, 300)), "JPEG")))
    make.classifier(policy, "Clothes 3")
    desk.open_queue("clothes")
    return desk


def test_pages_have_no_barriers(desk, pictures, window):
    pictures(1)
    desk.page.set_viewport_size(window)
    for path in ("/", "/me/", "/label/clothes/guideline", "/nowhere/"):
        desk.page.goto(path)
        assert (path, barriers(desk.page)) == (path, [])
    desk.context.clear_cookies()
    desk.page.goto("/login/")
    assert barriers(desk.page) == []
    desk.page.get_by_label("Name").fill("lena")
    desk.page.get_by_label("Password").fill("wrong")
    desk.page.get_by_role("button", name="Log in").click()
    expect(desk.page.get_by_role("alert")).to_be_visible()
    assert barriers(desk.page) == []


def test_the_labeling_screen_has_no_barriers_whatever_is_open(helped, window):
    helped.page.set_viewport_size(window)
    assert barriers(helped.page) == []
    for name, keys in {"reasons": "x", "last ten": "1l", "similar": "ls", "caption": "c", "guideline": "g"}.items():
        helped.press(*(["Escape"] if name == "last ten" else []), *keys)
        assert (name, barriers(helped.page)) == (name, [])
    helped.press("g", "s")
    helped.page.locator(".neighbour").first.click()
    expect(helped.page.locator("#compare")).to_be_visible()
    assert barriers(helped.page) == []
    helped.press("Escape")
    helped.page.locator("#show-heat").click()
    expect(helped.page.locator("#heat")).to_be_visible()
    assert barriers(helped.page) == []


def test_the_labeling_screen_has_no_barriers_when_something_is_wrong(labeling, web, window):
    labeling.page.set_viewport_size(window)
    web.kill()
    labeling.answer("1", "2")
    labeling.wait_until("offline")
    assert barriers(labeling.page) == []


def test_an_image_that_does_not_come_is_no_barrier(desk, pictures, window):
    [image] = pictures(1)
    default_storage.delete(image.view_key)
    default_storage.save(image.view_key, ContentFile(b"no picture"))
    desk.page.set_viewport_size(window)
    desk.page.goto("/label/clothes/")
    expect(desk.page.locator("#broken")).to_be_visible()
    assert barriers(desk.page) == []
    Image.objects.update(view_key="")
    desk.page.reload()
    expect(desk.page.locator("#erased")).to_be_visible()
    assert barriers(desk.page) == []


def test_an_empty_queue_is_no_barrier(desk, policy, window):
    desk.page.set_viewport_size(window)
    desk.page.goto("/label/clothes/")
    expect(desk.page.locator("#empty")).to_be_visible()
    assert barriers(desk.page) == []


def test_softened_images_are_no_barrier(desk, lena, pictures, window):
    lena.softening = "blur"
    lena.save()
    pictures(2)
    desk.page.set_viewport_size(window)
    desk.open_queue("clothes")
    assert barriers(desk.page) == []


def test_our_pages_behind_the_queues_have_no_barriers(browser, web, policy, window):
    make.person("boss", "labeler", "adjudicator", "admin")
    model = make.classifier(policy)
    desk = Desk(browser, web.url, viewport=window)
    let_in(desk, "boss")
    make.source("shop", policy)
    paths = ["/upload/", "/admin/", "/admin/machines/", "/admin/help-effect/"]
    paths.append(f"/admin/ml/modelversion/{model.pk}/change/")
    for path in paths:
        answer = desk.page.goto(path)
        assert (path, answer.status) == (path, 200)
        desk.page.wait_for_timeout(500)  # what loads by itself afterwards
        assert (path, barriers(desk.page)) == (path, [])
    desk.close()


@pytest.mark.parametrize("path", ["/", "/me/", "/label/clothes/"])
def test_tab_reaches_every_control_and_its_ring_is_to_be_seen(desk, lena, pictures, path):
    lena.softening = "blur"
    lena.save()
    pictures(2)
    desk.page.goto(path)
    if "label" in path:
        desk.wait_for_image()
    controls = desk.page.evaluate(CONTROLS)
    assert len(controls) >= 3
    reached = {}
    for _ in range(len(controls) + 2):
        desk.press("Tab")
        focused = desk.page.evaluate(FOCUSED)
        if focused:
            reached[focused[0]] = focused[1]
    assert [name for name in controls if name not in reached] == []
    assert [name for name, ringed in reached.items() if not ringed] == []


def test_nothing_moves_for_people_who_do_not_want_it(browser, web, lena, pictures):
    pictures(2)
    desk = Desk(browser, web.url, reduced_motion="reduce")
    let_in(desk, "lena")
    for path in ("/", "/me/", "/label/clothes/"):
        desk.page.goto(path)
        moving = desk.page.evaluate(
            "[...document.querySelectorAll('*')].filter((each) => {"
            " const { transitionDuration, animationDuration } = getComputedStyle(each);"
            " return `${transitionDuration},${animationDuration}`.split(',').some((one) => parseFloat(one) > 0);"
            "}).map((each) => each.outerHTML.slice(0, 80))"
        )
        assert (path, moving) == (path, [])
    desk.close()

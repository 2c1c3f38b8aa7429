"""When help appears, what of it was opened for how long, the images without, and the quiet sign after an answer."""

import pytest
from playwright.sync_api import expect

from labeling.models import Label, Policy
from tests import factories as make
from tests import machine_factories as machine
from tests.browser.driver import NARROW, WIDE
from tests.site import wait_for

pytestmark = pytest.mark.browser

NO_HELP = "No help with this image: one in ten comes without, to learn whether help helps."
AIDS = ("/similar", "/caption", "/heat/")
READY_AGAIN = """first => {
  const card = document.querySelector(".card.current");
  return card?.dataset.state === "ready" && card.dataset.assignment !== first;
}"""


@pytest.fixture
def model(policy):
    return make.classifier(policy)


@pytest.fixture
def queue(desk, pictures, policy):
    """Queue so many captioned and embedded pictures of an arm, and open the screen."""
    captioner = machine.captioner()

    def put(count, *, arm="with", mode="on_asking"):
        Policy.objects.update(help_mode=mode)
        images = pictures(count, arm=arm)
        for image in images:
            machine.captioned(image, captioner, "a", "pistol")
            make.embedding(image, [1, 0])
        desk.open_queue("clothes")
        return images

    return put


def labels(count):
    wait_for(lambda: Label.objects.count() == count, f"{count} labels")
    return list(Label.objects.order_by("pk"))


def looked(label):
    """For how many ms the image was on the screen."""
    return (label.decided_at - label.shown_at).total_seconds() * 1000 + 1


def fetched(desk):
    urls = []
    desk.page.on("request", lambda request: urls.append(request.url))
    return lambda: [
        url for url in urls if any(aid in url.split("/static/")[0] for aid in AIDS) and "/static/" not in url
    ]


def test_what_was_opened_is_stored_with_how_long(desk, queue):
    queue(3)
    desk.press("c")
    expect(desk.page.locator(".word").first).to_be_visible()
    desk.page.wait_for_timeout(300)
    desk.press("s")
    desk.page.wait_for_timeout(100)
    desk.press("s")
    desk.page.keyboard.down("h")
    desk.page.wait_for_timeout(150)
    desk.page.keyboard.up("h")
    desk.press("g")
    desk.page.wait_for_timeout(120)
    desk.press("g")
    desk.answer("1")
    opened = labels(1)[0].help["opened"]
    assert set(opened) == {"caption", "similar", "heatmap", "guideline"}
    assert 550 <= opened["caption"] <= looked(Label.objects.get())
    assert 100 <= opened["similar"] < opened["caption"]
    assert 150 <= opened["heatmap"] < opened["caption"]
    assert opened["guideline"] >= 120


def test_a_panel_that_stays_open_counts_for_each_image_alone(desk, queue):
    queue(4)
    desk.press("c")
    desk.page.wait_for_timeout(1000)
    desk.answer("1")
    desk.wait_for_image()
    desk.page.wait_for_timeout(100)
    desk.answer("1")
    desk.wait_for_image()
    desk.press("c")
    desk.answer("1", "1")
    first, second, third, fourth = labels(4)
    assert 1000 <= first.help["opened"]["caption"] <= looked(first)
    assert 100 <= second.help["opened"]["caption"] <= looked(second)
    assert set(third.help["opened"]) <= {"caption"}
    assert fourth.help["opened"] == {}


def test_an_image_that_comes_back_starts_anew(desk, queue):
    queue(3)
    desk.press("c")
    desk.page.wait_for_timeout(600)
    desk.press("c")
    (first,) = desk.answer("1")
    desk.wait_until("saved")
    desk.wait_for_image()
    desk.press("z")
    desk.page.wait_for_function(
        "first => document.querySelector('.card.current')?.dataset.assignment !== first", arg=first
    )
    desk.answer("2")
    before, after = labels(2)
    assert before.help["opened"]["caption"] >= 600
    assert after.help["opened"] == {}


def test_an_image_without_help_says_so_and_fetches_nothing(desk, queue):
    queue(2, arm="without")
    asked = fetched(desk)
    line = desk.page.locator("#helpless")
    expect(line).to_be_visible()
    expect(line).to_have_text(NO_HELP)
    expect(desk.page.locator("#show-caption")).to_be_hidden()
    for key in ("c", "s", "h"):
        desk.page.evaluate("document.getElementById('announce').textContent = ''")
        desk.press(key)
        expect(desk.page.locator("#announce")).to_have_text(NO_HELP)
    for section in ("caption", "similar", "heat"):
        expect(desk.page.locator(f"#{section}")).to_be_hidden()
    desk.press("g")
    desk.page.wait_for_timeout(60)
    desk.press("g")
    desk.answer("1")
    [label] = labels(1)
    assert (label.help["arm"], list(label.help["opened"])) == ("without", ["guideline"])
    assert asked() == []


def test_panels_that_are_open_say_it_too_and_count_as_not_opened(desk, pictures, queue, policy, lena):
    queue(1)
    pictures(1, arm="without")
    desk.page.reload()
    desk.wait_for_image()
    first = desk.page.locator(".card.current").get_attribute("data-help")
    if first == "without":
        desk.answer("1")
        desk.wait_for_image()
    desk.press("c", "s")
    expect(desk.page.locator("#caption")).to_be_visible()
    desk.page.wait_for_timeout(50)
    if first == "with":
        desk.answer("1")
        desk.wait_for_image()
        expect(desk.page.locator("#sentence")).to_have_text(NO_HELP)
        expect(desk.page.locator("#strip")).to_have_text(NO_HELP)
    desk.answer("1")
    arms = {label.help["arm"]: set(label.help["opened"]) for label in labels(2)}
    assert arms == {"with": {"caption", "similar"}, "without": set()}


def test_an_image_of_an_earlier_page_comes_back_as_it_came(desk, queue):
    queue(2, arm="without")
    (first,) = desk.answer("1")
    desk.wait_until("saved")
    desk.page.reload()
    desk.wait_for_image()
    desk.press("z")
    desk.page.wait_for_function(READY_AGAIN, arg=first)
    desk.press("c")
    expect(desk.page.locator("#announce")).to_have_text(NO_HELP)
    expect(desk.page.locator("#caption")).to_be_hidden()


def test_the_line_stands_where_the_help_was_and_moves_nothing(desk, pictures, queue):
    queue(1)
    desk.page.set_viewport_size(WIDE)
    before = desk.page.locator("#stage").bounding_box()
    tools = desk.page.locator(".aids").bounding_box()
    desk.answer("1")
    labels(1)
    pictures(1, arm="without")
    desk.page.reload()
    desk.wait_for_image()
    expect(desk.page.locator("#helpless")).to_be_visible()
    assert desk.page.locator("#stage").bounding_box() == before
    assert desk.page.locator(".aids").bounding_box() == tools
    for window in (WIDE, NARROW):
        desk.page.set_viewport_size(window)
        line = desk.page.locator("#helpless")
        assert line.evaluate("e => e.scrollHeight <= e.clientHeight + 1")
        assert desk.overflow() == []


def test_always_opens_help_by_itself_again_with_each_image(desk, queue):
    queue(4, mode="always")
    for section in ("caption", "similar"):
        expect(desk.page.locator(f"#{section}")).to_be_visible()
    expect(desk.page.locator(".word").first).to_be_visible()
    desk.press("c")
    expect(desk.page.locator("#caption")).to_be_hidden()
    desk.answer("1")
    desk.wait_for_image()
    expect(desk.page.locator("#caption")).to_be_visible()
    expect(desk.page.locator("#show-caption")).to_have_attribute("aria-expanded", "true")
    desk.press("g")
    expect(desk.page.locator("#caption")).to_be_hidden()
    desk.answer("1")
    desk.wait_for_image()
    expect(desk.page.locator("#guideline")).to_be_visible()
    expect(desk.page.locator("#caption")).to_be_hidden()


def test_a_blind_queue_has_no_help_and_its_keys_do_nothing(desk, queue, policy, model):
    for image in queue(3, mode="blind"):
        make.prediction(image, model, [0.9, 0.05, 0.05])
    asked = fetched(desk)
    for control in ("show-heat", "show-similar", "show-caption", "sign"):
        assert desk.page.locator(f"#{control}").count() == 0
    shown = desk.assignment()
    desk.press("c", "s", "h")
    assert desk.assignment() == shown
    desk.press("g")
    expect(desk.page.locator("#guideline")).to_be_visible()
    desk.answer("1")
    assert labels(1)[0].help["mode"] == "blind"
    assert asked() == []


@pytest.fixture
def predicted(desk, queue, model):
    """Lena at the screen with six images that the model holds harmful."""
    for image in queue(6):
        make.prediction(image, model, [0.1, 0.2, 0.7])
    return desk


def sign(desk):
    return desk.page.locator("#sign")


def test_after_an_answer_a_quiet_sign_says_whether_the_model_agrees(predicted):
    expect(sign(predicted)).to_have_text("")
    predicted.answer("3")
    expect(sign(predicted)).to_have_text("✓ The model agrees")
    predicted.answer("1")
    expect(sign(predicted)).to_have_text("≠ The model says Harmful — z looks again")
    expect(sign(predicted)).to_have_attribute("role", "status")
    predicted.answer("u")
    expect(sign(predicted)).to_have_text("")


def test_z_looks_again_and_the_second_answer_says_that_the_sign_was_seen(predicted):
    (first,) = predicted.answer("1")
    expect(sign(predicted)).to_contain_text("The model says Harmful")
    predicted.press("z")
    predicted.page.wait_for_function(READY_AGAIN, arg=first)
    expect(sign(predicted)).to_have_text("≠ The model says Harmful")
    predicted.answer("3")
    expect(sign(predicted)).to_have_text("✓ The model agrees")
    before, after = labels(2)
    assert "sign" not in before.help
    assert after.help["sign"] == "disagrees"
    predicted.answer("3")
    assert "sign" not in labels(3)[2].help


def test_in_a_burst_only_the_last_answers_sign_is_seen(predicted):
    predicted.page.evaluate(
        "window.seen = []; new MutationObserver(() => seen.push(sign.place.textContent))"
        ".observe(document.getElementById('sign'), { childList: true, characterData: true, subtree: true })"
    )
    predicted.page.wait_for_function("document.querySelectorAll('.card[data-state=ready]').length >= 3")
    predicted.press("1", "1", "3")
    expect(sign(predicted)).to_have_text("✓ The model agrees")
    assert [text for text in predicted.page.evaluate("seen") if text] == ["✓ The model agrees"]


def test_the_sign_moves_nothing(predicted):
    for window in (WIDE, NARROW):
        predicted.page.set_viewport_size(window)
        before = predicted.page.locator("#stage").bounding_box()
        predicted.answer("1")
        expect(sign(predicted)).to_contain_text("looks again")
        assert predicted.page.locator("#stage").bounding_box() == before
        assert predicted.overflow() == []

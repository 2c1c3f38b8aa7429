"""What labelers see: the labeling screen in its states, their eyes, and what they learn of their own work."""

import re

from playwright.sync_api import Page

from docs.screenshots.camera import take
from docs.screenshots.truth import Truth
from ml.vision.scenes.risky import RISKY
from tests.browser.driver import NARROW, WIDE, Desk

PASSWORD = "winnow-demo"  # noqa: S105 (the demo's)
RISKY_WORD = re.compile(rf"^({'|'.join(sorted({thing.name.split()[-1] for thing in RISKY}))})\b")


def labeling(desk: Desk, truth: Truth) -> None:
    """Take the labeling screen in its states."""
    desk.log_in("lena", PASSWORD)
    take(desk.page, "home")
    desk.open_queue("risky-things")
    truth.answer(desk, 12, wrong="4 9")  # a screen that nobody has worked on says little
    desk.wait_for_image()
    while not desk.page.query_selector('.card.current[data-help="with"]'):
        truth.answer(desk, 1)
        desk.wait_for_image()
    desk.wait_until("saved")
    take(desk.page, "label")
    aids(desk, truth)
    for key, name in {"g": "guideline", "l": "recent"}.items():
        desk.press(key)
        take(desk.page, name)
        desk.press(key)
    narrow(desk)
    desk.context.set_offline(True)
    desk.answer("1", "1")
    desk.wait_until("offline")
    take(desk.page, "offline")
    desk.context.set_offline(False)
    desk.wait_until("saved")


def with_help(desk: Desk, truth: Truth) -> None:
    """Go on to an image that has help, and a risky thing in its caption."""
    helped = '.card.current[data-state="ready"][data-help="with"]'
    while True:
        desk.wait_for_image()
        desk.press("c")
        desk.page.wait_for_timeout(1500)
        if desk.page.query_selector(helped) and desk.page.locator("#sentence .word", has_text=RISKY_WORD).count():
            return desk.press("c")
        desk.press("c")
        truth.answer(desk, 1)


def aids(desk: Desk, truth: Truth) -> None:
    """Take what helps with a hard image."""
    with_help(desk, truth)
    desk.page.keyboard.down("h")
    desk.page.wait_for_timeout(1500)
    take(desk.page, "heatmap")
    desk.page.keyboard.up("h")
    desk.press("c", "s")
    desk.page.wait_for_timeout(1500)
    take(desk.page, "similar")
    desk.page.locator("#sentence .word", has_text=RISKY_WORD).first.hover()
    take(desk.page, "caption")
    desk.page.mouse.move(0, 0)
    desk.press("ArrowRight", "Enter")
    desk.page.wait_for_timeout(1000)
    take(desk.page, "compare")
    desk.press("Escape", "c", "s")


def narrow(desk: Desk) -> None:
    """Take the screen in a narrow window, closed and with help."""
    desk.page.set_viewport_size(NARROW)
    take(desk.page, "narrow")
    desk.press("c")
    desk.page.wait_for_timeout(1500)
    take(desk.page, "narrow-caption")
    desk.press("c")
    desk.page.set_viewport_size(WIDE)


def eyes(desk: Desk, _truth: Truth) -> None:
    """Take what a person sees who wants images blurred."""
    desk.log_in("omar", PASSWORD)
    desk.page.goto("/me/")
    desk.page.get_by_label("blurred", exact=False).first.check()
    desk.page.get_by_role("button", name="Save").click()
    take(desk.page, "my-screen")
    desk.open_queue("risky-things")
    take(desk.page, "blurred")
    desk.answer(*"u" * 12)  # who is unsure where another is too opens a case
    desk.wait_until("saved")


def own_pages(desk: Desk) -> None:
    """Take what a labeler learns of weeks of own work."""
    desk.log_in("anna", PASSWORD)
    desk.page.goto("/me/figures/")
    take(desk.page, "my-figures", whole=True)
    desk.page.goto("/me/feedback/")
    take(desk.page, "my-feedback")


def judge_again(desk: Desk, truth: Truth) -> None:
    """Take what is read once after a change, and answer what comes then."""
    desk.log_in("lena", PASSWORD)
    read_changes(desk.page, "risky-things", "changes")
    desk.press("g")
    take(desk.page, "exemplars")
    desk.press("g")
    truth.answer(desk, 10)
    desk.wait_until("saved")


def read_changes(page: Page, slug: str, name: str) -> None:
    """Take the page that comes before the next image after a change, and leave it as read."""
    page.goto(f"/label/{slug}/")
    page.get_by_role("heading", name="changed").wait_for()
    take(page, name)
    page.get_by_role("button", name="I have read it").click()
    page.wait_for_selector('.card.current[data-state="ready"], .state')

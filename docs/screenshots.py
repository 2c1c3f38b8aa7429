"""Takes the pictures of the documentation from a real `make run` with the demo: `make screenshots`."""

import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402 (the project is found first)

from ml.vision.scenes.risky import RISKY  # noqa: E402
from tests.browser.driver import NARROW, WIDE, Desk, chromium_at  # noqa: E402
from tests.site import Site, wait_for  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PASSWORD = "winnow-demo"  # noqa: S105 (the demo's)
# Label some pictures first: a screen that nobody has worked on says little.
SOME_WORK = "1213u12131211"
RISKY_WORD = re.compile(rf"^({'|'.join(sorted({thing.name.split()[-1] for thing in RISKY}))})\b")


def take(page: Page, name: str) -> None:
    """Save what the page shows now."""
    page.wait_for_timeout(400)
    page.screenshot(path=IMAGES / f"{name}.png")
    print(f"docs/images/{name}.png")


def labeling(desk: Desk) -> None:
    """Take the labeling screen in its states."""
    desk.log_in("lena", PASSWORD)
    take(desk.page, "home")
    desk.open_queue("risky-things")
    desk.answer(*SOME_WORK)
    desk.wait_until("saved")
    desk.wait_for_image()
    take(desk.page, "label")
    aids(desk)
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


def with_help(desk: Desk) -> None:
    """Go on to an image that has help, and a risky thing in its caption."""
    helped = '.card.current[data-state="ready"][data-help="with"]'
    while True:
        desk.wait_for_image()
        desk.press("c")
        desk.page.wait_for_timeout(1500)
        if desk.page.query_selector(helped) and desk.page.locator("#sentence .word", has_text=RISKY_WORD).count():
            return desk.press("c")
        desk.press("c")
        desk.answer("1")


def aids(desk: Desk) -> None:
    """Take what helps with a hard image."""
    with_help(desk)
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


def eyes(desk: Desk) -> None:
    """Take what a person sees who wants images blurred, and a queue in which nothing waits."""
    desk.log_in("omar", PASSWORD)
    desk.page.goto("/me/")
    desk.page.get_by_label("blurred", exact=False).first.check()
    desk.page.get_by_role("button", name="Save").click()
    take(desk.page, "my-screen")
    desk.open_queue("risky-things")
    take(desk.page, "blurred")
    desk.answer(*"u" * 12)  # who is unsure where another is too opens a case
    desk.wait_until("saved")
    desk.page.goto("/label/nothing-yet/")
    take(desk.page, "empty")


def administration(desk: Desk) -> None:
    """Take the admin's pages."""
    desk.log_in("admin", PASSWORD)
    an_empty_queue(desk.page)
    wait_for_copies(desk.page)
    for name, path in {
        "upload": "/upload/",
        "admin": "/admin/",
        "admin-images": "/admin/labeling/image/",
        "admin-adjudication": "/admin/labeling/adjudicationcase/",
        "admin-machines": "/admin/machines/",
        "admin-help": "/admin/help-effect/?policy=risky-things&people=simulated",
        "admin-waterfall": "/admin/waterfall/",
        "admin-banks": "/admin/moderation/bankentry/",
        "admin-decided": "/admin/moderation/machinedecision/",
        "admin-found": "/admin/moderation/bankfinding/?state=all",
        "admin-agreement": "/admin/agreement/?policy=risky-things&people=simulated",
        "admin-agreement-empty": "/admin/agreement/?policy=nothing-yet",
        "admin-disputes": "/admin/disputes/?policy=risky-things",
        "admin-gold": "/admin/labeling/gold/",
    }.items():
        desk.page.goto(path)
        desk.page.wait_for_timeout(2500)  # what loads by itself afterwards
        take(desk.page, name)
    desk.page.goto("/admin/agreement/?policy=risky-things&people=simulated")
    desk.page.get_by_role("link", name="sim-anna").first.click()
    take(desk.page, "admin-person")
    desk.page.goto("/admin/ml/modelversion/")
    desk.page.get_by_role("link", name="risky-things-heads").first.click()
    take(desk.page, "admin-model")


def wait_for_copies(page: Page) -> None:
    """Wait until the bank has decided what it can: copies are looked for behind everything else."""
    page.goto("/admin/machines/")
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Looking for copies"))
    row.get_by_text("nothing waits").wait_for(timeout=1_800_000)
    page.wait_for_timeout(60_000)


def adjudication(desk: Desk) -> None:
    """Take the adjudicator's screen, before and after the own answer, and where no case waits."""
    desk.log_in("ada", PASSWORD)
    take(desk.page, "adjudicator-home")
    desk.page.goto("/adjudicate/risky-things/")
    take(desk.page, "adjudicate-blind")
    desk.page.keyboard.press("3")
    desk.page.get_by_role("heading", name="What people said").wait_for()
    desk.page.keyboard.press("g")
    desk.page.keyboard.press("r")
    desk.page.keyboard.type("It is held, not lying: see the third category.")
    take(desk.page, "adjudicate")
    desk.page.set_viewport_size(NARROW)
    take(desk.page, "adjudicate-narrow")
    desk.page.set_viewport_size(WIDE)
    desk.page.keyboard.press("x")
    desk.page.keyboard.press("Control+Enter")
    desk.page.get_by_role("status").wait_for()
    settle_the_rest(desk.page)
    desk.page.goto("/adjudicate/nothing-yet/")
    take(desk.page, "adjudicate-empty")


def settle_the_rest(page: Page) -> None:
    """Settle all other cases, so that people find something in their feedback."""
    for _ in range(60):
        page.goto("/adjudicate/risky-things/")
        if not page.locator("#judge, #settle").count():
            return
        if page.locator("#judge").count():
            page.keyboard.press("2")
        page.get_by_role("heading", name="What people said").wait_for()
        for key in "es":
            page.keyboard.press(key)
        page.get_by_label("Reason").fill("A thing in its place is the second category.")
        page.keyboard.press("Control+Enter")
        page.get_by_role("status").wait_for()


def guideline(desk: Desk) -> None:
    """Take what follows from a conflict: the next guideline with an exemplar, and the re-check that it proposes."""
    desk.log_in("admin", PASSWORD)
    page = desk.page
    page.goto("/admin/labeling/policyversion/add/")
    page.get_by_role("link", name="Risky things").click()
    page.get_by_label("substantive").check()
    text = page.locator("textarea[name^=text_]").nth(1)
    text.fill(f"{text.input_value()} A remote control is no risky thing.")
    page.locator("input[name^=changed_]").nth(1).check()
    take(page, "publish")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_timeout(5000)
    page.goto("/admin/labeling/recheck/")
    page.locator("#result_list tbody a").first.click()
    take(page, "recheck")


def own_pages(desk: Desk) -> None:
    """Take what a labeler learns of their own work."""
    desk.log_in("lena", PASSWORD)
    desk.page.goto("/me/figures/")
    take(desk.page, "my-figures")
    desk.page.goto("/me/feedback/")
    take(desk.page, "my-feedback")
    desk.page.goto("/label/risky-things/")
    desk.page.get_by_role("heading", name="changed").wait_for()
    take(desk.page, "changes")


def an_empty_queue(page: Page) -> None:
    """Add a policy that no source has."""
    page.goto("/admin/labeling/policy/add/")
    for name, value in {"slug": "nothing-yet", "name": "Nothing yet", "question": "Does it show nothing?"}.items():
        page.fill(f"#id_{name}", value)
    page.get_by_role("button", name="Save", exact=True).click()


def main() -> None:
    """Start a site with the demo, take the pictures, and stop it."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        raise SystemExit("Chromium is missing: apt-get install chromium, or CHROMIUM=/path/to/chromium")
    IMAGES.mkdir(exist_ok=True)
    os.environ["DEMO_PICTURES"] = "600"  # as many as a newcomer gets: pages on agreement say nothing of fewer
    with tempfile.TemporaryDirectory() as folder, chromium_at(chromium) as browser:
        site = Site(Path(folder).resolve() / "data")
        try:
            site.start()
            wait_for(lambda: "Demo complete." in site.said(), "the whole demo", 900)
            time.sleep(30)  # heatmaps for the queue's head
            for take_all in (labeling, administration, eyes, adjudication, guideline, own_pages):
                desk = Desk(browser, site.url)
                take_all(desk)
                desk.close()
        finally:
            site.end()


if __name__ == "__main__":
    main()

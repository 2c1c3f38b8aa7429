"""Every page about people's work on a site's first day: while nothing is there yet, and with a handful of answers."""

from collections.abc import Callable

from playwright.sync_api import Page

from docs.screenshots.camera import take
from docs.screenshots.labelers import PASSWORD, read_changes
from docs.screenshots.staff import answer_blind, open_recheck, publish, settle
from docs.screenshots.truth import REASONS, Truth, manage, truth_of
from ml import services as ml
from tests.browser.driver import Desk
from tests.site import Site

CATEGORIES = (
    ("safe", "Safe", "allow", "Nothing in the picture can hurt anybody."),
    ("low_exposure", "Low exposure", "restrict", "A risky thing is visible, at rest or in its proper place."),
    ("harmful", "Harmful", "block", "Somebody holds a risky thing or aims it at somebody."),
)
SCENES = range(1000, 1014)
# Who works here is made as the demo makes its people.
_PEOPLE = "from moderation.services.demo.people import make_logins; make_logins()"
_ADMIN = {
    "admin-agreement": "/admin/agreement/?policy=first-question",
    "admin-disputes": "/admin/disputes/?policy=first-question",
    "admin-gold": "/admin/labeling/gold/",
    "admin-adjudication": "/admin/labeling/adjudicationcase/",
    "admin-suspects": "/admin/labeling/adjudicationcase/?why=suspect",
    "rechecks": "/admin/labeling/recheck/",
}


def first_day(site: Site, open_desk: Callable[[str], Desk]) -> None:
    """Take all pages while they are empty, have three people work a little, and take them again."""
    manage(site, "shell", "--no-imports", "-c", _PEOPLE)
    desks = {name: open_desk(name) for name in ("admin", "lena", "omar", "ada")}
    for name, desk in desks.items():
        desk.log_in(name, PASSWORD)
    admin = desks["admin"].page
    make_question(admin)
    admin_pages(admin, "empty")
    pages_of_people(desks, "empty")
    truth = upload(site, admin)
    work(desks, truth)
    admin_pages(admin, "little")
    admin.goto("/admin/agreement/?policy=first-question")
    admin.get_by_role("link", name="omar").first.click()
    take(admin, "admin-person-little", whole=True)
    pages_of_people(desks, "little")
    publish(admin, "First question", " A remote control is no risky thing.", "publish-little")
    admin.wait_for_timeout(3000)
    open_recheck(admin)
    take(admin, "recheck-little")
    read_changes(desks["lena"].page, "first-question", "changes-little")


def make_question(page: Page) -> None:
    """Make a policy with its guideline, and a source."""
    page.goto("/admin/labeling/policy/add/")
    for name, value in {"name": "First question", "question": "Does it show a risky thing?"}.items():
        page.fill(f"#id_{name}", value)
    page.fill("#id_slug", "first-question")
    page.fill("#id_slice_share", "1")
    page.fill("#id_slice_opinions", "2")
    for number, (key, name, action, _text) in enumerate(CATEGORIES):
        page.get_by_role("button", name="Add another Category").click()
        row = f"#id_categories-{number}-"
        for field, value in {"key": key, "name": name, "grade": str(number), "hotkey": str(number + 1)}.items():
            page.fill(f"{row}{field}", value)
        page.select_option(f"{row}action", action)
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/admin/labeling/policyversion/add/")
    page.get_by_role("link", name="First question").click()
    take(page, "publish-empty")
    for number, (*_rest, text) in enumerate(CATEGORIES):
        page.locator("textarea[name^=text_]").nth(number).fill(text)
    page.get_by_role("button", name="Publish").click()
    page.goto("/admin/labeling/source/add/")
    page.fill("#id_name", "shop")
    page.get_by_label("First question").check()
    page.get_by_role("button", name="Save", exact=True).click()


def admin_pages(page: Page, state: str) -> None:
    """Take the admin's pages in this state."""
    for name, path in _ADMIN.items():
        page.goto(path)
        take(page, f"{name}-{state}", whole=name == "admin-agreement")


def pages_of_people(desks: dict[str, Desk], state: str) -> None:
    """Take the pages of labelers and adjudicators in this state."""
    lena, ada = desks["lena"].page, desks["ada"].page
    for name, path in {"home": "/", "my-feedback": "/me/feedback/", "my-figures": "/me/figures/"}.items():
        lena.goto(path)
        take(lena, f"{name}-{state}")
    ada.goto("/")
    take(ada, f"adjudicator-home-{state}")
    if state == "empty":
        lena.goto("/label/first-question/guideline")
        take(lena, "exemplars-empty")
        lena.goto("/label/first-question/")
        take(lena, "empty")
        ada.goto("/adjudicate/first-question/")
        take(ada, "adjudicate-empty")


def upload(site: Site, page: Page) -> Truth:
    """Send some drawn pictures through the page, and return what they show when they have come in."""
    scenes = {f"scene-{number}": ml.draw_scene(number) for number in SCENES}
    files = [{"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": scene.jpeg} for name, scene in scenes.items()]
    page.goto("/upload/")
    page.set_input_files("#files", files)
    page.get_by_role("button", name="Upload").click()
    page.get_by_text(f"{len(files)} taken").wait_for(timeout=300_000)
    return truth_of(site, {name: str(scene.grade) for name, scene in scenes.items()})


def work(desks: dict[str, Desk], truth: Truth) -> None:
    """Two people judge most of the pictures and differ on some; an adjudicator settles one of these."""
    for name, wrong in {"lena": "2 5", "omar": "7"}.items():
        desks[name].open_queue("first-question")
        truth.answer(desks[name], len(SCENES) - 2, wrong=wrong)
        desks[name].wait_until("saved")
        desks[name].page.goto("/")  # gives back what was fetched ahead
    page = desks["ada"].page
    page.goto("/adjudicate/first-question/")
    grade = answer_blind(page, truth)
    page.keyboard.press("s")
    page.get_by_label("Reason").fill(REASONS[grade])
    take(page, "adjudicate-little")
    settle(page, grade, "Escape", "x", "m")

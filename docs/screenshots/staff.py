"""What admins and adjudicators see once there are weeks of work."""

from playwright.sync_api import Page

from docs.screenshots.camera import take, take_part
from docs.screenshots.labelers import PASSWORD
from docs.screenshots.truth import KEYS, REASONS, Truth, manage, shown
from tests.browser.driver import NARROW, WIDE, Desk

SIMULATED = "?policy=risky-things&people=simulated"
PAGES = {
    "upload": "/upload/",
    "admin": "/admin/",
    "admin-images": "/admin/labeling/image/",
    "admin-adjudication": "/admin/labeling/adjudicationcase/",
    "admin-suspects": "/admin/labeling/adjudicationcase/?why=suspect",
    "admin-machines": "/admin/machines/",
    "admin-help": f"/admin/help-effect/{SIMULATED}",
    "admin-waterfall": "/admin/waterfall/",
    "admin-banks": "/admin/moderation/bankentry/",
    "admin-decided": "/admin/moderation/machinedecision/",
    "admin-found": "/admin/moderation/bankfinding/?state=all",
    "admin-gold": "/admin/labeling/gold/",
}
# Somebody who finds that all was decided rightly.
_SAMPLE = """
from labeling.models import Recheck
sample = Recheck.objects.latest("pk").images.filter(in_sample=True)
rows = sample.values_list("image__arrivals__external_id", "decision__category__key").distinct("image")
print("FOUND", json.dumps([(item, "carla", key) for item, key in rows.order_by("image")]))
"""
AGREEMENT = {
    "Over time": "admin-agreement-time",
    "By category": "admin-agreement-categories",
    "Two people": "admin-agreement-pairs",
    "Images on which people differ": "admin-agreement-images",
}


def administration(desk: Desk, _truth: Truth) -> None:
    """Take the admin's pages."""
    desk.log_in("admin", PASSWORD)
    wait_for_copies(desk.page)
    for name, path in PAGES.items():
        desk.page.goto(path)
        desk.page.wait_for_timeout(2500)  # what loads by itself afterwards
        take(desk.page, name)
    desk.page.goto("/admin/ml/modelversion/")
    desk.page.get_by_role("link", name="risky-things-heads").first.click()
    take(desk.page, "admin-model")


def agreement(desk: Desk, _truth: Truth) -> None:
    """Take the page on agreement, its parts, and that of one person."""
    desk.log_in("admin", PASSWORD)
    page = desk.page
    page.goto(f"/admin/agreement/{SIMULATED}")
    take(page, "admin-agreement")
    for heading, name in AGREEMENT.items():
        take_part(page, name, heading)
    page.get_by_role("link", name="sim-anna").first.click()
    take(page, "admin-person", whole=True)


def wait_for_copies(page: Page) -> None:
    """Wait until the bank has decided what it can: copies are looked for behind everything else."""
    page.goto("/admin/machines/")
    row = page.locator("tr", has=page.get_by_role("rowheader", name="Looking for copies"))
    row.get_by_text("nothing waits").wait_for(timeout=1_800_000)
    page.wait_for_timeout(60_000)


def ask_about_all_disputes(desk: Desk, _truth: Truth) -> None:
    """Have adjudicators look at all images on which model and people differ: a day has few of them."""
    desk.log_in("admin", PASSWORD)
    desk.page.goto("/admin/labeling/policy/")
    desk.page.get_by_role("link", name="Risky things").click()
    desk.page.fill("#id_dispute_share", "1")
    desk.page.get_by_role("button", name="Save", exact=True).click()


def disputes(desk: Desk, _truth: Truth) -> None:
    """Take what became of images on which model and people differ."""
    desk.log_in("admin", PASSWORD)
    desk.page.goto("/admin/disputes/?policy=risky-things")
    take(desk.page, "admin-disputes")


def adjudication(desk: Desk, truth: Truth) -> None:
    """Take the adjudicator's screen, before and after the own answer, and where no case waits."""
    desk.log_in("ada", PASSWORD)
    page = desk.page
    take(page, "adjudicator-home")
    page.goto("/adjudicate/risky-things/")
    take(page, "adjudicate-blind")
    grade = answer_blind(page, truth)
    page.keyboard.press("g")
    page.get_by_label("Reason").fill(REASONS[grade])
    take(page, "adjudicate")
    page.set_viewport_size(NARROW)
    take(page, "adjudicate-narrow")
    page.set_viewport_size(WIDE)
    page.get_by_text("Propose as exemplar").click()
    page.keyboard.press("Control+Enter")
    page.get_by_role("status").wait_for()
    settle_the_rest(desk, truth)


def settle_the_rest(desk: Desk, truth: Truth) -> None:
    """Settle all other cases, so that people find something in their feedback; take why the first was asked again."""
    page, taken = desk.page, False
    for _ in range(120):
        page.goto("/adjudicate/risky-things/")
        if not page.locator("#judge, #settle").count():
            return
        grade = answer_blind(page, truth)
        if not taken and page.locator(".why").count():
            take(page, "adjudicate-asked")
            taken = True
        settle(page, grade, "s")


def answer_blind(page: Page, truth: Truth) -> str:
    """Answer rightly before what others said is shown; return the grade."""
    grade = truth.grade(page)
    if page.locator("#judge").count():
        page.keyboard.press(KEYS[grade])
    page.get_by_role("heading", name="What people said").wait_for()
    return grade


def settle(page: Page, grade: str, *keys: str) -> None:
    """Settle a case with these keys, and the reason that goes with the grade."""
    for key in keys:
        page.keyboard.press(key)
    page.get_by_label("Reason").fill(REASONS[grade])
    page.keyboard.press("Control+Enter")
    page.get_by_role("status").wait_for()


def judge_again(desk: Desk, truth: Truth) -> None:
    """Settle what people said otherwise since."""
    desk.log_in("ada", PASSWORD)
    settle_the_rest(desk, truth)


def guideline(desk: Desk, _truth: Truth) -> None:
    """Take what follows from a conflict: the next guideline with an exemplar, and the re-check that it proposes."""
    desk.log_in("admin", PASSWORD)
    page = desk.page
    publish(page, "Risky things", " A remote control is no risky thing.", "publish")
    page.wait_for_timeout(5000)
    open_recheck(page)
    take(page, "recheck")
    page.get_by_role("button", name="Send the sample").click()
    take(page, "recheck-sample")


def publish(page: Page, policy: str, more: str, name: str) -> None:
    """Publish a guideline that says more of the second category; take the form before."""
    page.goto("/admin/labeling/policyversion/add/")
    page.get_by_role("link", name=policy).click()
    page.get_by_label("substantive").check()
    text = page.locator("textarea[name^=text_]").nth(1)
    text.fill(f"{text.input_value()}{more}")
    page.locator("input[name^=changed_]").nth(1).check()
    take(page, name, whole=True)
    page.get_by_role("button", name="Publish").click()


def open_recheck(page: Page) -> None:
    """Open the latest re-check."""
    page.goto("/admin/labeling/recheck/")
    page.locator("#result_list tbody a").first.click()


def recheck_rest(desk: Desk, truth: Truth) -> None:
    """Take what the sample of the re-check says of the rest, once somebody has judged it elsewhere."""
    labels = truth.site.data_dir / "sample.csv"
    answers = [",".join(row) for row in shown(truth.site, _SAMPLE)]
    labels.write_text("\n".join(["item,labeler,label", *answers]))
    manage(truth.site, "import_labels", str(labels), "--policy", "risky-things", "--source", "demo")
    desk.log_in("admin", PASSWORD)
    open_recheck(desk.page)
    take(desk.page, "recheck-rest")

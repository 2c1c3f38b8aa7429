"""Machines and models in a real browser: what comes after the page comes, and what cannot come is said."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import let_in
from tests.browser.driver import NARROW, Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOON_MS = 15_000  # the page asks every five seconds


@pytest.fixture(autouse=True, scope="module")
def no_broker(server):
    """For the web server, which is started anew with it and ended with it."""
    server.kill()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CELERY_BROKER_URL", "redis+socket:///nowhere/valkey.sock")
        yield
        server.kill()


@pytest.fixture
def desk(browser, web):
    """An admin, logged in. At the end the browser must not have had to refuse anything of ours."""
    from tests import factories as make

    make.person("admin", "admin")
    sat = Desk(browser, web.url)
    let_in(sat, "admin")
    yield sat
    assert [text for text in sat.complaints if "Failed to load resource" not in text] == []
    sat.close()


@pytest.fixture
def model(policy):
    """A classifier with enough of people's decisions beside its own."""
    from tests import factories as make
    from tests import machine_factories as machine

    found, lena = machine.classifier(policy, "clothes-heads-1"), make.person("lena", "labeler")
    for number in range(32):
        image = make.queued(f"{number}", policy)
        machine.scored(image)
        machine.judged(image, found, 0.8, 0.15, 0.05)
        make.label_next(lena, policy, "low" if number < 4 else "safe")
    machine.set_aside(make.image("broken"), "OSError: cut short")
    return found


def test_the_page_fills_itself_while_the_broker_is_away(desk, model):
    desk.page.goto("/admin/")
    desk.page.locator("#content").get_by_role("link", name="Workers and backlog").click()
    expect(desk.page.locator("#workers")).to_contain_text("The broker does not answer.")
    work = desk.page.locator("#backlog")
    expect(work.get_by_role("row", name=re.compile("Judging: Clothes"))).to_contain_text("32")
    expect(work.get_by_role("img", name="Images scored per minute")).to_be_visible()
    expect(work).to_contain_text("OSError: cut short")
    expect(desk.page.locator("#stale")).to_be_hidden()


def test_the_page_keeps_itself_up_to_date_and_the_focus_where_it_is(desk, model):
    from tests import factories as make

    desk.page.goto("/admin/machines/")
    row = desk.page.get_by_role("row", name=re.compile("^Scoring"))
    link = row.get_by_role("link", name="embedder-1")
    link.focus()
    make.image("one more")
    expect(row).to_contain_text("32 of 33", timeout=SOON_MS)
    expect(link).to_be_focused()


def test_it_says_when_it_is_not_up_to_date_any_more(desk, model, web):
    desk.page.goto("/admin/machines/")
    expect(desk.page.locator("#backlog")).to_contain_text("Clothes")
    web.kill()
    expect(desk.page.locator("#stale")).to_contain_text("no longer up to date", timeout=SOON_MS)
    expect(desk.page.locator("#backlog")).to_contain_text("Clothes")
    web.start()
    expect(desk.page.locator("#stale")).to_be_hidden(timeout=SOON_MS)
    desk.context.clear_cookies(name="sessionid")
    expect(desk.page.locator("#stale")).to_contain_text("You are not logged in any more.", timeout=SOON_MS)
    desk.page.close()
    desk.complaints.clear()  # of a server that was away


def test_a_models_report_comes_after_its_page_and_it_is_retired(desk, model):
    from ml.models import ModelVersion

    desk.page.goto(f"/admin/ml/modelversion/{model.pk}/change/")
    report = desk.page.locator("#report")
    expect(report.get_by_role("table", name="Where it differs")).to_contain_text("28")
    expect(report.get_by_role("img", name=re.compile("images by entropy"))).to_be_visible()
    desk.page.get_by_role("link", name="Retire").click()
    expect(desk.page.get_by_text("No model will be active for Clothes")).to_be_visible()
    desk.page.get_by_role("button", name="Retire").click()
    expect(desk.page.get_by_text("clothes-heads-1 is retired.")).to_be_visible()
    assert ModelVersion.objects.get(pk=model.pk).state == "retired"


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, NARROW])
def test_nothing_is_cut_off(desk, model, size):
    desk.page.set_viewport_size(size)
    for address in (
        "/admin/machines/",
        f"/admin/ml/modelversion/{model.pk}/change/",
        f"/admin/ml/modelversion/{model.pk}/state/retire/",
    ):
        desk.page.goto(address, wait_until="networkidle")
        assert desk.overflow() == [], address

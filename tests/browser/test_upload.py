"""The upload page in a real browser: files are dropped, sent in portions, and a lost connection loses none."""

import pytest
from playwright.sync_api import expect

from labeling.models import Arrival
from moderation import tasks
from moderation.models import IncomingFile
from tests import factories as make
from tests.browser.conftest import PASSWORD, let_in
from tests.browser.driver import Desk
from tests.pictures import encoded, photo_like

pytestmark = pytest.mark.browser

DROP = """(count) => {
  const files = new DataTransfer();
  for (let n = 0; n < count; n++) files.items.add(new File([`no picture ${n}`], `dropped ${n}.jpg`));
  document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer: files, cancelable: true }));
}"""


@pytest.fixture
def open_page(browser, web, policy):
    make.source("shop", policy)
    make.person("admin", "admin", password=PASSWORD)
    desks = []

    def opened(**context) -> Desk:
        desk = Desk(browser, web.url, **context)
        desks.append(desk)
        let_in(desk, "admin")
        desk.page.goto("/upload/")
        return desk

    yield opened
    for desk in desks:
        assert [text for text in desk.complaints if "Failed to load resource" not in text] == []
        desk.close()


def files(count):
    return [
        {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": encoded(photo_like(n, (64, 48)), "JPEG")}
        for n in range(count)
    ]


def upload(desk, what):
    desk.page.set_input_files("#files", what)
    desk.page.get_by_role("button", name="Upload").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_chosen_files_are_taken_in_and_the_page_follows(open_page, scripts):
    desk = open_page(java_script_enabled=scripts)
    upload(desk, [*files(2), {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}])
    expect(desk.page.get_by_text("3 files: 0 taken, 0 not taken.")).to_be_visible()
    tasks.ingest_incoming()
    if not scripts:
        desk.page.reload()
    expect(desk.page.get_by_text("3 files: 2 taken, 1 not taken.")).to_be_visible()
    expect(desk.page.get_by_role("cell", name="b.jpg")).to_be_visible()
    assert Arrival.objects.count() == 2


def test_many_dropped_files_arrive_as_one_batch_in_portions(open_page):
    desk, sent = open_page(), []
    desk.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    desk.page.evaluate(DROP, 45)
    expect(desk.page.get_by_text("45 files chosen")).to_be_visible()
    desk.page.get_by_role("button", name="Upload").click()
    expect(desk.page.get_by_text("45 files: 0 taken, 0 not taken.")).to_be_visible()
    assert len(sent) == 3
    assert IncomingFile.objects.values("batch").distinct().count() == 1


def test_while_the_server_is_away_it_says_so_and_goes_on_afterwards(open_page, web):
    desk = open_page()
    web.kill()
    upload(desk, files(3))
    expect(desk.page.get_by_text("The connection was lost.")).to_be_visible()
    web.start()
    desk.page.get_by_role("button", name="Upload").click()
    expect(desk.page.get_by_text("3 files:")).to_be_visible()
    assert IncomingFile.objects.count() == 3


def test_logged_out_meanwhile_it_says_so_and_goes_on_afterwards(open_page):
    desk = open_page()
    desk.context.clear_cookies(name="sessionid")
    upload(desk, files(1))
    expect(desk.page.get_by_text("You are not logged in any more.")).to_be_visible()
    assert not IncomingFile.objects.exists()
    desk.log_in("admin", PASSWORD, desk.open_tab())
    desk.page.get_by_role("button", name="Upload").click()
    expect(desk.page.get_by_text("1 file:")).to_be_visible()

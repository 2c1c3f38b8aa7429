"""Do people agree? In a real browser: found, readable in a narrow window, on paper and by screen readers."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import let_in
from tests.browser.driver import NARROW, WIDE, Desk
from tests.browser.test_accessibility import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def judged(policy):
    """Three people have judged thirty images, two days ago, and agreement was measured on three days."""
    from labeling import clock
    from labeling.models import PolicyVersion, QueueEntry
    from labeling.services.agreement import take_snapshot
    from tests import factories as make
    from tests.labeling.opinions import table

    people = [make.person(name, "labeler") for name in ("lena", "omar", "ruth")]
    now = clock.now()
    with clock.at(now - timedelta(days=6)):
        table(policy, people, 70)
    PolicyVersion.objects.create(policy=policy, number=2, kind="editorial", published_at=now - timedelta(days=4))
    for days in (5, 3, 1):
        with clock.at(now - timedelta(days=days)):
            take_snapshot(policy=policy)
    QueueEntry.objects.update(state="done")


def readable(desk):
    for window in (WIDE, NARROW):
        desk.page.set_viewport_size(window)
        assert desk.overflow() == []
    assert barriers(desk.page) == []


def test_an_admin_reads_the_numbers_and_a_labeler_their_own(browser, web, judged):
    from tests import factories as make

    make.person("admin", "admin")
    desk = Desk(browser, web.url)
    let_in(desk, "admin")
    desk.page.goto("/admin/")
    desk.page.locator("#content").get_by_role("link", name="Do people agree?").click()
    expect(desk.page.get_by_role("img", name="Raw agreement")).to_be_visible()
    expect(desk.page.get_by_role("img", name="Agreement by category")).to_be_visible()
    readable(desk)
    desk.page.emulate_media(media="print")
    expect(desk.page.get_by_role("img", name="Raw agreement")).to_be_visible()
    for control in (("button", "Take a snapshot now"), ("link", "Download all people (CSV)")):
        expect(desk.page.get_by_role(control[0], name=control[1])).to_be_hidden()
    desk.page.emulate_media(media="screen")
    desk.page.get_by_role("link", name="lena").click()
    expect(desk.page.get_by_role("row", name="As others")).to_contain_text("n = ")
    readable(desk)
    assert [text for text in desk.complaints if "Failed to load resource" not in text] == []
    desk.close()
    own = Desk(browser, web.url)
    let_in(own, "lena")
    own.page.locator("section", has_text="My figures").get_by_role("link").click()
    expect(own.page.get_by_role("row", name="As others")).to_contain_text("n = ")
    expect(own.page.get_by_text("omar")).to_have_count(0)
    readable(own)
    assert own.complaints == []
    own.close()

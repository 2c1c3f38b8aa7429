"""My feedback, and where model and people differ, in a real browser: read by everybody, in wide and narrow windows."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import let_in
from tests.browser.driver import Desk
from tests.browser.test_agreement import readable

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_reads_what_became_of_their_answers(desk, pictures, policy):
    from labeling.models import Person
    from tests import factories as make

    lena, ada = Person.objects.get(username="lena"), make.person("ada", "adjudicator")
    pictures(3)
    for right in ("harmful", "safe", "harmful"):
        make.adjudicated(make.label_next(lena, policy, "safe").image, policy, right, by=ada)
    desk.page.goto("/")
    expect(desk.page.locator("#unread")).to_have_text("3")
    desk.page.locator("section", has_text="My feedback").get_by_role("link").click()
    expect(desk.page.get_by_role("listitem")).to_have_count(3)
    expect(desk.page.get_by_role("listitem").first).to_contain_text("You said Safe; it is Harmful.")
    image = desk.page.get_by_role("img").first
    expect(image).to_be_visible()
    assert image.evaluate("each => each.decode().then(() => each.naturalWidth)") > 0
    readable(desk)
    desk.page.get_by_role("link", name="Other than your answer: 2").click()
    expect(desk.page.get_by_role("listitem")).to_have_count(2)
    desk.page.goto("/")
    expect(desk.page.locator("#unread")).to_have_text("0")
    assert desk.complaints == []


def test_an_admin_reads_who_was_right(browser, web, policy):
    from ml.models import ModelVersion
    from tests import factories as make
    from tests.labeling.test_disputes import MADE
    from tests.labeling.test_disputes_page import settled

    policy.slice_share, policy.dispute_share = 1e-9, 1
    policy.save()
    model, ada = make.classifier(policy), make.person("ada", "adjudicator")
    ModelVersion.objects.update(created_at=MADE)
    model.refresh_from_db()
    settled(policy, model, ada, weeks=2)
    make.person("admin", "admin")
    desk = Desk(browser, web.url)
    let_in(desk, "admin")
    desk.page.goto("/admin/")
    desk.page.locator("#content").get_by_role("link", name="Where model and people differ").click()
    expect(desk.page.get_by_role("img", name="The label was wrong")).to_be_visible()
    readable(desk)
    desk.close()

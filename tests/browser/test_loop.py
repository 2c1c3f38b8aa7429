"""The whole loop: two people disagree, an adjudicator settles it, the rule gets better, old decisions are doubted."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD
from tests.browser.driver import NARROW, WIDE, Desk
from tests.browser.test_accessibility import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REASON = "Whoever holds it can use it."
# What the image's page tells, in words of its table and of people.
HISTORY = [
    *("arrived", "first opinion: it arrived", "Safe (first opinion)", "Harmful (further opinion)", "people disagree"),
    *("Harmful (guideline gap)", "decision", "proposed as exemplar", "exemplar in the guideline"),
    *("proposed for a re-check", "sent to be judged again", "to be looked at again", "noor", REASON),
]


def publish(desk, policy):
    """Publish a version in the admin that takes the proposal and changes what harmful means."""
    harmful = policy.categories.get(key="harmful")
    desk.page.goto(f"/admin/labeling/policyversion/add/?policy={policy.pk}")
    desk.page.get_by_label("substantive").check()
    for each in policy.categories.all():
        desk.page.fill(f"#id_text_{each.pk}", f"What {each} is.")
    desk.page.check(f"#id_changed_{harmful.pk}")
    expect(desk.page.get_by_label("Take as exemplar")).to_be_checked()
    desk.page.get_by_role("button", name="Publish").click()
    desk.page.wait_for_url(re.compile(r"/admin/labeling/policyversion/(\d+/change/)?$"))


def answers(browser, web, name, key):
    """Log in, answer the one image that waits, and leave."""
    desk = Desk(browser, web.url)
    desk.log_in(name, PASSWORD)
    desk.open_queue("clothes")
    desk.answer(key)
    desk.wait_until("saved")
    desk.close()


def reads_and_finds_the_outcome(desk, name):
    """What changed is read before the next image, and the outcome with its reason is in the feedback."""
    desk.log_in(name, PASSWORD)
    desk.page.goto("/label/clothes/")
    expect(desk.page.get_by_role("heading", name="The guideline has changed")).to_be_visible()
    expect(desk.page.get_by_role("heading", name="New exemplars")).to_be_visible()
    for window in (NARROW, WIDE):
        desk.page.set_viewport_size(window)
        assert desk.overflow() == []
    assert barriers(desk.page) == []
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#workbench")).to_be_visible()
    desk.page.goto("/me/feedback/")
    expect(desk.page.get_by_text(REASON)).to_be_visible()
    desk.close()


def test_a_conflict_makes_the_guideline_better(browser, web, policy, lena, pictures):
    from labeling import tasks
    from labeling.models import Adjudication, Exemplar, GuidelineReading, Label, PeopleDecision
    from tests import factories as make

    policy.slice_opinions = 2
    policy.save()
    pictures(1)
    for name, role in (("omar", "labeler"), ("noor", "labeler"), ("ada", "adjudicator"), ("admin", "admin")):
        make.person(name, role, password=PASSWORD)
    answers(browser, web, "lena", "1")
    answers(browser, web, "omar", "3")
    assert not PeopleDecision.objects.exists()

    desk = Desk(browser, web.url)
    desk.log_in("ada", PASSWORD)
    desk.page.goto("/adjudicate/clothes/")
    desk.page.keyboard.press("3")
    expect(desk.page.get_by_role("heading", name="What people said")).to_be_visible()
    for key in ("g", "x", "r"):
        desk.page.keyboard.press(key)
    desk.page.keyboard.type(REASON)
    desk.page.keyboard.press("Control+Enter")
    expect(desk.page.get_by_role("status")).to_contain_text("Settled")
    desk.close()

    desk = Desk(browser, web.url)
    desk.log_in("admin", PASSWORD)
    publish(desk, policy)
    tasks.propose_rechecks(policy.versions.first().pk)  # what publishing wakes in a worker
    desk.page.goto("/admin/labeling/recheck/")
    desk.page.locator("#result_list tbody a").first.click()
    desk.page.get_by_role("button", name="Send the sample to people (1)").click()
    expect(desk.page.get_by_text("1 image goes to people again.")).to_be_visible()
    desk.close()

    for name in ("lena", "omar"):
        reads_and_finds_the_outcome(Desk(browser, web.url), name)
    answers(browser, web, "noor", "3")  # who never knew another rule is shown none

    desk = Desk(browser, web.url)
    desk.log_in("admin", PASSWORD)
    desk.page.goto("/admin/labeling/recheck/")
    expect(desk.page.get_by_text("None of 1")).to_be_visible()
    made = Adjudication.objects.get()
    desk.page.goto(f"/admin/labeling/image/{made.image_id}/change/")
    history = desk.page.locator(".history")
    for line in HISTORY:
        expect(history.get_by_text(line).first).to_be_visible()
    desk.close()

    assert made.decision.category.key == "harmful"
    assert Exemplar.objects.get().image == made.image
    assert set(GuidelineReading.objects.values_list("person__username", flat=True)) == {"lena", "omar"}
    said = Label.objects.order_by("id").values_list("labeler__username", "purpose", "category__key")
    assert list(said) == [
        ("lena", "first", "safe"),
        ("omar", "second", "harmful"),
        ("ada", "adjudication", "harmful"),
        ("noor", "second", "harmful"),
    ]

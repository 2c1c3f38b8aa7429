"""Whatever goes wrong, the screen says what has happened, and nothing that was answered is lost."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from benchmarks import watching
from labeling.models import Assignment, Image, Label, QueueEntry
from labeling.services import leases
from tests import factories as make
from tests.browser.conftest import PASSWORD
from tests.site import wait_for

pytestmark = pytest.mark.browser


def test_a_page_closed_while_offline_sends_its_answers_when_it_is_opened_again(labeling, web):
    web.kill()
    given = labeling.answer("1", "2")
    labeling.wait_until("offline")
    labeling.page.goto("about:blank")
    web.start()
    labeling.page.goto("/label/clothes/")
    wait_for(lambda: Label.objects.filter(assignment__in=given).count() == 2, "both answers")
    labeling.wait_until("saved")
    assert labeling.wait_for_image() not in given
    shown = Assignment.objects.get(pk=labeling.assignment()).entry.image_id
    assert not Label.objects.filter(image=shown).exists()


def test_answers_whose_leases_ran_out_come_home_and_their_images_are_not_asked_again(labeling, web, lena):
    web.kill()
    given = labeling.answer("1", "2")
    labeling.page.goto("about:blank")
    Assignment.objects.update(expires_at="2020-01-01T00:00Z")
    QueueEntry.objects.update(leased_until=None)
    leases.expire_leases()
    web.start()
    labeling.page.goto("/label/clothes/")
    wait_for(lambda: Label.objects.count() == 2, "both answers")
    labeling.wait_until("saved")
    labeling.wait_for_image()
    held = Assignment.objects.filter(pk__in=cards(labeling)).values_list("entry__image", flat=True)
    assert not set(held) & set(Label.objects.values_list("image", flat=True))
    assert Label.objects.filter(assignment__in=given).count() == 2


def cards(desk):
    return [card.get_attribute("data-assignment") for card in desk.page.query_selector_all(".card")]


def test_answers_from_another_queue_are_sent_and_bring_no_image_of_it(labeling, web, pictures):
    other = make.policy("weapons")
    for image in Image.objects.filter(entries__isnull=False).order_by("id")[:4]:
        make.queue_image(image=image, policy=other)
    web.kill()
    labeling.answer("1", "2")
    labeling.page.goto("about:blank")
    web.start()
    labeling.page.goto("/label/weapons/")
    wait_for(lambda: Label.objects.count() == 2, "both answers")
    labeling.wait_until("saved")
    labeling.wait_for_image()
    policies = Assignment.objects.filter(pk__in=cards(labeling)).values_list("entry__policy__slug", flat=True)
    assert set(policies) == {"weapons"}


def test_a_session_that_ended_keeps_the_answers_until_the_login(labeling):
    Session.objects.all().delete()
    labeling.answer("1", "3")
    labeling.wait_until("loggedout")
    status = labeling.page.locator("#saved")
    expect(status).to_contain_text("2")
    assert Label.objects.count() == 0
    with labeling.context.expect_page() as opened:
        status.get_by_role("link", name="Log in").click()
    tab = opened.value
    labeling.log_in("lena", PASSWORD, page=tab)
    tab.close()
    labeling.page.bring_to_front()
    labeling.wait_until("saved")
    assert Label.objects.count() == 2


def test_cleared_cookies_are_a_logout_too(labeling):
    labeling.context.clear_cookies()
    labeling.answer("1")
    labeling.wait_until("loggedout")
    tab = labeling.open_tab()
    labeling.log_in("lena", PASSWORD, page=tab)
    tab.close()
    labeling.page.bring_to_front()
    labeling.wait_until("saved")
    assert Label.objects.count() == 1


def test_somebody_elses_login_in_the_same_browser_neither_loses_nor_takes_the_answers(labeling):
    make.person("omar", "labeler", password=PASSWORD)
    labeling.context.clear_cookies()
    tab = labeling.open_tab()
    labeling.log_in("omar", PASSWORD, page=tab)
    labeling.page.bring_to_front()
    labeling.answer("1")
    labeling.wait_until("otherlogin")
    assert Label.objects.count() == 0
    labeling.context.clear_cookies()
    labeling.log_in("lena", PASSWORD, page=tab)
    tab.close()
    labeling.page.bring_to_front()
    labeling.wait_until("saved")
    assert Label.objects.get().labeler.username == "lena"


def test_an_empty_queue_says_so_and_finds_new_images_by_itself(desk, pictures):
    desk.page.clock.install()
    desk.page.goto("/label/clothes/")
    expect(desk.page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    desk.page.wait_for_load_state("networkidle")
    pictures(1)
    desk.page.clock.run_for(21_000)
    desk.answer("1")
    expect(desk.page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    desk.wait_until("saved")
    assert Label.objects.count() == 1


def test_where_nothing_waits_only_what_can_be_used_is_there(desk, pictures):
    pictures(1)
    desk.open_queue("clothes")
    desk.press("c")
    expect(desk.page.locator("#caption")).to_be_visible()
    desk.answer("1")
    expect(desk.page.locator("#empty")).to_be_visible()
    left = ["Winnow", "To the first page", "z Undo", "l Last ten", "g Guideline"]
    assert desk.page.evaluate(watching.CONTROLS) == left
    expect(desk.page.locator("#side")).to_be_hidden()
    desk.press("x", "s", "h", "+")  # what is not there has no key
    assert desk.page.evaluate(watching.CONTROLS) == left
    assert desk.page.locator("#stage.closer, #cannot[open], #similar:not([hidden])").count() == 0
    desk.press("z")
    desk.wait_for_image()
    expect(desk.page.locator("#caption")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Safe")).to_be_enabled()


def test_an_image_that_went_to_somebody_else_is_replaced_with_a_word_about_it(labeling):
    lost = labeling.assignment()
    omar = make.person("omar", "labeler")
    entry = Assignment.objects.get(pk=lost).entry
    Assignment.objects.filter(pk=lost).update(ended_at="2026-01-01T00:00Z", outcome="expired")
    QueueEntry.objects.filter(pk=entry.pk).update(leased_until=None)
    leases.lease_entry(person=omar, entry_id=entry.pk, page="00000000-0000-0000-0000-000000000001")
    labeling.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(labeling.page.locator("#notice")).to_contain_text("went to somebody else")
    assert labeling.wait_for_image() != lost


def test_an_answer_given_twice_in_two_windows_is_refused_with_words(labeling):
    second = labeling.open_tab()
    second.goto("/label/clothes/")
    second.wait_for_selector('.card.current[data-state="ready"]')
    labeling.page.bring_to_front()
    labeling.answer("1")
    labeling.wait_until("saved")
    second.bring_to_front()
    second.keyboard.press("2")
    expect(second.locator("#notice")).to_contain_text("answered this image already")
    assert Label.objects.get().category.key == "safe"
    assert second.locator("#today").inner_text() == "0"


def test_an_image_that_does_not_load_can_be_loaded_again_or_called_impossible(desk, pictures):
    pictures(2)
    desk.page.route("**/images/*", lambda route: route.abort())
    desk.page.goto("/label/clothes/")
    expect(desk.page.get_by_role("heading", name="could not be loaded")).to_be_visible()
    desk.press("1")
    assert Label.objects.count() == 0
    desk.page.unroute("**/images/*")
    desk.page.get_by_role("button", name="Load again").click()
    desk.answer("1")
    desk.wait_until("saved")
    assert Label.objects.count() == 1


def test_a_picture_that_did_not_arrive_is_asked_for_once_more(desk, pictures):
    pictures(1)
    failed = []

    def fail_once(route):
        if failed:
            return route.continue_()
        failed.append(route.request.url)
        return route.abort()

    desk.page.route("**/images/*", fail_once)
    desk.page.goto("/label/clothes/")
    desk.wait_for_image()
    assert failed


def test_an_erased_image_is_named_as_such(desk, pictures):
    pictures(2)
    Image.objects.update(view_key="")
    desk.page.goto("/label/clothes/")
    expect(desk.page.get_by_role("heading", name="erased")).to_be_visible()
    desk.press("x", "1")
    desk.wait_until("saved")
    assert Label.objects.get().reason == "unreadable"


def test_an_answer_that_no_server_takes_stays_in_sight(labeling):
    """A label for an assignment that is not this person's, say from a database that was restored."""
    labeling.page.evaluate(
        "document.querySelector('.card.current').dataset.assignment = '00000000-0000-0000-0000-000000000001'"
    )
    labeling.press("2")
    expect(labeling.page.locator("#kept")).to_contain_text("Low")
    labeling.page.reload()
    expect(labeling.page.locator("#kept")).to_contain_text("Low")
    labeling.page.locator("#kept").get_by_role("button").click()
    expect(labeling.page.locator("#kept")).to_be_hidden()
    labeling.answer("1")
    labeling.wait_until("saved")
    assert Label.objects.count() == 1


def test_an_undo_whose_response_is_lost_brings_the_image_back_all_the_same(labeling):
    labeling.answer("1")
    labeling.wait_until("saved")
    lose = {"left": 1}

    def lose_one(route):
        if lose["left"]:
            lose["left"] -= 1
            route.fetch()
            route.abort()
        else:
            route.continue_()

    labeling.page.route("**/undo", lose_one)
    labeling.press("z")
    labeling.wait_until("saved")
    labeling.answer("2")
    labeling.wait_until("saved")
    assert Label.objects.get(withdrawal=None).category.key == "low"
    assert Label.objects.count() == 2
    assert len(set(Label.objects.values_list("image", flat=True))) == 1


def test_an_image_whose_lease_ended_before_it_was_loaded_is_replaced(desk, pictures):
    """As when the page is reloaded at the very moment in which the page before it gives its images back."""
    pictures(5)
    lost = []

    def end_the_first(route):
        if not lost:
            assignment = Assignment.objects.get(pk=route.request.url[-36:])
            leases.give_back(person=assignment.labeler, page=assignment.page)
            lost.append(str(assignment.pk))
        route.continue_()

    desk.page.route("**/images/*", end_the_first)
    desk.page.goto("/label/clothes/")
    assert desk.wait_for_image() not in lost
    desk.answer("1")
    desk.wait_until("saved")
    assert Label.objects.count() == 1

"""A picture is judged once: its copies follow, a later one is decided by the bank, and a wrong match is undone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from labeling import clock
from labeling.models import Label, QueueEntry, ReviewRequest
from labeling.services import copy_search, scoring
from ml import services as ml
from moderation.models import BankEntry, MachineDecision
from moderation.services import banks
from moderation.services.intake import receive
from tests import factories as make
from tests.browser.conftest import let_in
from tests.browser.driver import Desk
from tests.browser.test_accessibility import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def source(policy):
    policy.slice_share, policy.bank_opinions = 1e-9, 1
    policy.save()
    return make.source("scenes", policy)


def comes_in(source, name, data, *, later=timedelta()):
    with clock.at(clock.now() + later):
        image = receive(data=data, source=source, external_id=name, received_at=clock.now()).image
        while scoring.score_next():
            pass
        while copy_search.search_next():
            pass
        banks.route_next(policy=source.policies.get(), count=100)
    return image


def act(page, action):
    page.locator("select[name=action]").select_option(label=action)
    page.get_by_role("button", name="Go").click()


def test_judged_once_decided_by_the_bank_called_wrong_and_reversed(desk, browser, web, source):
    scene = ml.draw_scene(7).jpeg
    first = comes_in(source, "scene", scene)
    comes_in(source, "copy that waits", ml.edit_copy(scene, seed=1))
    assert list(QueueEntry.objects.filter(state="open").values_list("image", flat=True)) == [first.pk]
    desk.open_queue("clothes")
    desk.answer("3")
    expect(desk.page.locator("#empty")).to_be_visible()
    desk.wait_until("saved")
    assert Label.objects.get().image == first

    later = [comes_in(source, f"re-upload {n}", ml.edit_copy(scene, seed=n), later=timedelta(hours=1)) for n in (2, 3)]
    decided = MachineDecision.objects.filter(withdrawal=None).order_by("id")
    assert [each.arrival.image for each in decided.all()] == later

    make.person("ada", "adjudicator")
    reviewer = Desk(browser, web.url)
    let_in(reviewer, "ada")
    page = reviewer.page
    page.goto("/admin/moderation/machinedecision/")
    page.get_by_role("link", name=str(later[0]), exact=True).click()
    expect(page.get_by_text("People decided the picture in the bank as Harmful on")).to_be_visible()
    assert barriers(page) == []
    page.go_back()
    page.locator("tr", has_text=str(later[0])).get_by_role("checkbox").check()
    act(page, "This match is wrong: part them, stop the entry")
    expect(page.get_by_text("1 other decision of it stands")).to_be_visible()
    assert BankEntry.objects.get().disabled_at
    page.get_by_role("link", name="See them").click()
    page.locator("tr", has_text=str(later[1])).get_by_role("checkbox").check()
    act(page, "Reverse: people look")
    expect(page.get_by_text("1 decision is taken back.")).to_be_visible()
    assert not decided.all()

    third = comes_in(source, "re-upload 4", ml.edit_copy(scene, seed=4), later=timedelta(hours=2))
    assert not decided.all()
    # People are asked about all three, one copy of a picture after the other, and not about what was decided with it.
    assert {request.image for request in ReviewRequest.objects.filter(why="copy")} == {*later, third}
    assert QueueEntry.objects.get(state="open").image == later[0]
    reviewer.close()

"""The history of a picture in the admin: machines' decisions stand among what people said, of its copies too."""

import pytest
from django.urls import reverse

from labeling.selectors.history import image_history
from moderation.models import BankEntry, MachineDecision, MachineDecisionWithdrawal
from moderation.selectors.history import machine_history
from tests import factories as make
from tests.moderation.test_banks import Day

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    return Day(required_opinions=2, slice_opinions=2)


def test_what_machines_decided_is_told_on_the_page_of_every_copy(client, day):
    copy = day.copy()
    day.first.refresh_from_db()  # one group with the copy now
    decision = MachineDecision.objects.get()
    MachineDecisionWithdrawal.objects.create(decision=decision, withdrawn_by=day.people[3], cause="tests")
    told = [each for each in image_history(day.first, machine_history(day.first)) if "machine" in each.what]
    entry = str(BankEntry.objects.get())
    assert [(each.what, each.image_id, each.policy, each.who, each.detail) for each in told] == [
        ("decided by a machine", copy.pk, "Weapons v1", entry, "Harmful: copy 1"),
        ("machine's decision withdrawn", copy.pk, "Weapons v1", "dora", "Harmful: copy 1: tests"),
    ]
    client.force_login(make.person("admin", "admin"), backend="labeling.access.RoleBackend")
    page = client.get(reverse("admin:labeling_image_change", args=[day.first.pk])).content.decode()
    assert "decided by a machine" in page
    assert f">image {copy.pk}</a>" in page


def test_the_bank_entry_that_decides_by_it_is_told_with_who_disabled_it(day):
    day.copy()
    day.first.refresh_from_db()
    BankEntry.objects.update(disabled_at=make.clock.now(), disabled_by=day.people[2], disabled_why="tests")
    told = {each.what: each for each in machine_history(day.first)}
    assert told["added to the bank"].detail == "known harmful, Harmful: every source"
    assert (told["disabled in the bank"].who, told["disabled in the bank"].detail) == ("chen", "tests")

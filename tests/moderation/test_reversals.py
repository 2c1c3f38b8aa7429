"""Taking back all that an entry decided: asked for at once, done in portions, and not lost with a message."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from labeling import clock
from moderation import tasks
from moderation.models import BankEntry, MachineDecision, MachineDecisionWithdrawal
from moderation.services import entries, reversals
from tests import factories as make
from tests.moderation.test_banks import NOON, Day

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def day():
    day = Day(required_opinions=2, slice_opinions=2)
    for _ in range(5):
        day.copy()
    return day


def ask(day):
    with clock.at(LATER):
        return reversals.ask(entry=BankEntry.objects.get(), by=day.people[0], why="bad")


def test_asked_for_the_entry_decides_nothing_more_and_what_it_decided_stands_until_a_worker_comes(day):
    assert ask(day) == 5
    assert len(day.decided()) == 5
    entry = BankEntry.objects.get()
    assert (entry.disabled_by, entry.reversal_asked_by, entry.is_being_reversed) == (*day.people[:1] * 2, True)


def test_it_is_done_in_portions_until_nothing_is_left(day):
    ask(day)
    left = []
    while reversals.reverse_next(count=2):
        left.append(len(day.decided()))
    assert left == [3, 1, 0]
    entry = BankEntry.objects.get()
    assert (entry.reversal_asked_at, entry.reversal_asked_by, entry.is_being_reversed) == (None, None, False)
    assert entry.disabled_at
    taken_back = MachineDecisionWithdrawal.objects.all()
    assert {(each.withdrawn_by, each.cause) for each in taken_back} == {(day.people[0], "reversed")}


def test_an_entry_that_decided_nothing_is_done_with_at_once(day):
    entries.reverse_all(entry=BankEntry.objects.get(), by=None, why="tried")
    assert ask(day) == 0
    assert reversals.reverse_next(count=2)
    assert not reversals.reverse_next(count=2)


def test_when_its_message_is_lost_the_clock_goes_on_with_it(day):
    ask(day)
    tasks.heal_copies()
    assert day.decided() == []
    assert BankEntry.objects.get().reversal_asked_at is None


def test_who_enables_the_entry_again_ends_it_also_for_when_it_is_disabled_once_more(day):
    ask(day)
    reversals.reverse_next(count=2)
    with clock.at(LATER + timedelta(minutes=1)):
        entries.enable(entry=BankEntry.objects.get())
    assert not reversals.reverse_next(count=2)
    with clock.at(LATER + timedelta(minutes=2)):
        entries.disable(entry=BankEntry.objects.get(), by=None, why="bad after all")
    assert not reversals.reverse_next(count=2)
    assert (len(day.decided()), BankEntry.objects.get().is_being_reversed) == (3, False)


def test_an_entry_that_was_disabled_before_is_reversed_as_well(day):
    with clock.at(LATER - timedelta(hours=1)):
        entries.disable(entry=BankEntry.objects.get(), by=day.people[1], why="bad")
    ask(day)
    assert BankEntry.objects.get().disabled_by == day.people[1]
    tasks.heal_copies()
    assert {each.withdrawn_by for each in MachineDecisionWithdrawal.objects.all()} == {day.people[0]}


def test_the_admin_only_asks_and_sees_how_many_are_left(client, day, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr("celery.Task.apply_async", lambda task, ids=(), *_, **__: sent.append((task.name, *ids)))
    ada = make.person("ada", "admin")
    client.force_login(ada)
    address, entry = reverse("admin:moderation_bankentry_changelist"), BankEntry.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        act = {"action": "reverse_all", "_selected_action": [entry.pk]}
        said = client.post(address, act, follow=True).content.decode()
    assert "5 decisions are taken back. Thousands take some minutes" in said
    assert "what it decided is being taken back" in said
    assert sent == [("moderation.tasks.reverse_decisions",)]
    assert MachineDecision.objects.filter(withdrawal=None).count() == 5
    updates = LogEntry.objects.get_for_object(entry).filter(action=LogEntry.Action.UPDATE)
    logged = updates.filter(changes__has_key="reversal_asked_by").get()
    assert logged.actor == ada
    reversals.reverse_next(count=100)
    assert "what it decided is being taken back" not in client.get(address).content.decode()

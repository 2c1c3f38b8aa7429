"""What holds of banks when things go wrong: a match, a source, a race, people who are none."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from labeling import clock
from labeling.models import CopyGroup, PeopleDecision, QueueEntry
from labeling.services import copies
from labeling.services.images import record_known_arrival
from moderation.models import BankEntry, MachineDecision
from moderation.services import banks, entries
from moderation.tasks import heal_copies
from tests import factories as make
from tests.moderation.test_banks import NOON, Day

pytestmark = pytest.mark.django_db


@pytest.fixture
def day():
    return Day(required_opinions=2, slice_opinions=2)


def test_what_else_an_entry_decided_stands_after_a_wrong_match_until_somebody_reverses_it(day):
    images = [day.copy() for _ in range(3)]
    wrong = MachineDecision.objects.get(arrival__image=images[0])
    entries.call_match_wrong(decision=wrong, by=day.people[2])
    heal_copies()
    assert day.decided() == [(image.pk, "harmful") for image in images[1:]]
    assert PeopleDecision.objects.get(withdrawal=None).image == day.first  # both saw this very picture


def test_what_two_people_said_of_two_pictures_falls_when_they_turn_out_to_be_two(day):
    with clock.at(NOON + timedelta(minutes=2)):
        one, other = (make.queued(name, day.policy) for name in ("one", "other"))
        match = make.copy_match(other, one)
        for who, image in zip(day.people[:2], (one, other), strict=True):
            assert make.label_next(who, day.policy, "safe").image == image
            QueueEntry.objects.filter(image=one).update(state="void")
    copies.join(match)
    assert PeopleDecision.objects.get(image__in=[one, other]).category.key == "safe"
    copies.part(match=match, by=day.people[3])
    assert not PeopleDecision.objects.filter(image__in=[one, other], withdrawal=None).exists()


def test_a_decision_falls_with_its_match_also_where_an_adjudicator_parts_them(day):
    ada = make.person("ada", "adjudicator")
    with clock.at(NOON + timedelta(minutes=2)):
        make.adjudicated(day.first, day.policy, "harmful", by=ada)
    image = day.copy()
    assert day.decided() == [(image.pk, "harmful")]
    decision = MachineDecision.objects.get(withdrawal=None)
    copies.part(match=decision.match, by=ada)
    heal_copies()
    assert day.decided() == []
    assert image.pk in [each for each, _ in day.asked()]


def test_a_source_that_does_not_ask_is_not_answered(day):
    with clock.at(NOON + timedelta(hours=1)):
        image = make.image("elsewhere", of=make.source("another question"))
        copies.join(make.copy_match(image, day.first))
        assert banks.route_next(policy=day.policy, count=100) == 0
    assert (day.decided(), day.asked()) == ([], [])
    with clock.at(NOON + timedelta(hours=2)):
        record_known_arrival(source=day.source, image=image, external_id="asked", received_at=NOON)
        assert banks.route_next(policy=day.policy, count=100) == 1
    assert list(MachineDecision.objects.values_list("arrival__source__name", flat=True)) == ["shop"]


def test_what_simulated_people_say_decides_about_no_real_source():
    day = Day(required_opinions=2, slice_opinions=2)
    for person in day.people:
        person.simulated = True
        person.save()
    image = day.copy()
    assert (day.decided(), day.asked()) == ([], [(image.pk, "copy")])
    day.source.demo = True
    day.source.save()
    assert day.copy().pk in [each for each, _ in day.decided()]


def test_a_harmful_picture_that_enough_people_agree_on_is_in_the_bank_before_a_copy_comes(day):
    with clock.at(NOON + timedelta(minutes=2)):
        make.queued("harmless", day.policy)
        for who in day.people[:2]:
            make.label_next(who, day.policy, "safe")
    heal_copies()
    heal_copies()
    entry = BankEntry.objects.get()
    assert (entry.image, entry.kind, entry.past_searched_at) == (day.first, "harmful", None)
    day.copy()
    assert MachineDecision.objects.get().bank_entry == entry


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_being_switched_off_decides_nothing_any_more():
    day = Day(required_opinions=2, slice_opinions=2)
    day.copy()
    entry = BankEntry.objects.get()
    with clock.at(NOON + timedelta(minutes=61)):
        image = make.queued("late", day.policy)
        copies.join(make.copy_match(image, day.first))
    routed = threading.Thread(target=_routed, args=(day.policy,))
    with transaction.atomic():
        entries.disable(entry=entry, by=None, why="tests")
        routed.start()
        routed.join(1)
        assert routed.is_alive()  # it waits for the entry's row
    routed.join(30)
    assert MachineDecision.objects.count() == 1
    assert (image.pk, "copy") in day.asked()


def _routed(policy):
    try:
        banks.route_next(policy=policy, count=100)
    finally:
        connection.close()


def test_pairs_that_wait_for_an_adjudicator_hold_up_no_other(day):
    with clock.at(NOON + timedelta(minutes=2)):
        other, *free = (make.queued(name, day.policy) for name in ("other", "one", "same"))
        make.decided(other, day.policy, "safe")
    waiting = make.copy_match(other, day.first)
    make.copy_match(free[1], free[0])
    assert copies.join_waiting(count=1) == 1
    assert CopyGroup.objects.get(images=free[0]) == CopyGroup.objects.get(images=free[1])
    assert copies.join_waiting(count=1) == 0
    assert CopyGroup.objects.get(images=waiting.image) != CopyGroup.objects.get(images=day.first)

"""What people have judged once is decided for later copies: by which entry, and until when."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from labeling import clock
from labeling.models import Arrival, CopyGroup, Image, PeopleDecision, QueueEntry
from labeling.services import copies, queueing
from labeling.services.undoing import withdraw_label
from moderation import tasks
from moderation.models import BankEntry, MachineDecision
from moderation.services import banks, entries, habits, newcomers
from tests import factories as make

pytestmark = pytest.mark.django_db
# Yesterday: what happens hours later is still in the past, whenever this runs.
NOON = timezone.now() - timedelta(days=1)


class Day:
    """A policy whose first picture was judged by two people, and what comes in later."""

    def __init__(self, slice_share=1e-9, key="harmful", **fields):
        self.policy = make.policy(slice_share=slice_share, **fields)
        self.source = make.source("shop", self.policy)
        self.people = [make.person(name, "labeler") for name in ("anna", "boris", "chen", "dora")]
        self.count = 0
        with clock.at(NOON):
            self.first = make.queued("first", self.policy)
        with clock.at(NOON + timedelta(minutes=1)):
            self.labels = [make.label_next(who, self.policy, key) for who in self.people[: self.opinions]]

    @property
    def opinions(self):
        return self.policy.required_opinions

    def copy(self, of=None, minutes=60):
        """A copy comes in, is found to be one, and is routed."""
        self.count += 1
        with clock.at(NOON + timedelta(minutes=minutes, seconds=self.count)):
            image = make.queued(f"copy {self.count}", self.policy)
            copies.join(make.copy_match(image, of or self.first))
            banks.route_next(policy=self.policy, count=100)
        return image

    def decided(self):
        current = MachineDecision.objects.filter(withdrawal=None).order_by("id")
        return list(current.values_list("arrival__image", "category__key"))

    def asked(self):
        return list(QueueEntry.objects.filter(state="open").values_list("image", "why").order_by("id"))


@pytest.fixture
def day():
    return Day(required_opinions=2, slice_opinions=2)


def test_a_copy_of_what_enough_people_agree_on_is_decided_and_nobody_is_asked(day):
    copy = day.copy()
    assert (day.decided(), day.asked()) == ([(copy.pk, "harmful")], [])
    decision = MachineDecision.objects.get()
    assert (decision.bank_entry.image, decision.bank_entry.kind) == (day.first, "harmful")
    assert decision.score == decision.match.agreement


def test_routed_twice_it_is_routed_once(day):
    day.copy()
    assert banks.route_next(policy=day.policy, count=100) == 0
    assert MachineDecision.objects.count() == 1


def test_new_matches_are_routed_at_once_and_older_ones_by_a_task_of_their_own(day):
    """Every few seconds the new ones only: a look through all takes ten seconds where there are 160,000."""
    with clock.at(NOON + timedelta(hours=1)):
        old = make.queued("old", day.policy)
        copies.join(make.copy_match(old, day.first))
    with clock.at(NOON + timedelta(days=3)):
        new = make.queued("new", day.policy)
        copies.join(make.copy_match(new, day.first))
        tasks.match_images()
        assert day.decided() == [(new.pk, "harmful")]
        tasks.tend_older_copies()
        assert day.decided() == [(new.pk, "harmful"), (old.pk, "harmful")]


def test_one_opinion_is_not_enough_but_the_first_copy_brings_the_second():
    day = Day(required_opinions=1, slice_opinions=1)
    first_copy = day.copy()
    assert (day.decided(), day.asked()) == ([], [(first_copy.pk, "copy")])
    with clock.at(NOON + timedelta(minutes=90)):
        make.label_next(day.people[1], day.policy, "harmful")
    second_copy = day.copy(minutes=120)
    assert (day.decided(), day.asked()) == ([(second_copy.pk, "harmful")], [])


def test_with_a_bank_of_none_people_see_every_later_copy():
    day = Day(required_opinions=2, slice_opinions=2, bank_opinions=0)
    copy = day.copy()
    assert (day.decided(), day.asked()) == ([], [(copy.pk, "copy")])


def test_people_see_the_random_slice_all_the_same():
    day = Day(required_opinions=2, slice_opinions=2, slice_share=1.0)
    copy = day.copy()
    assert (day.decided(), day.asked()) == ([(copy.pk, "harmful")], [(copy.pk, "copy")])


def test_a_disabled_entry_decides_nothing_from_then_on(day):
    day.copy()
    entries.disable(entry=BankEntry.objects.get(), by=day.people[0], why="bad")
    second = day.copy()
    assert (len(day.decided()), day.asked()) == (1, [(second.pk, "copy")])
    entries.enable(entry=BankEntry.objects.get())
    day.copy()
    assert len(day.decided()) == 2
    assert BankEntry.objects.count() == 1


def test_all_that_an_entry_decided_is_reversed_at_once_and_people_are_asked(day):
    copies_ = [day.copy() for _ in range(3)]
    entry = BankEntry.objects.get()
    entries.disable(entry=entry, by=None, why="bad")
    assert entries.reverse_all(entry=entry, by=None, why="bad") == 3
    assert day.decided() == []
    assert banks.route_next(policy=day.policy, count=100) == 0
    for image in copies_:
        assert image.review_requests.filter(why="copy").exists()
    assert len(day.asked()) == 1  # one copy of a picture after the other


def test_a_wrong_match_parts_the_images_stops_the_entry_and_asks_people(day):
    wrong = day.copy()
    entries.call_match_wrong(decision=MachineDecision.objects.get(), by=day.people[2])
    assert day.decided() == []
    assert CopyGroup.objects.get(images=wrong) != CopyGroup.objects.get(images=day.first)
    assert day.asked() == [(wrong.pk, "arrival")]
    assert BankEntry.objects.get().disabled_at
    assert PeopleDecision.objects.get(withdrawal=None).image == day.first


def test_a_stopped_entry_stays_stopped_when_its_picture_is_decided_anew(day):
    wrong = day.copy()
    with clock.at(NOON + timedelta(minutes=70)):
        entries.call_match_wrong(decision=MachineDecision.objects.get(), by=day.people[2])
    withdraw_label(person=day.people[0], label_id=day.labels[0].pk)
    with clock.at(NOON + timedelta(minutes=75)):
        while PeopleDecision.objects.filter(image=day.first).count() < 2:
            make.label_next(day.people[2], day.policy, "harmful")
    further = day.copy(minutes=80)
    assert day.decided() == []
    assert (further.pk, "copy") in day.asked()
    assert wrong.pk in [image for image, _ in day.asked()]
    entries.enable(entry=BankEntry.objects.get())
    last = day.copy(minutes=90)
    assert day.decided() == [(last.pk, "harmful")]


def test_what_is_near_two_pictures_that_were_decided_differently_is_for_people(day):
    with clock.at(NOON + timedelta(minutes=2)):
        other = make.queued("other", day.policy)
        for who in day.people[:2]:
            make.label_next(who, day.policy, "safe")
    with clock.at(NOON + timedelta(hours=1)):
        image = make.queued("near both", day.policy)
        copies.join(make.copy_match(image, day.first))
        copies.join(make.copy_match(image, other))
        banks.route_next(policy=day.policy, count=100)
    assert day.decided() == []
    assert image.pk not in {match.arrival.image_id for match in MachineDecision.objects.all()}
    assert {why for _, why in day.asked()} == {"copy"}


def test_a_copy_of_a_copy_that_nobody_looked_at_is_for_people(day):
    copy = day.copy()
    further = day.copy(of=copy)
    assert day.decided() == [(copy.pk, "harmful")]
    assert day.asked() == [(further.pk, "copy")]
    assert not BankEntry.objects.filter(image=copy).exists()


def test_undo_of_the_label_takes_back_what_the_bank_decided(day):
    copy = day.copy()
    withdraw_label(person=day.people[0], label_id=day.labels[0].pk)
    assert entries.withdraw_groundless(count=10) == 1
    assert day.decided() == []
    assert day.asked() == [(day.first.pk, "opinions")]
    make.label_next(day.people[2], day.policy, "safe")
    assert copy.group_id  # judged with its picture from now on


def test_an_arrival_that_is_decided_once_more_continues_its_chain(day):
    copy = day.copy()
    entry = BankEntry.objects.get()
    entries.reverse_all(entry=entry, by=None, why="tried")
    with clock.at(NOON + timedelta(hours=2)):
        make.label_next(day.people[2], day.policy, "harmful")
    again = day.copy(minutes=180)
    assert {image for image, _ in day.decided()} == {again.pk}
    assert copy.review_requests.get().why == "copy"


def test_an_entry_that_matches_far_above_its_habit_is_held_back(day, monkeypatch):
    monkeypatch.setattr(habits, "LEAST", 2)
    images = [day.copy() for _ in range(3)]
    assert len(day.decided()) == 2
    assert BankEntry.objects.get().held_at
    assert day.asked() == [(images[2].pk, "copy")]
    with clock.at(NOON + timedelta(minutes=61)):
        entries.enable(entry=BankEntry.objects.get())
    day.copy(minutes=62)
    assert len(day.decided()) == 3  # what came before an admin looked is not held against it


def test_a_decision_of_a_machine_has_a_ground(day):
    arrival = Arrival.objects.get(image=day.first)
    category = make.category(day.policy, "safe")
    with pytest.raises(IntegrityError), transaction.atomic():
        MachineDecision.objects.create(arrival=arrival, policy=day.policy, category=category, score=1)


def test_a_copy_that_waited_with_the_exemplar_is_decided_with_it(day):
    with clock.at(NOON):
        early = make.image("early", of=day.source)
        Image.objects.filter(pk=early.pk).update(created_at=NOON)
    copies.join(make.copy_match(early, day.first))
    banks.route_next(policy=day.policy, count=100)
    assert (day.decided(), day.asked()) == ([], [])


def test_a_picture_that_was_taken_for_another_is_in_the_bank_itself_once_enough_people_have_judged_it(day):
    look_alike = day.copy()
    with clock.at(NOON + timedelta(minutes=70)):
        entries.call_match_wrong(decision=MachineDecision.objects.get(), by=day.people[2])
        assert newcomers.add_look_alikes(count=10) == 0  # nobody has said yet what it shows
        for who in day.people[:2]:
            assert make.label_next(who, day.policy, "safe").image == look_alike
        assert newcomers.add_look_alikes(count=10) == 1
        assert newcomers.add_look_alikes(count=10) == 0
    entry = BankEntry.objects.get(image=look_alike)
    assert (entry.kind, entry.decision.category.key, entry.disabled_at) == ("benign", "safe", None)
    further = day.copy(of=look_alike, minutes=80)
    assert day.decided() == [(further.pk, "safe")]


def test_where_too_few_have_judged_a_look_alike_one_more_is_asked():
    day = Day(required_opinions=1, slice_opinions=1, bank_opinions=2)
    day.copy()
    with clock.at(NOON + timedelta(minutes=70)):
        make.label_next(day.people[1], day.policy, "harmful")
        assert day.asked() == []
    wrong = day.copy(minutes=80)
    assert [image for image, _ in day.decided()] == [wrong.pk]
    with clock.at(NOON + timedelta(minutes=90)):
        entries.call_match_wrong(decision=MachineDecision.objects.get(withdrawal=None), by=day.people[3])
        while make.label_next(day.people[2], day.policy, "safe").image != wrong:
            pass
        assert newcomers.add_look_alikes(count=10) == 0
        assert (wrong.pk, "copy") in day.asked()
        assert newcomers.add_look_alikes(count=10) == 0  # asked once
    with clock.at(NOON + timedelta(minutes=100)):
        while (label := make.label_next(day.people[3], day.policy, "safe")) and label.image != wrong:
            pass
        assert newcomers.add_look_alikes(count=10) == 1


def test_a_bank_of_one_source_decides_for_no_other():
    day = Day(required_opinions=2, slice_opinions=2, bank_per_source=True)
    here = day.copy()
    assert day.decided() == [(here.pk, "harmful")]
    assert BankEntry.objects.get().source == day.source
    elsewhere = make.source("elsewhere", day.policy)
    with clock.at(NOON + timedelta(minutes=90)):
        image = make.image("sent elsewhere", of=elsewhere)
        queueing.queue_image(image=image, policy=day.policy)
        copies.join(make.copy_match(image, day.first))
        banks.route_next(policy=day.policy, count=100)
    assert day.decided() == [(here.pk, "harmful")]
    assert day.asked() == [(image.pk, "copy")]

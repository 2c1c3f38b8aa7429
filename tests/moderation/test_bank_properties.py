"""Whatever the order of arrivals, matches, labels, undos and disabling: one decision, on a ground that people gave."""

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labeling import clock
from labeling.models import Arrival, CopyMatch, Image, Label, LabelWithdrawal, PeopleDecision
from labeling.selectors.given import OPINION_PURPOSES
from labeling.services import copies, leases, queueing
from labeling.services.labels import LabelError, submit_label
from labeling.services.undoing import withdraw_label
from moderation.hash_list_files import Line
from moderation.models import BankEntry, BankFinding, MachineDecision
from moderation.services import banks, entries, findings, newcomers, past, routing
from moderation.services.hash_lists import import_hashes
from tests import factories as make

PEOPLE = 4
which = st.integers(0, 5)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), which),
        st.tuples(st.just("match"), which, which),
        st.tuples(st.just("match"), which, which),
        st.tuples(st.just("label"), st.integers(0, PEOPLE - 1), st.sampled_from(["harmful", "harmful", "safe"])),
        st.tuples(st.just("label"), st.integers(0, PEOPLE - 1), st.sampled_from(["harmful", "harmful", "safe"])),
        st.tuples(st.just("undo"), which),
        st.tuples(st.just("route")),
        st.tuples(st.just("route")),
        st.tuples(st.just("switch"), which),
        st.tuples(st.just("reverse"), which),
        st.tuples(st.just("wrong"), which),
        st.tuples(st.just("heal")),
        st.tuples(st.just("list"), which, st.sampled_from(["harmful", "harmful", "safe"])),
        st.tuples(st.just("past")),
        st.tuples(st.just("again"), which, st.booleans()),
        st.tuples(st.just("adjudicate"), which, st.sampled_from(["harmful", "safe"])),
        st.tuples(st.just("part"), which),
        st.tuples(st.just("answer"), which, st.booleans()),
    ),
    min_size=25,
    max_size=45,
)


class World:
    """Pictures that come in, people who judge them, machines that match them and decide."""

    def __init__(self):
        self.policy = make.policy(required_opinions=1, slice_opinions=2, slice_share=0.3, bank_opinions=1)
        self.source, self.silent = make.source("shop", self.policy), make.source("asks nothing")
        self.people = [make.person(f"p{n}", "labeler") for n in range(PEOPLE)]
        self.now = timezone.now()
        self.arrive(0)

    def do(self, step):
        self.now += timedelta(seconds=1)
        with clock.at(self.now):
            getattr(self, step[0])(*step[1:])

    def arrive(self, n):
        routing.route_image(image=make.image(f"picture {n}", of=self.source), source=self.source)

    def list(self, n, key):
        """Somebody imports a list with a hash near that of a picture, whether it has come in or not."""
        bits = f"{int(hashlib.sha256(f'picture {n}'.encode()).hexdigest(), 16) ^ 0xFF:0256b}"
        listed = {"category": make.category(self.policy, key), "source": None, "by": self.people[0], "held": False}
        list(import_hashes(lines=[Line(1, bits)], list_name=key, **listed))

    def again(self, n, elsewhere):
        """A picture comes in under another name, maybe from a source that asks nothing."""
        arrived = list(Image.objects.order_by("id"))
        image, source = arrived[n % len(arrived)], self.silent if elsewhere else self.source
        name = f"again {Arrival.objects.count()}"
        Arrival.objects.create(source=source, image=image, external_id=name, received_at=clock.now())
        routing.route_image(image=image, source=source)

    def adjudicate(self, n, key):
        arrived = list(Image.objects.filter(group__draws__policy=self.policy).order_by("id"))
        queueing.lock_group(arrived[n % len(arrived)])
        make.adjudicated(arrived[n % len(arrived)], self.policy, key, by=self.people[0])

    def part(self, n):
        if found := list(CopyMatch.objects.filter(withdrawal=None).order_by("id")):
            copies.part(match=found[n % len(found)], by=self.people[0])

    def past(self):
        past.search_next()

    def answer(self, n, taken):
        if found := list(BankFinding.objects.filter(accepted=None).order_by("id")):
            (findings.accept if taken else findings.dismiss)(finding=found[n % len(found)], by=self.people[0])

    def match(self, n, m):
        arrived = list(Image.objects.order_by("id"))
        other, image = sorted((arrived[n % len(arrived)], arrived[m % len(arrived)]), key=lambda each: each.pk)
        if other != image:
            copies.join(make.copy_match(image, other))

    def label(self, n, key):
        person = self.people[n]
        if lease := leases.claim_next(person=person, policy_id=self.policy.pk, page=uuid.uuid4()):
            submit_label(person=person, assignment_id=lease.assignment_id, answer=make.answer(self.policy, key))

    def undo(self, n):
        labels = list(Label.objects.filter(withdrawal=None).order_by("-id"))
        if labels:
            label = labels[n % len(labels)]
            withdraw_label(person=label.labeler, label_id=label.pk)

    def route(self):
        banks.route_next(policy=self.policy, count=100)

    def switch(self, n):
        if known := list(BankEntry.objects.order_by("id")):
            entry = known[n % len(known)]
            if entry.disabled_at:
                entries.enable(entry=entry)
            else:
                entries.disable(entry=entry, by=self.people[0], why="tests")

    def reverse(self, n):
        if known := list(BankEntry.objects.order_by("id")):
            entries.reverse_all(entry=known[n % len(known)], by=self.people[0], why="tests")

    def wrong(self, n):
        if standing := list(MachineDecision.objects.filter(withdrawal=None).order_by("id")):
            entries.call_match_wrong(decision=standing[n % len(standing)], by=self.people[0])

    def heal(self):
        copies.join_waiting(count=100)
        entries.withdraw_groundless(count=100)
        entries.withdraw_overruled(count=100)
        newcomers.add_look_alikes(count=100)
        newcomers.add_harmful(count=100)


def check(world):
    decided = PeopleDecision.objects.filter(withdrawal=None).select_related("image")
    groups = [decision.image.group_id for decision in decided]
    assert len(set(groups)) == len(groups), "two decisions of people hold for one picture"
    standing = list(MachineDecision.objects.filter(withdrawal=None).select_related("bank_entry__decision", "match"))
    arrivals = [decision.arrival_id for decision in standing]
    assert len(set(arrivals)) == len(arrivals), "two decisions of machines hold for one arrival"
    for decision in standing:
        assert decision.category == decision.bank_entry.says
        assert decision.arrival.source == world.source
        if decision.pdq_distance is not None:
            entry, image = decision.bank_entry, decision.arrival.image
            bits = sum(one != other for one, other in zip(entry.pdq, image.pdq, strict=True))
            assert (decision.match, entry.decision, bits) == (None, None, decision.pdq_distance)
            assert bits <= 31
            continue
        pair = {decision.match.image_id, decision.match.other_id}
        assert pair == {decision.arrival.image_id, decision.bank_entry.image_id}
        assert decision.arrival.image_id != decision.bank_entry.image_id
    assert not BankEntry.objects.filter(decision=None, added_by=None).exists(), "nobody answers for a list"
    for entry in BankEntry.objects.exclude(decision=None).select_related("decision__image"):
        seen = Label.objects.filter(image=entry.image, policy=entry.policy, purpose__in=OPINION_PURPOSES)
        judged = seen.filter(category=entry.decision.category_id).exists()
        assert judged or entry.decision.image_id == entry.image_id, "nobody looked at what is in the bank"
        own = Label.objects.filter(image__group=entry.decision.image.group_id, category=entry.decision.category_id)
        settled = entry.decision.adjudication is not None
        assert own.exists() or settled or CopyMatch.objects.filter(withdrawal__isnull=False).exists()


def check_healed(world):
    """Once the periodic tasks have run, nothing stands that rests on what was taken back."""
    with clock.at(world.now):
        world.heal()
    standing = MachineDecision.objects.filter(withdrawal=None)
    for decision in standing.select_related("bank_entry", "arrival__image"):
        said = PeopleDecision.objects.filter(policy=world.policy, withdrawal=None)
        if decision.pdq_distance is None:
            assert said.filter(pk=decision.bank_entry.decision_id).exists()
        else:
            assert (
                not said.filter(image__group=decision.arrival.image.group).exclude(category=decision.category).exists()
            )


@pytest.mark.django_db
@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
def test_no_order_of_events_ends_with_two_decisions_or_without_a_ground(steps):
    with transaction.atomic():
        world = World()
        for step in steps:
            try:
                with transaction.atomic():
                    world.do(step)
            except LabelError:
                continue
            check(world)
        check_healed(world)
        transaction.set_rollback(True)


def test_the_test_reaches_decisions_of_machines(db):
    """Else it would hold for ever."""
    world = World()
    for step in (("label", 0, "harmful"), ("label", 1, "harmful"), ("arrive", 1), ("match", 0, 1), ("route",)):
        world.do(step)
    for step in (("list", 2, "harmful"), ("arrive", 2), ("arrive", 3), ("list", 3, "harmful"), ("past",), ("past",)):
        world.do(step)
    standing = MachineDecision.objects.filter(withdrawal=None)
    assert set(standing.values_list("pdq_distance", flat=True)) == {None, 8}
    assert BankFinding.objects.exists()
    assert LabelWithdrawal.objects.count() == 0

"""QueueEntry is the one permitted copy of facts: whatever happens, it equals what the facts say."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeling import clock
from labeling.models import Assignment, Label, PeopleDecision, QueueEntry, SliceDraw
from labeling.services import leases, queueing
from labeling.services.labels import LabelError, submit_label, withdraw_label
from tests import factories as make

PEOPLE = 3
who = st.integers(0, PEOPLE - 1)
which = st.integers(0, 7)
verdict = st.sampled_from(["safe", "safe", "safe", "harmful", "unsure", "cannot_judge"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), which),
        st.tuples(st.just("claim"), who),
        st.tuples(st.just("label"), who, verdict),
        st.tuples(st.just("label"), who, verdict),
        st.tuples(st.just("answer_old_lease"), who, which, verdict),
        st.tuples(st.just("undo"), who, which),
        st.tuples(st.just("wait"), st.sampled_from([1, 3, 6])),
        st.tuples(st.just("renew"), who),
        st.tuples(st.just("leave"), who),
        st.tuples(st.just("sweep")),
        st.tuples(st.just("require"), st.integers(1, 3)),
    ),
    max_size=40,
)


class World:
    """Some people at work on one policy, by the real services, under a clock that can be moved."""

    def __init__(self):
        self.policy = make.policy()
        self.people = [make.person(f"p{n}", "labeler") for n in range(PEOPLE)]
        self.pages = [uuid.uuid4() for _ in self.people]
        self.now = timezone.now()

    def do(self, step):
        with clock.at(self.now):
            getattr(self, step[0])(*step[1:])

    def arrive(self, n):
        make.queued(f"image {n}", self.policy)

    def claim(self, n):
        return leases.claim_next(person=self.people[n], policy=self.policy, page=self.pages[n])

    def label(self, n, key):
        if lease := self.claim(n):
            self._answer(n, lease.assignment_id, key)

    def answer_old_lease(self, n, index, key):
        ids = list(self.people[n].assignments.order_by("leased_at").values_list("pk", flat=True))
        if ids:
            self._answer(n, ids[index % len(ids)], key)

    def _answer(self, n, assignment_id, key):
        try:
            submit_label(person=self.people[n], assignment_id=assignment_id, answer=make.answer(self.policy, key))
        except LabelError:
            return

    def undo(self, n, index):
        ids = list(self.people[n].labels.order_by("-id").values_list("pk", flat=True))
        if not ids:
            return
        entry = withdraw_label(person=self.people[n], label_id=ids[index % len(ids)]) if index < len(ids) else None
        if entry and index % 2:
            leases.lease_entry(person=self.people[n], entry_id=entry.pk, page=self.pages[n])

    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    def renew(self, n):
        live = self.people[n].assignments.filter(ended_at=None).values_list("pk", flat=True)
        leases.renew(person=self.people[n], page=self.pages[n], assignment_ids=list(live))

    def leave(self, n):
        leases.give_back(person=self.people[n], page=self.pages[n])

    def sweep(self):
        leases.expire_leases()

    def require(self, n):
        self.policy.required_opinions = self.policy.slice_opinions = n
        self.policy.save()
        queueing.settle_policy(policy=self.policy)


def rebuild(policy):
    """Return the open entries that the facts alone call for: (image, purpose, why, priority, p)."""
    wanted = set()
    for draw in SliceDraw.objects.filter(policy=policy):
        for image in draw.group.images.all():
            purpose_and_why = _wanted(image, policy)
            if purpose_and_why:
                wanted.add((image.pk, *purpose_and_why, 1 - draw.group.u, draw.p))
    return wanted


def _wanted(image, policy):
    standing = Label.objects.filter(image=image, policy=policy, withdrawal=None)
    named = [label.category.key for label in standing if label.category]
    doubts = [label for label in standing if label.verdict == "unsure"]
    blanks = [label for label in standing if label.verdict == "cannot_judge"]
    if PeopleDecision.objects.filter(image=image, policy=policy, withdrawal=None).exists():
        return None
    if doubts:
        return "adjudication", "unsure"
    if len(set(named)) == 2:
        return "adjudication", "conflict"
    if len(blanks) >= 2:
        return "adjudication", "cannot_judge"
    return ("second", "opinions") if named else ("first", "arrival")


def check(world):
    open_entries = QueueEntry.objects.filter(policy=world.policy, state="open")
    stored = {(e.image_id, e.purpose, e.why, e.priority, e.inclusion_probability) for e in open_entries}
    assert stored == rebuild(world.policy)
    assert len(stored) == open_entries.count()
    # The copy of the lease's expiry is that of the one live assignment.
    for entry in open_entries:
        live = Assignment.objects.filter(entry=entry, ended_at=None).values_list("expires_at", flat=True)
        assert entry.leased_until == (live[0] if live else None)
    # A decision follows from standing opinions that agree, and there is one at most.
    for decision in PeopleDecision.objects.filter(policy=world.policy, withdrawal=None):
        named = Label.objects.filter(image=decision.image, policy=world.policy, withdrawal=None, verdict="category")
        assert set(named.values_list("category", flat=True)) == {decision.category_id}
        assert decision.image.decisions.filter(withdrawal=None).count() == 1
    # One person is one standing opinion.
    opinions = Label.objects.filter(withdrawal=None).values_list("labeler", "image")
    assert len(opinions) == len(set(opinions))


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_the_queue_equals_what_the_facts_say(steps):
    with transaction.atomic():
        world = World()
        for step in steps:
            try:
                with transaction.atomic():
                    world.do(step)
            except LabelError:
                continue
            check(world)
        transaction.set_rollback(True)

"""QueueEntry is the one permitted copy of facts: whatever happens, it equals what the facts say."""

import math
import uuid
from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeling import clock
from labeling.models import Assignment, Image, Label, PeopleDecision, Prediction, QueueEntry, SliceDraw
from labeling.services import leases, placing, queueing
from labeling.services.labels import LabelError, submit_label, withdraw_label
from ml import versions
from ml.models import ModelVersion
from tests import factories as make

PEOPLE = 3
who = st.integers(0, PEOPLE - 1)
which = st.integers(0, 5)
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
        st.tuples(st.just("judge"), which, st.integers(0, 1), st.floats(0, 1)),
        st.tuples(st.just("use_model"), st.integers(-1, 1)),
    ),
    # Long enough that conflicts, late labels and undos meet each other.
    min_size=30,
    max_size=45,
)


class World:
    """Some people at work on one policy, by the real services, under a clock that can be moved."""

    def __init__(self):
        self.policy = make.policy(required_opinions=1, slice_opinions=2, slice_share=0.5)
        self.models = [make.classifier(self.policy, name=f"model {n}", state="candidate") for n in range(2)]
        self.people = [make.person(f"p{n}", "labeler") for n in range(PEOPLE)]
        self.pages = [uuid.uuid4() for _ in self.people]
        self.now = timezone.now()
        for n in range(3):
            self.arrive(n)

    def do(self, step):
        with clock.at(self.now):
            getattr(self, step[0])(*step[1:])

    def arrive(self, n):
        make.queued(f"image {n}", self.policy)

    def claim(self, n):
        return leases.claim_next(person=self.people[n], policy_id=self.policy.pk, page=self.pages[n])

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
        entry = withdraw_label(person=self.people[n], label_id=ids[index % len(ids)])
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
        queueing.settle_some(policy=self.policy, after=0, count=1000)

    def judge(self, n, model, entropy):
        """A model judges an image that has arrived, as `scoring.judge_next` does."""
        arrived = list(Image.objects.order_by("id"))
        image, version = arrived[n % len(arrived)], self.models[model]
        if not Prediction.objects.filter(image=image, model_version=version).exists():
            make.prediction(image, version, [0.5, 0.3, 0.2], entropy=entropy)
        placing.place_images(image_ids=[image.pk], policy=self.policy)

    def use_model(self, n):
        """Make one of the models active, or none."""
        for version in ModelVersion.objects.filter(state="active"):
            versions.retire(version)
        if n >= 0:
            versions.activate(self.models[n])
        placing.place_stale(policy=self.policy, count=1000)


def rebuild(policy):
    """Return the open entries that the facts alone call for: image, purpose, why, asked after whom, and the place."""
    standing, decided = defaultdict(list), decided_images(policy)
    for label in Label.objects.filter(policy=policy, withdrawal=None).order_by("id"):
        standing[label.image_id].append(label)
    wanted = set()
    for draw in SliceDraw.objects.filter(policy=policy).select_related("group").prefetch_related("group__images"):
        for image in draw.group.images.all():
            if image.pk not in decided:
                after = standing[image.pk][-1].labeler_id if standing[image.pk] else 0
                wanted.add((image.pk, *_wanted(standing[image.pk]), after, *_place(draw, image)))
    return wanted


def _place(draw, image):
    if draw.group.u < draw.p:
        return "slice", 2 - draw.group.u, 0, draw.p
    judged = Prediction.objects.filter(image=image, model_version__state="active").first()
    if judged:
        return "entropy", judged.entropy / math.log(3), judged.model_version_id, -1
    return "random", 1 - draw.group.u, 0, -1


def decided_images(policy):
    return set(PeopleDecision.objects.filter(policy=policy, withdrawal=None).values_list("image", flat=True))


def _wanted(standing):
    named = {label.category_id for label in standing if label.verdict == "category"}
    verdicts = [label.verdict for label in standing]
    if "unsure" in verdicts:
        return "adjudication", "unsure"
    if len(named) > 1:
        return "adjudication", "conflict"
    if verdicts.count("cannot_judge") > 1:
        return "adjudication", "cannot_judge"
    return ("second", "opinions") if named else ("first", "arrival")


def p_of(entry):
    return -1 if entry.inclusion_probability is None else entry.inclusion_probability


def check(world):
    open_entries = list(QueueEntry.objects.filter(policy=world.policy, state="open"))
    stored = [
        (e.image_id, e.purpose, e.why, e.asked_after_id or 0, e.strategy, e.priority, e.model_version_id or 0, p_of(e))
        for e in open_entries
    ]
    assert sorted(stored) == sorted(rebuild(world.policy))
    # The copy of a lease's expiry is that of the one live assignment.
    live = dict(Assignment.objects.filter(ended_at=None).values_list("entry", "expires_at"))
    assert {e.pk: e.leased_until for e in open_entries} == {e.pk: live.get(e.pk) for e in open_entries}
    # A decision follows from standing opinions that agree, and there is one at most.
    decisions = list(PeopleDecision.objects.filter(withdrawal=None).values_list("image", "category"))
    assert len({image for image, _ in decisions}) == len(decisions)
    opinions = list(Label.objects.filter(withdrawal=None).values_list("image", "labeler", "category", "verdict"))
    for image, category in decisions:
        assert {o[2] for o in opinions if o[0] == image and o[3] == "category"} == {category}
    # One person is one standing opinion.
    assert len({o[:2] for o in opinions}) == len(opinions)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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

"""QueueEntry is the one permitted copy of facts: whatever happens, it equals what the facts say."""

import uuid
from contextlib import suppress
from datetime import timedelta
from statistics import mode

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeling import clock
from labeling.models import (
    Adjudication,
    AdjudicationWithdrawal,
    Assignment,
    CopyMatch,
    Image,
    Label,
    PeopleDecision,
    Prediction,
    QueueEntry,
)
from labeling.selectors.cases import read_case
from labeling.selectors.given import OPINION_PURPOSES
from labeling.services import copies, erasing, leases, placing, queueing
from labeling.services.labels import LabelError, submit_label
from labeling.services.repeats import CannotRepeat, ask_again
from labeling.services.reviews import request_review
from labeling.services.undoing import withdraw_label
from ml import versions
from ml.models import ModelVersion
from tests import factories as make
from tests.labeling.expected_queue import rebuild

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
        st.tuples(st.just("require"), st.integers(1, 3), st.booleans(), st.booleans()),
        st.tuples(st.just("look_again"), which, st.sampled_from(["second", "second", "adjudication"])),
        st.tuples(st.just("look_again"), which, st.sampled_from(["second", "second", "adjudication"])),
        st.tuples(st.just("adjudicate"), which, st.sampled_from(["safe", "harmful"])),
        st.tuples(st.just("undo_adjudication"), which),
        st.tuples(st.just("ask_same_person"), which),
        st.tuples(st.just("match"), which, which),
        st.tuples(st.just("match"), which, which),
        st.tuples(st.just("part"), which),
        st.tuples(st.just("look_at_copy"), which),
        st.tuples(st.just("look_at_copy"), which),
        st.tuples(st.just("erase"), which),
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
        self.now += timedelta(milliseconds=1)
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

    def require(self, n, second_on_unsure, tie_break):
        self.policy.required_opinions = self.policy.slice_opinions = n
        self.policy.second_on_unsure, self.policy.tie_break = second_on_unsure, tie_break
        self.policy.save()
        queueing.settle_some(policy=self.policy, after=0, count=1000)

    def look_again(self, n, purpose):
        decisions = list(PeopleDecision.objects.filter(withdrawal=None).order_by("id"))
        if decisions:
            request_review(decision=decisions[n % len(decisions)], purpose=purpose, why="recheck", value=1 + n)

    def adjudicate(self, n, key):
        arrived = list(Image.objects.order_by("id"))
        make.adjudicated(arrived[n % len(arrived)], self.policy, key, by=self.people[0])

    def undo_adjudication(self, n):
        standing = list(Adjudication.objects.filter(withdrawal=None).order_by("id"))
        if standing:
            taken_back = standing[n % len(standing)]
            AdjudicationWithdrawal.objects.create(adjudication=taken_back, cause="tests")
            queueing.settle(read_case(image_id=taken_back.image_id, policy_id=self.policy.pk))

    def match(self, n, m):
        """Two images that have arrived turn out to be the same picture."""
        arrived = list(Image.objects.order_by("id"))
        other, image = sorted((arrived[n % len(arrived)], arrived[m % len(arrived)]), key=lambda each: each.pk)
        if other != image:
            copies.join(make.copy_match(image, other))

    def part(self, n):
        matches = list(CopyMatch.objects.order_by("id"))
        if matches:
            copies.part(match=matches[n % len(matches)], by=self.people[0])

    def look_at_copy(self, n):
        """Somebody is to look at an image that is decided by what was said of another."""
        decided = PeopleDecision.objects.filter(withdrawal=None).order_by("id")
        pairs = [(each, image) for each in decided for image in each.image.group.images.order_by("id")]
        later = [(each, image) for each, image in pairs if each.image != image]
        if later:
            decision, image = later[n % len(later)]
            request_review(decision=decision, purpose="second", why="copy", value=1, copy=image)

    def erase(self, n):
        arrived = list(Image.objects.order_by("id"))
        erasing.erase(image=arrived[n % len(arrived)], by=self.people[0], why="tests")

    def ask_same_person(self, n):
        given = list(Label.objects.filter(purpose__in=OPINION_PURPOSES, withdrawal=None).order_by("id"))
        if given:
            with suppress(CannotRepeat):  # erased
                ask_again(label=given[n % len(given)])

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


def priority(entry):
    return 0 if entry.strategy == "mixed" else entry.priority


def p_of(entry):
    return -1 if entry.inclusion_probability is None else entry.inclusion_probability


def check(world):
    entries = list(QueueEntry.objects.filter(policy=world.policy, state="open"))
    stored = [
        (e.image_id, e.purpose, e.why, e.asked_after_id or 0, e.strategy, priority(e), e.model_version_id or 0, p_of(e))
        for e in entries
        if e.purpose != "repeat"
    ]
    assert sorted(stored) == sorted(rebuild(world.policy))
    # The copy of a lease's expiry is that of the one live assignment.
    live = dict(Assignment.objects.filter(ended_at=None).values_list("entry", "expires_at"))
    assert {e.pk: e.leased_until for e in entries} == {e.pk: live.get(e.pk) for e in entries}
    assert not [e for e in entries if e.image.erased_at], "nobody can be shown what is erased"
    check_decisions(world)


def check_decisions(world):
    """A decision is the latest adjudicator's, or follows from standing opinions; there is one at most."""
    decisions = list(PeopleDecision.objects.filter(withdrawal=None).select_related("adjudication"))
    assert len({decision.image.group_id for decision in decisions}) == len(decisions)
    opinions = Label.objects.filter(withdrawal=None, purpose__in=OPINION_PURPOSES)
    for decision in decisions:
        group = decision.image.group_id
        latest = Adjudication.objects.filter(image__group=group, withdrawal=None).order_by("decided_at", "id").last()
        assert decision.adjudication == latest
        said = {label.labeler_id: label for label in opinions.filter(image__group=group).order_by("id")}
        named = [label.category_id for label in said.values() if label.verdict == "category"]
        assert (latest.category_id == decision.category_id) if latest else mode(named) == decision.category_id
    # One person is one standing opinion.
    people = list(opinions.values_list("image", "labeler"))
    assert len(set(people)) == len(people)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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

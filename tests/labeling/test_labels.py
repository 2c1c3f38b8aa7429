import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from labeling import clock
from labeling.models import (
    Adjudication,
    Assignment,
    Label,
    PeopleDecision,
    PolicyVersion,
    QueueEntry,
)
from labeling.services.labels import AlreadyLabeled, Answer, submit_label
from labeling.services.leases import claim_next, lease_entry
from labeling.services.undoing import OutOfReach, withdraw_label
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


@pytest.fixture
def omar():
    return make.person("omar", "labeler")


def current(image):
    return image.decisions.filter(withdrawal=None).first()


def test_a_label_decides_where_one_opinion_is_enough(policy, lena):
    image = make.queued("a", policy)
    label = make.label_next(lena, policy, "harmful")
    assert current(image).category.key == "harmful"
    assert label.purpose == "first"
    assert not make.open_entries(policy).exists()


def test_two_opinions_that_agree_decide(lena, omar):
    policy = make.policy(required_opinions=2, slice_opinions=2)
    image = make.queued("a", policy)
    make.label_next(lena, policy)
    assert current(image) is None
    assert make.open_entries(policy).get().purpose == "second"
    make.label_next(omar, policy)
    assert current(image).opinions == 2


def test_the_slice_may_want_more_opinions_than_the_rest(lena):
    policy = make.policy(required_opinions=1, slice_opinions=2)
    make.queued("in the slice, as everything is while p is 1", policy)
    make.label_next(lena, policy)
    assert make.open_entries(policy).get().purpose == "second"


@pytest.mark.parametrize(("second", "why"), [("harmful", "conflict"), ("unsure", "unsure")])
def test_a_conflict_or_doubt_goes_to_adjudication(lena, omar, second, why):
    policy = make.policy(required_opinions=2, slice_opinions=2)
    image = make.queued("a", policy)
    make.label_next(lena, policy, "safe")
    make.label_next(omar, policy, second)
    entry = make.open_entries(policy).get()
    assert (entry.purpose, entry.why) == ("adjudication", why)
    assert current(image) is None


def test_a_late_opinion_that_disagrees_takes_the_decision_back(policy, lena, omar):
    image = make.queued("a", policy)
    first = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    with clock.at(timezone.now() + timedelta(hours=1)):
        make.label_next(omar, policy, "safe")
        submit_label(person=lena, assignment_id=first.assignment_id, answer=make.answer(policy, "harmful"))
    assert current(image) is None
    assert make.open_entries(policy).get().why == "conflict"


def test_why_an_image_is_adjudicated_follows_the_latest_facts(lena, omar):
    policy = make.policy(required_opinions=2, slice_opinions=2)
    make.queued("a", policy)
    old = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    with clock.at(timezone.now() + timedelta(hours=1)):
        make.label_next(omar, policy, "safe")
        make.label_next(make.person("third", "labeler"), policy, "harmful")
        assert make.open_entries(policy).get().why == "conflict"
        submit_label(person=lena, assignment_id=old.assignment_id, answer=make.answer(policy, "unsure"))
    assert make.open_entries(policy).get().why == "unsure"


def test_an_image_that_somebody_cannot_judge_is_offered_to_another(policy, lena, omar):
    image = make.queued("a", policy)
    label = make.label_next(lena, policy, "cannot_judge")
    assert label.reason == "context"
    make.label_next(omar, policy, "safe")
    assert current(image).category.key == "safe"


def test_sent_again_it_is_still_one_label(policy, lena):
    make.queued("a", policy)
    lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    send = lambda: submit_label(  # noqa: E731
        person=lena, assignment_id=lease.assignment_id, answer=make.answer(policy, "safe")
    )
    assert send() == send()
    assert Label.objects.count() == 1


def test_another_answer_to_the_same_showing_is_refused_with_what_was_said(policy, lena):
    make.queued("a", policy)
    lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(policy, "safe"))
    with pytest.raises(AlreadyLabeled, match="Safe"):
        submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(policy, "harmful"))


def test_one_person_is_one_opinion_even_on_two_leases_of_one_image(lena):
    policy = make.policy(required_opinions=2, slice_opinions=2)
    image = make.queued("a", policy)
    old = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    Assignment.objects.update(ended_at=timezone.now(), outcome="expired")
    QueueEntry.objects.update(leased_until=None)
    new = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    for lease in (old, new):
        submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(policy, "safe"))
    assert image.labels.count() == 1
    assert current(image) is None


def test_nobody_answers_for_somebody_else(policy, lena, omar):
    make.queued("a", policy)
    lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    with pytest.raises(Assignment.DoesNotExist):
        submit_label(person=omar, assignment_id=lease.assignment_id, answer=make.answer(policy, "safe"))


def test_times_come_from_durations_and_never_precede_the_lease(policy, lena):
    make.queued("a", policy)
    start = timezone.now()
    with clock.at(start):
        lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    answer = Answer("unsure", looked=timedelta(seconds=3), ago=timedelta(seconds=10))
    with clock.at(start + timedelta(seconds=60)):
        label = submit_label(person=lena, assignment_id=lease.assignment_id, answer=answer)
    assert label.decided_at == start + timedelta(seconds=50)
    assert label.shown_at == start + timedelta(seconds=47)

    make.queued("b", policy)
    with clock.at(start):
        lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
        lying = Answer("unsure", looked=timedelta(days=-1), ago=timedelta(days=9))
        label = submit_label(person=lena, assignment_id=lease.assignment_id, answer=lying)
    assert label.shown_at == label.decided_at == start


def test_a_label_names_the_guideline_that_held_when_the_image_was_shown(policy, lena):
    make.queued("a", policy)
    lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    PolicyVersion.objects.create(
        policy=policy, number=2, kind="editorial", published_at=timezone.now() + timedelta(minutes=1)
    )
    with clock.at(timezone.now() + timedelta(minutes=2)):
        answer = Answer("unsure", looked=timedelta(seconds=90))
        label = submit_label(person=lena, assignment_id=lease.assignment_id, answer=answer)
    assert label.policy_version.number == 1


def test_undo_takes_back_the_label_and_the_decision_and_asks_anew(policy, lena):
    image = make.queued("a", policy)
    label = make.label_next(lena, policy, "safe")
    entry = withdraw_label(person=lena, label_id=label.pk)
    assert current(image) is None
    lease = lease_entry(person=lena, entry_id=entry.pk, page=uuid.uuid4())
    again = submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(policy, "harmful"))
    assert again.round == 2
    assert current(image).category.key == "harmful"
    assert [d.category.key for d in image.decisions.order_by("id")] == ["safe", "harmful"]


def test_undo_leaves_what_others_said(lena, omar):
    policy = make.policy(required_opinions=1, slice_opinions=2)
    image = make.queued("a", policy)
    make.label_next(omar, policy, "safe")
    mine = make.label_next(lena, policy, "harmful")
    assert make.open_entries(policy).get().purpose == "adjudication"
    entry = withdraw_label(person=lena, label_id=mine.pk)
    assert (entry.purpose, entry.state) == ("second", "open")
    assert image.labels.filter(withdrawal=None).get().labeler == omar


def test_undone_twice_it_is_undone_once(policy, lena):
    make.queued("a", policy)
    label = make.label_next(lena, policy)
    withdraw_label(person=lena, label_id=label.pk)
    assert withdraw_label(person=lena, label_id=label.pk).state == "open"


def test_undo_stops_where_an_adjudicator_has_settled_it(policy, lena):
    image = make.queued("a", policy)
    label = make.label_next(lena, policy, "unsure")
    adjudication = Adjudication.objects.create(
        image=image,
        policy=policy,
        policy_version=policy.versions.get(),
        adjudicator=make.person("ada", "adjudicator"),
        category=make.category(policy, "harmful"),
        cause="gap",
        reason="The text does not say.",
    )
    PeopleDecision.objects.create(
        image=image,
        policy=policy,
        policy_version=policy.versions.get(),
        category=adjudication.category,
        opinions=0,
        adjudication=adjudication,
    )
    with pytest.raises(OutOfReach, match="adjudicator"):
        withdraw_label(person=lena, label_id=label.pk)
    assert label in Label.objects.filter(withdrawal=None)


def test_nobody_undoes_somebody_elses_label(policy, lena, omar):
    make.queued("a", policy)
    label = make.label_next(lena, policy)
    with pytest.raises(Label.DoesNotExist):
        withdraw_label(person=omar, label_id=label.pk)


def test_an_undone_repeat_is_asked_anew_and_leaves_the_decision_alone(policy, lena):
    image = make.queued("a", policy)
    make.label_next(lena, policy)
    QueueEntry.objects.create(
        image=image,
        policy=policy,
        purpose="repeat",
        priority=1,
        strategy="slice",
        why="repeat",
        inclusion_probability=1,
        reserved_for=lena,
    )
    repeat = make.label_next(lena, policy, "harmful")
    entry = withdraw_label(person=lena, label_id=repeat.pk)
    assert (entry.purpose, entry.state) == ("repeat", "open")
    assert current(image).category.key == "safe"


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_a_fact(policy, lena, change):
    make.queued("a", policy)
    rows = Label.objects.filter(pk=make.label_next(lena, policy).pk)
    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic():
        rows.update(round=7) if change == "update" else rows._raw_delete(rows.db)


def test_the_database_refuses_two_current_decisions(policy, lena):
    image = make.queued("a", policy)
    make.label_next(lena, policy)
    with pytest.raises(IntegrityError, match="decision_first"):
        PeopleDecision.objects.create(
            image=image,
            policy=policy,
            policy_version=policy.versions.get(),
            category=make.category(policy, "harmful"),
            opinions=1,
        )

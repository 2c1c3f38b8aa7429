"""Labels: given once, however often they are sent, and taken back with all that was built on them."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from labeling import clock
from labeling.models import Assignment, Category, Label, LabelWithdrawal, Person, Policy, QueueEntry
from labeling.selectors.decisions import current_decision
from labeling.services import queueing

# How many of their latest labels a person can take back.
UNDO_REACH = 10


class LabelError(Exception):
    """The label cannot be taken; the message is for the person."""


class AlreadyLabeled(LabelError):
    """Another answer to this very showing is stored already, from a second window."""


class OutOfReach(LabelError):
    """The label can no longer be taken back."""


@dataclass(frozen=True)
class Answer:
    """What the person said, and when: `looked` at the image so long, then pressed a key `ago`."""

    verdict: str
    category: Category | None = None
    reason: str = ""
    looked: timedelta = timedelta()
    ago: timedelta = timedelta()
    help: dict = field(default_factory=dict)


@transaction.atomic
def submit_label(*, person: Person, assignment_id: uuid.UUID, answer: Answer) -> Label:
    """Store the answer to an assignment; sent again, it is still one label.

    An expired or returned lease still brings its label home: a label that a person gave is never lost. Raises
    `Assignment.DoesNotExist` for somebody else's, `AlreadyLabeled` if this showing has another answer.
    """
    assignment = Assignment.objects.select_related("entry__image", "entry__policy").get(
        pk=assignment_id, labeler=person
    )
    entry = assignment.entry
    queueing.lock_group(entry.image)
    if stored := _standing(person, assignment):
        return _same(stored, answer)
    label = _record(person, assignment, answer)
    QueueEntry.objects.filter(pk=entry.pk, state=QueueEntry.State.OPEN).update(
        state=QueueEntry.State.DONE, leased_until=None
    )
    Assignment.objects.filter(pk=assignment.pk, ended_at=None).update(
        ended_at=clock.now(), outcome=Assignment.Outcome.LABELED
    )
    if entry.purpose in queueing.OPINION_PURPOSES:
        queueing.settle(image=entry.image, policy=entry.policy)
    return label


def _standing(person: Person, assignment: Assignment) -> Label | None:
    """Return what already answers this assignment: its own label, or the person's standing opinion on the image.

    The second comes from two windows, or from a lease that ran out and came again: one person is one opinion.
    """
    entry = assignment.entry
    labels = Label.objects.select_related("category")
    own = labels.filter(assignment=assignment).first()
    if own or entry.purpose not in queueing.OPINION_PURPOSES:
        return own
    return labels.filter(
        labeler=person,
        image=entry.image,
        policy=entry.policy,
        purpose__in=queueing.OPINION_PURPOSES,
        withdrawal=None,
    ).first()


def _same(stored: Label, answer: Answer) -> Label:
    if (stored.verdict, stored.category_id) != (answer.verdict, answer.category and answer.category.pk):
        said = stored.category or stored.get_verdict_display()
        raise AlreadyLabeled(f"You have answered this image already, in another window: {said}.")
    return stored


def _record(person: Person, assignment: Assignment, answer: Answer) -> Label:
    entry, now = assignment.entry, clock.now()
    # The person's clock is not trusted beyond the time of the lease.
    decided = max(now - max(answer.ago, timedelta()), assignment.leased_at)
    shown = max(decided - max(answer.looked, timedelta()), assignment.leased_at)
    before = Label.objects.filter(labeler=person, image=entry.image, policy=entry.policy, purpose=entry.purpose)
    return Label.objects.create(
        assignment=assignment,
        image=entry.image,
        labeler=person,
        policy=entry.policy,
        policy_version=entry.policy.versions.filter(published_at__lte=shown).first() or entry.policy.versions.last(),
        purpose=entry.purpose,
        round=before.count() + 1,
        verdict=answer.verdict,
        category=answer.category,
        reason=answer.reason,
        shown_at=shown,
        decided_at=decided,
        recorded_at=now,
        help=answer.help,
    )


def within_reach(*, person: Person, policy: Policy) -> QuerySet[Label]:
    """Return the labels that the person can take back: their standing ones among their latest."""
    latest = Label.objects.filter(labeler=person, policy=policy).order_by("-id").values("id")[:UNDO_REACH]
    return Label.objects.filter(pk__in=latest, withdrawal=None).order_by("-id")


@transaction.atomic
def withdraw_label(*, person: Person, label_id: int) -> QueueEntry | None:
    """Take a label back, and with it the decision that rests on it. Return the entry to answer anew, if one is open.

    Raises `Label.DoesNotExist` for somebody else's label, `OutOfReach` when it is too old or an adjudicator has
    settled the image. Taken back twice, it is taken back once.
    """
    label = Label.objects.select_related("image", "policy").get(pk=label_id, labeler=person)
    queueing.lock_group(label.image)
    if not LabelWithdrawal.objects.filter(label=label).exists():
        _withdraw(person, label)
    entries = QueueEntry.objects.filter(image=label.image, policy=label.policy, state=QueueEntry.State.OPEN)
    if label.purpose in queueing.OPINION_PURPOSES:
        return entries.filter(purpose__in=queueing.OPINION_PURPOSES).first()
    return entries.filter(purpose=label.purpose, reserved_for=person).first()


def _withdraw(person: Person, label: Label) -> None:
    if not within_reach(person=person, policy=label.policy).filter(pk=label.pk).exists():
        raise OutOfReach(f"Only your last {UNDO_REACH} labels can be taken back.")
    LabelWithdrawal.objects.create(label=label, withdrawn_by=person, withdrawn_at=clock.now(), cause="undone")
    if label.purpose in queueing.OPINION_PURPOSES:
        _unsettle(label)
    elif label.assignment:
        done = QueueEntry.objects.filter(pk=label.assignment.entry_id, state=QueueEntry.State.DONE)
        done.update(state=QueueEntry.State.OPEN)


def _unsettle(label: Label) -> None:
    """Withdraw the decision that rests on the label, and let the remaining opinions speak."""
    decision = current_decision(image=label.image, policy=label.policy)
    if decision and decision.adjudication_id:
        raise OutOfReach("An adjudicator has settled this image since.")
    if decision:
        queueing.withdraw_decision(decision=decision, cause="label withdrawn")
    queueing.settle(image=label.image, policy=label.policy)

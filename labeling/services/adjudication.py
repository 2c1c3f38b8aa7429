"""Adjudication: a person with the right to settle judges an image blind, sees what others said, and settles it.

The blind answer is a label like any other but no opinion: the image stays theirs until they settle it or leave it.
"""

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.help import milliseconds
from labeling.models import (
    Adjudication,
    AdjudicationWithdrawal,
    Assignment,
    Category,
    CopyMatch,
    ExemplarProposal,
    ExemplarProposalWithdrawal,
    Label,
    Person,
    Policy,
    QueueEntry,
)
from labeling.selectors.adjudication import blind_answer, next_cases, voted
from labeling.selectors.cases import read_case
from labeling.selectors.exposure import PAUSE
from labeling.services import copies, leases, queueing
from labeling.services.labels import Answer, submit_label

# Reading what others said, precedents and the guideline takes time, and nobody else is to begin meanwhile.
LEASE = timedelta(minutes=30)
# How many of their latest cases an adjudicator can take back.
UNDO_REACH = 10


class AdjudicationError(Exception):
    """It cannot be settled so; the message is for the person."""


class CaseClosedError(AdjudicationError):
    """Somebody else has settled the image, or people agree by now."""


def open_case(*, person: Person, policy: Policy, page: uuid.UUID) -> Assignment | None:
    """Return the case that the person has open, else lease the next one to them; None where none waits for them."""
    own = Assignment.objects.filter(
        labeler=person,
        ended_at=None,
        entry__policy=policy,
        entry__purpose=QueueEntry.Purpose.ADJUDICATION,
        entry__state=QueueEntry.State.OPEN,
        expires_at__gt=clock.now(),
    )
    if case := own.select_related("entry__image", "entry__policy").order_by("leased_at").first():
        return case
    for entry_id in next_cases(person=person, policy=policy):
        if lease := leases.lease_entry(person=person, entry_id=entry_id, page=page, duration=LEASE):
            return Assignment.objects.select_related("entry__image", "entry__policy").get(pk=lease.assignment_id)
    return None


@transaction.atomic
def leave_case(*, person: Person, assignment_id: uuid.UUID) -> None:
    """Give an unsettled case back, so that others get it at once."""
    assignment = Assignment.objects.get(pk=assignment_id, labeler=person)
    leases.give_back(person=person, page=assignment.page)


def judge_blind(*, person: Person, assignment_id: uuid.UUID, answer: Answer) -> Label:
    """Store what the adjudicator says before seeing what others said. Errors as of `labels.submit_label`."""
    return submit_label(person=person, assignment_id=assignment_id, answer=answer)


@transaction.atomic
def settle_case(
    *,
    person: Person,
    assignment_id: uuid.UUID,
    category: str,
    cause: str,
    reason: str,
    plain: timedelta = timedelta(),
) -> Adjudication:
    """Settle the image of a case as this category (its key), with the cause of the disagreement and a reason.

    `plain`: how long it was on the screen as it is since the blind answer. Sent again it is still one. A case that was
    closed under the adjudicator's hands, because the image was erased or another of the same picture is shown now, is
    settled all the same while the facts call for it. Raises
    `Assignment.DoesNotExist` for somebody else's case, `CaseClosedError` when it is settled by now, and
    AdjudicationError for a settlement without a blind answer, a cause or a reason.
    """
    case = Assignment.objects.select_related("entry__image", "entry__policy").get(
        pk=assignment_id, labeler=person, entry__purpose=QueueEntry.Purpose.ADJUDICATION
    )
    queueing.lock_group(case.entry.image)
    blind = blind_answer(case)
    if blind is None:
        raise AdjudicationError(_("Judge the image yourself first."))
    if made := Adjudication.objects.filter(blind=blind).first():
        return made
    chosen = _checked(case, category, cause, reason)
    if voted(case):
        raise AdjudicationError(
            _("You have labeled this image yourself. Give it back: another adjudicator settles it.")
        )
    if not _close(case) and not _is_called_for(case):
        raise CaseClosedError(_("This image was settled in the meantime. Your reason was not stored."))
    made = Adjudication.objects.create(
        image=case.entry.image,
        policy=case.entry.policy,
        policy_version_id=blind.policy_version_id,
        adjudicator=person,
        category=chosen,
        cause=cause,
        reason=reason.strip(),
        blind=blind,
        entry=case.entry,
        decided_at=clock.now(),
        exposure_ms=_exposure_ms(chosen, plain, longest=clock.now() - blind.decided_at),
    )
    _settle(made)
    return made


def _checked(case: Assignment, category: str, cause: str, reason: str) -> Category:
    chosen = Category.objects.filter(policy=case.entry.policy_id, key=category).first()
    if chosen is None:
        raise AdjudicationError(_("Choose a category."))
    if cause not in Adjudication.Cause.values:
        raise AdjudicationError(_("Choose what the disagreement came from."))
    if not reason.strip():
        raise AdjudicationError(_("Write the reason: the people who answered otherwise learn from it."))
    return chosen


def _exposure_ms(chosen: Category, plain: timedelta, *, longest: timedelta) -> int:
    """Return how long harmful pixels were seen, as `services.labels` counts them."""
    return milliseconds(min(plain, longest, PAUSE)) if chosen.action == Category.Action.BLOCK else 0


def _close(case: Assignment) -> bool:
    """End the entry and the lease; False when the entry is not open any more."""
    open_entry = QueueEntry.objects.filter(pk=case.entry_id, state=QueueEntry.State.OPEN)
    closed = open_entry.update(state=QueueEntry.State.DONE, leased_until=None)
    Assignment.objects.filter(pk=case.pk, ended_at=None).update(
        ended_at=clock.now(), outcome=Assignment.Outcome.LABELED
    )
    return bool(closed)


def _is_called_for(case: Assignment) -> bool:
    return queueing.asks_adjudicator(read_case(image_id=case.entry.image_id, policy_id=case.entry.policy_id))


def _settle(adjudication: Adjudication) -> None:
    queueing.settle(read_case(image_id=adjudication.image_id, policy_id=adjudication.policy_id))


@transaction.atomic
def undo(*, person: Person, policy: Policy) -> QueueEntry | None:
    """Take back the person's latest standing adjudication; return the case, which waits again, if there was one."""
    latest = Adjudication.objects.filter(adjudicator=person, policy=policy, blind__isnull=False).order_by("-id")
    reach = [each.pk for each in latest[:UNDO_REACH]]
    made = latest.filter(pk__in=reach, withdrawal=None).select_related("image").first()
    if made is None:
        raise AdjudicationError(_("There is nothing to take back."))
    queueing.lock_group(made.image)
    AdjudicationWithdrawal.objects.get_or_create(
        adjudication=made, defaults={"withdrawn_by": person, "withdrawn_at": clock.now(), "cause": "undone"}
    )
    _settle(made)
    return QueueEntry.objects.filter(
        image=made.image, policy=policy, purpose=QueueEntry.Purpose.ADJUDICATION, state=QueueEntry.State.OPEN
    ).first()


@transaction.atomic
def propose_exemplar(*, adjudication: Adjudication, person: Person) -> ExemplarProposal:
    """Propose the image as an exemplar of its category in the next guideline. Proposed twice, it is so once."""
    if adjudication.category.restricted:
        raise AdjudicationError(_("Images of this category are never shown as exemplars."))
    queueing.lock_group(adjudication.image)
    proposal, _made = ExemplarProposal.objects.get_or_create(
        adjudication=adjudication, defaults={"proposed_by": person, "proposed_at": clock.now()}
    )
    return proposal


@transaction.atomic
def withdraw_exemplar(*, proposal: ExemplarProposal, person: Person) -> None:
    """Take the proposal back."""
    ExemplarProposalWithdrawal.objects.get_or_create(
        proposal=proposal, defaults={"withdrawn_by": person, "withdrawn_at": clock.now(), "cause": "withdrawn"}
    )


@transaction.atomic
def part_copies(*, case: Assignment, match_id: int, person: Person) -> None:
    """Say that the image of a case and one that was matched with it are not the same picture, after the blind answer.

    Raises `CopyMatch.DoesNotExist` for a match of other images.
    """
    if blind_answer(case) is None:
        raise AdjudicationError(_("Judge the image yourself first."))
    image = case.entry.image
    match = CopyMatch.objects.get(Q(image=image) | Q(other=image), pk=match_id)
    copies.part(match=match, by=person)

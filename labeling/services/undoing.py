"""Labels are taken back with all that was built on them."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models import Label, LabelWithdrawal, Person, QueueEntry
from labeling.selectors.cases import read_case
from labeling.selectors.given import OPINION_PURPOSES
from labeling.selectors.gold import standing_gold
from labeling.selectors.reach import UNDO_REACH, within_reach
from labeling.services import queueing
from labeling.services.labels import LabelError


class OutOfReach(LabelError):
    """The label can no longer be taken back."""


@transaction.atomic
def withdraw_label(*, person: Person, label_id: int) -> QueueEntry | None:
    """Take a label back, and with it the decision that rests on it. Return the entry to answer anew, if one is open.

    Raises `Label.DoesNotExist` for somebody else's label, `OutOfReach` when it is too old or an adjudicator has
    settled the image. Taken back twice, it is taken back once.
    """
    label = Label.objects.select_related("image").get(pk=label_id, labeler=person)
    queueing.lock_group(label.image)
    if not LabelWithdrawal.objects.filter(label=label).exists():
        _withdraw(person, label)
    entries = QueueEntry.objects.filter(
        image__group=label.image.group_id, policy=label.policy_id, state=QueueEntry.State.OPEN
    )
    if label.purpose in OPINION_PURPOSES:
        return entries.filter(purpose__in=OPINION_PURPOSES).first()
    return entries.filter(purpose=label.purpose, reserved_for=person).first()


def _withdraw(person: Person, label: Label) -> None:
    if not within_reach(person=person, policy_id=label.policy_id).filter(pk=label.pk).exists():
        raise OutOfReach(_("Only your last %(count)d labels can be taken back.") % {"count": UNDO_REACH})
    LabelWithdrawal.objects.create(label=label, withdrawn_by=person, withdrawn_at=clock.now(), cause="undone")
    if label.purpose in OPINION_PURPOSES:
        _unsettle(label)
    elif label.assignment:
        _ask_anew(label.assignment.entry_id, label)


def _ask_anew(entry_id: int, label: Label) -> None:
    """Open what the label answered; not where the image cannot be shown, nor where it is gold no more."""
    gold = standing_gold().filter(adjudication__image=label.image_id, adjudication__policy=label.policy_id)
    measures = label.purpose != QueueEntry.Purpose.GOLD or gold.exists()
    asks = measures and not label.image.erased_at
    done = QueueEntry.objects.filter(pk=entry_id, state=QueueEntry.State.DONE)
    done.update(state=QueueEntry.State.OPEN if asks else QueueEntry.State.VOID)


def _unsettle(label: Label) -> None:
    """Withdraw the decision that rests on the label, and let the remaining opinions speak."""
    case = read_case(image_id=label.image_id, policy_id=label.policy_id)
    if case.decision and case.decision.adjudication_id:
        raise OutOfReach(_("An adjudicator has settled this image since."))
    if case.decision:
        queueing.withdraw_decision(case.decision, cause="label withdrawn")
        case = read_case(image_id=label.image_id, policy_id=label.policy_id)
    queueing.settle(case)

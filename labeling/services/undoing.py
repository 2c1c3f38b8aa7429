"""Labels are taken back with all that was built on them."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models import Label, LabelWithdrawal, Person, QueueEntry
from labeling.selectors.cases import read_case
from labeling.selectors.given import OPINION_PURPOSES
from labeling.services import queueing
from labeling.services.labels import LabelError

# The labels on how many of the images that they answered last a person can take back.
UNDO_REACH = 10


class OutOfReach(LabelError):
    """The label can no longer be taken back."""


def within_reach(*, person: Person, policy_id: int) -> QuerySet[Label]:
    """Return the labels that the person can take back: the standing ones of the images that they answered last.

    An image answered anew takes one place, that of its newest label, as it is one card in the page's strip. No label
    comes back into reach once it is out: `selectors.gold` builds on that.
    """
    given = Label.objects.filter(labeler=person, policy=policy_id)
    given = given.exclude(purpose=QueueEntry.Purpose.ADJUDICATION)  # what rests on it is undone with the adjudication
    # Whether it is the first or a further one, an opinion answers the same question.
    same = Q(purpose=OuterRef("purpose")) | Q(purpose__in=OPINION_PURPOSES)
    anew = Label.objects.filter(same, labeler=person, policy=policy_id, image=OuterRef("image"), id__gt=OuterRef("id"))
    latest = given.filter(~Exists(anew)).order_by("-recorded_at", "-id")
    return Label.objects.filter(pk__in=latest.values("id")[:UNDO_REACH], withdrawal=None).order_by(
        "-recorded_at", "-id"
    )


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
        done = QueueEntry.objects.filter(pk=label.assignment.entry_id, state=QueueEntry.State.DONE)
        done.update(state=QueueEntry.State.VOID if label.image.erased_at else QueueEntry.State.OPEN)


def _unsettle(label: Label) -> None:
    """Withdraw the decision that rests on the label, and let the remaining opinions speak."""
    case = read_case(image_id=label.image_id, policy_id=label.policy_id)
    if case.decision and case.decision.adjudication_id:
        raise OutOfReach(_("An adjudicator has settled this image since."))
    if case.decision:
        queueing.withdraw_decision(case.decision, cause="label withdrawn")
        case = read_case(image_id=label.image_id, policy_id=label.policy_id)
    queueing.settle(case)

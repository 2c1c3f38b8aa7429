"""Repeats: a person judges an image again, without being told, so that their steadiness can be measured."""

from django.db import transaction

from labeling import clock
from labeling.models import Label, LabelWithdrawal, QueueEntry
from labeling.ordering import Place
from labeling.selectors.cases import read_case
from labeling.selectors.given import OPINION_PURPOSES
from labeling.services import queueing


class CannotRepeat(Exception):
    """This label is none to ask again about; the message says why."""


@transaction.atomic
def ask_again(*, label: Label, once: bool = False, place: Place | None = None) -> QueueEntry:
    """Ask the person who gave this opinion for it once more, and return the entry, which is for nobody else.

    Asked twice while it is open, it is one. Raises CannotRepeat for what is no standing opinion, for an image that was
    erased, for a person who has left, and with `once` where they have ever been asked again about the image.
    Without a `place` it stands where a first opinion on the image would.
    """
    queueing.lock_group(label.image)
    _check(label)
    asked = QueueEntry.objects.filter(
        image=label.image_id,
        policy=label.policy_id,
        purpose=QueueEntry.Purpose.REPEAT,
        reserved_for=label.labeler_id,
    )
    if once and asked.exists():
        raise CannotRepeat("The person was asked again already.")
    place = place or read_case(image_id=label.image_id, policy_id=label.policy_id).place
    entry, _ = QueueEntry.objects.get_or_create(
        image_id=label.image_id,
        policy_id=label.policy_id,
        purpose=QueueEntry.Purpose.REPEAT,
        reserved_for_id=label.labeler_id,
        state=QueueEntry.State.OPEN,
        defaults={"why": QueueEntry.Why.REPEAT, "opened_at": clock.now(), **place._asdict()},
    )
    return entry


def _check(label: Label) -> None:
    if label.purpose not in OPINION_PURPOSES:
        raise CannotRepeat("Only an opinion on what an image shows is asked for again.")
    if LabelWithdrawal.objects.filter(label=label).exists():
        raise CannotRepeat("The label was taken back.")
    if label.image.erased_at is not None:
        raise CannotRepeat("The image was erased.")
    if not label.labeler.is_active:
        raise CannotRepeat("The person has left.")

"""Gold: an adjudicated image measures people from now on, or no longer."""

from django.db import transaction
from django.utils.translation import gettext as _

from labeling import clock
from labeling.models import Adjudication, AdjudicationWithdrawal, Gold, GoldWithdrawal, Person
from labeling.selectors.cases import read_case
from labeling.services import queueing


class CannotBeGold(Exception):
    """This adjudication can measure nobody; the message, for the person, says why."""


@transaction.atomic
def make_gold(*, adjudication: Adjudication, person: Person) -> Gold:
    """Make an adjudicated image gold. Made twice, it is made once.

    Raises CannotBeGold where the adjudication no longer decides the image, where it gives no reason that a miss could
    be explained with, where the image was erased, and where it was gold already and is so no more.
    """
    queueing.lock_group(adjudication.image)
    _check(adjudication)
    gold, _made = Gold.objects.get_or_create(
        adjudication=adjudication, defaults={"made_by": person, "made_at": clock.now()}
    )
    return gold


def _check(adjudication: Adjudication) -> None:
    if adjudication.image.erased_at is not None:
        raise CannotBeGold(_("The image was erased."))
    if not adjudication.cause:  # its reason is one that the import wrote
        raise CannotBeGold(_("The answer came from outside, without a reason that a miss could be explained with."))
    if AdjudicationWithdrawal.objects.filter(adjudication=adjudication).exists():
        raise CannotBeGold(_("The adjudication was taken back."))
    decision = read_case(image_id=adjudication.image_id, policy_id=adjudication.policy_id).decision
    if decision is None or decision.adjudication_id != adjudication.pk:
        raise CannotBeGold(_("Another decision holds on this image by now."))
    if GoldWithdrawal.objects.filter(gold__adjudication=adjudication).exists():
        raise CannotBeGold(_("It was gold and was withdrawn; it would need a new adjudication."))


@transaction.atomic
def withdraw_gold(*, gold: Gold, person: Person, cause: str = "withdrawn") -> GoldWithdrawal:
    """Let the image measure nobody any more; nobody is asked about it again. Withdrawn twice, it is so once."""
    queueing.lock_group(gold.adjudication.image)
    withdrawal, _made = GoldWithdrawal.objects.get_or_create(
        gold=gold, defaults={"withdrawn_by": person, "withdrawn_at": clock.now(), "cause": cause}
    )
    queueing.ask_no_gold(adjudication_id=gold.adjudication_id)
    return withdrawal

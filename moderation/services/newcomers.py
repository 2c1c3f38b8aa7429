"""Pictures that enter a bank before a copy of them comes: look-alikes that were called wrong, and what is harmful."""

from django.db import transaction

from labeling.models import DecisionWithdrawal, PeopleDecision, Source
from labeling.services import queueing
from moderation.selectors.worth_knowing import look_alikes, newly_harmful
from moderation.services.banks import add_entry, look_at_copy


def add_look_alikes(*, count: int) -> int:
    """Take up to `count` pictures that people parted from one in the bank into it as well; return how many were new.

    Where too few people have said yet what such a picture shows, one more is asked.
    """
    added = 0
    for decision in look_alikes(count=count):
        if _add(decision):
            added += 1
        else:
            look_at_copy(image=decision.image, decision=decision)
    return added


def add_harmful(*, count: int) -> int:
    """Take up to `count` newly decided harmful pictures into the bank, so that the past is searched for them.

    Others enter it with their first later copy (`banks`): harmless ones need no search.
    """
    return sum(_add(decision) for decision in newly_harmful(count=count))


@transaction.atomic
def _add(decision: PeopleDecision) -> bool:
    queueing.lock_group(decision.image)
    if DecisionWithdrawal.objects.filter(decision=decision).exists():
        return False
    return add_entry(decision=decision, image_id=decision.image_id, source=_scope(decision)) is not None


def _scope(decision: PeopleDecision) -> Source | None:
    """Return for whose arrivals an entry decides: the first source that sent the image, or everybody's."""
    if not decision.policy.bank_per_source:
        return None
    asked = decision.image.arrivals.filter(source__policies=decision.policy_id)
    first = asked.select_related("source").order_by("pk").first()
    return first.source if first else None

"""Banks: what people have judged once, they need not see again.

A bank is filled by its use: when a copy comes in, and enough people agree on its picture, the image that they judged
becomes an entry, and the copy is decided like it. Nothing that a machine decided is ever an entry.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from labeling import clock
from labeling.models import Arrival, CopyMatch, Image, PeopleDecision, Policy, QueueEntry, Source
from labeling.selectors.slices import in_slice
from labeling.services import queueing
from labeling.services.reviews import request_review
from moderation.models import BankEntry, MachineDecision
from moderation.selectors.copies import (
    contradicted,
    group_decision,
    is_unrouted,
    looked_at,
    matches_of,
    supported,
    unrouted,
)
from moderation.services.deciding import decide_by_entry
from moderation.services.habits import may_decide


def route_next(*, policy: Policy, count: int, since: datetime | None = None) -> int:
    """Decide up to `count` copies that came after the decision, or have people look at them; return how many.

    `since`: only those of matches found after it.
    """
    found = Image.objects.filter(pk__in=unrouted(policy, count=count, since=since)).order_by("pk")
    for image in found:
        route(image=image, policy=policy)
    return len(found)


@transaction.atomic
def route(*, image: Image, policy: Policy) -> None:
    """Decide one such copy. Done twice, it is done once. What is in the random slice people see all the same."""
    queueing.lock_group(image)
    decision = group_decision(image, policy)
    if decision is None or not is_unrouted(image, policy):
        return
    decided = _decide(image, decision)
    if not decided or in_slice(image, policy):
        look_at_copy(image=image, decision=decision)


def have_people_look(*, image: Image, policy: Policy) -> None:
    """Have a person look at an image, whatever machines say: as a copy of what is decided, or for the first time."""
    decision = group_decision(image, policy)
    if decision is None:
        queueing.queue_image(image=image, policy=policy)
    elif decision.image_id != image.pk:
        look_at_copy(image=image, decision=decision)


def look_at_copy(*, image: Image, decision: PeopleDecision) -> None:
    """Have a person look at a copy, whatever the decision on its picture is."""
    purpose, why = QueueEntry.Purpose.SECOND, QueueEntry.Why.COPY
    request_review(decision=decision, purpose=purpose, why=why, value=1, copy=image)


def _decide(image: Image, decision: PeopleDecision) -> bool:
    """Decide every arrival of the copy that asks for it and that an entry covers; return whether that is all."""
    asked = Arrival.objects.filter(image=image, source__policies=decision.policy_id)
    arrivals = list(asked.select_related("source"))
    covered = [arrival for arrival in arrivals if _decide_arrival(arrival, image, decision)]
    return len(covered) == len(arrivals)


def _decide_arrival(arrival: Arrival, image: Image, decision: PeopleDecision) -> bool:
    current = MachineDecision.objects.filter(arrival=arrival, policy=decision.policy_id, withdrawal=None)
    if current.exists():
        return True
    ground = _ground(arrival, image, decision)
    if ground is None:
        return False
    entry, match = ground
    decide_by_entry(arrival=arrival, entry=entry, match=match)
    return True


def _ground(arrival: Arrival, image: Image, decision: PeopleDecision) -> tuple[BankEntry, CopyMatch] | None:
    """Return the entry that the copy matches best, and how. Matched with both kinds, it is for people.

    The match is between the copy and an image that people looked at: a copy of a copy may be far from the picture.
    """
    matches = list(matches_of(image))
    if contradicted(image, decision, matches):
        return None
    judged = looked_at(decision)
    for match in matches:
        other = match.other_id if match.image_id == image.pk else match.image_id
        if other in judged and (entry := _entry(decision, other, arrival)):
            return entry, match
    return None


def _entry(decision: PeopleDecision, image_id: int, arrival: Arrival) -> BankEntry | None:
    """Return the entry that decides for this source, if enough people agree; made now if it is not there.

    None where it is switched off, also where the picture has been decided anew since it was.
    """
    if not supported(decision, real_only=not arrival.source.demo):
        return None
    source = arrival.source if decision.policy.bank_per_source else None
    if source and not Arrival.objects.filter(image=image_id, source=source).exists():
        return None
    of_image = BankEntry.objects.filter(policy=decision.policy_id, image=image_id)
    of_image = of_image.filter(Q(source=arrival.source_id) | Q(source=None))
    if of_image.exclude(disabled_at=None, held_at=None).exists():
        return None
    known = of_image.filter(decision=decision).order_by(F("source").asc(nulls_last=True)).first()
    entry = known or add_entry(decision=decision, image_id=image_id, source=source)
    return entry if entry and may_decide(entry) else None


def add_entry(*, decision: PeopleDecision, image_id: int, source: Source | None) -> BankEntry | None:
    """Take an image that people judged into the bank; None where too few of them agree on it.

    `source`: for whose arrivals it decides; None is everybody's.
    """
    if not supported(decision):
        return None
    return BankEntry.objects.create(
        policy_id=decision.policy_id,
        source=source,
        image_id=image_id,
        kind=BankEntry.kind_of(decision.category),
        decision=decision,
        added_at=clock.now(),
    )

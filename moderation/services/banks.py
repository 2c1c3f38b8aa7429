"""Banks: what people have judged once, they need not see again.

A bank is filled by its use: when a copy comes in, and enough people agree on its picture, the image that they judged
becomes an entry, and the copy is decided like it. Nothing that a machine decided is ever an entry.
"""

from django.db import transaction
from django.db.models import F, Q

from labeling import clock
from labeling.models import Arrival, CopyMatch, Image, PeopleDecision, Policy, QueueEntry, SliceDraw
from labeling.services import queueing
from labeling.services.reviews import request_review
from moderation.models import BankEntry, MachineDecision, MachineDecisionWithdrawal
from moderation.selectors.copies import contradicted, group_decision, looked_at, matches_of, supporters, unrouted
from moderation.services.habits import hold_back_if_unusual


def route_next(*, policy: Policy, count: int) -> int:
    """Decide up to `count` copies that came after the decision, or have people look at them; return how many."""
    found = Image.objects.filter(pk__in=unrouted(policy, count=count)).order_by("pk")
    for image in found:
        route(image=image, policy=policy)
    return len(found)


@transaction.atomic
def route(*, image: Image, policy: Policy) -> None:
    """Decide one such copy. Done twice, it is done once. What is in the random slice people see all the same."""
    queueing.lock_group(image)
    decision = group_decision(image, policy)
    if decision is None or not unrouted(policy, image=image):
        return
    decided = _decide(image, decision)
    if not decided or _in_slice(image, policy):
        look_at_copy(image=image, decision=decision)


def look_at_copy(*, image: Image, decision: PeopleDecision) -> None:
    """Have a person look at a copy, whatever the decision on its picture is."""
    purpose, why = QueueEntry.Purpose.SECOND, QueueEntry.Why.COPY
    request_review(decision=decision, purpose=purpose, why=why, value=1, copy=image)


def _in_slice(image: Image, policy: Policy) -> bool:
    draw = SliceDraw.objects.select_related("group").get(group=image.group_id, policy=policy)
    return draw.group.u < draw.p


def _decide(image: Image, decision: PeopleDecision) -> bool:
    """Decide every arrival of the copy that an entry covers; return whether there is any that none covers."""
    arrivals = list(Arrival.objects.filter(image=image))
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
    past = MachineDecisionWithdrawal.objects.filter(decision__arrival=arrival, decision__policy=decision.policy_id)
    MachineDecision.objects.create(
        arrival=arrival,
        policy_id=decision.policy_id,
        category_id=decision.category_id,
        bank_entry=entry,
        match=match,
        score=match.agreement,
        decided_at=clock.now(),
        replaces=past.order_by("-pk").first(),
    )
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
    """Return the entry that decides for this source; made now if enough people agree.

    None where it is switched off, also where the picture has been decided anew since it was.
    """
    of_image = BankEntry.objects.filter(policy=decision.policy_id, image=image_id)
    of_image = of_image.filter(Q(source=arrival.source_id) | Q(source=None))
    if of_image.exclude(disabled_at=None, held_at=None).exists():
        return None
    known = of_image.filter(decision=decision).order_by(F("source").asc(nulls_last=True)).first()
    entry = known or _new_entry(decision, image_id)
    return None if entry is None or hold_back_if_unusual(entry) else entry


def _new_entry(decision: PeopleDecision, image_id: int) -> BankEntry | None:
    needed = decision.policy.bank_opinions
    if not needed or (decision.adjudication_id is None and supporters(decision) < needed):
        return None
    allowed = decision.category.action == "allow"
    return BankEntry.objects.create(
        policy_id=decision.policy_id,
        image_id=image_id,
        kind=BankEntry.Kind.BENIGN if allowed else BankEntry.Kind.HARMFUL,
        decision=decision,
        added_at=clock.now(),
    )

"""What is wanted of people: queue entries, written in the transaction that changes their cause.

`settle` holds the queue and the decision of one image against the facts. Everything that changes a fact calls it under
the lock of the image's copy group, so that no two run at once for one image.
"""

from collections.abc import Sequence

from django.db import transaction

from labeling import clock, sampling
from labeling.consensus import Next, Opinion, Outcome, weigh
from labeling.models import (
    CopyGroup,
    DecisionWithdrawal,
    Image,
    Label,
    PeopleDecision,
    Policy,
    QueueEntry,
    SliceDraw,
)
from labeling.selectors.decisions import current_decision

# Opinions on what an image shows; repeats and gold measure people instead.
OPINION_PURPOSES = (QueueEntry.Purpose.FIRST, QueueEntry.Purpose.SECOND)
SETTLED_PURPOSES = (*OPINION_PURPOSES, QueueEntry.Purpose.ADJUDICATION)


def lock_group(image: Image) -> CopyGroup:
    """Lock the image's copy group until the transaction ends. First of all locks: group, entry, assignment."""
    return CopyGroup.objects.select_for_update(no_key=True).get(pk=image.group_id)


@transaction.atomic
def queue_image(*, image: Image, policy: Policy) -> None:
    """Put the question of `policy` about `image` to people. Asked twice, it changes nothing."""
    lock_group(image)
    SliceDraw.objects.get_or_create(
        group_id=image.group_id,
        policy=policy,
        defaults={"p": sampling.EVERY_IMAGE, "drawn_at": clock.now()},
    )
    settle(image=image, policy=policy)


def settle_policy(*, policy: Policy) -> int:
    """Settle anew what is still open under a policy whose required opinions have changed. Return how many images."""
    waiting = QueueEntry.objects.filter(policy=policy, state=QueueEntry.State.OPEN, purpose__in=SETTLED_PURPOSES)
    images = list(waiting.values_list("image_id", flat=True).distinct())
    for image_id in images:
        with transaction.atomic():
            image = Image.objects.get(pk=image_id)
            lock_group(image)
            settle(image=image, policy=policy)
    return len(images)


def settle(*, image: Image, policy: Policy) -> None:
    """Make the decision and the open entries what the facts say they should be. The caller holds the group's lock."""
    draw = SliceDraw.objects.select_related("group").get(group_id=image.group_id, policy=policy)
    labels = Label.objects.filter(
        image=image, policy=policy, purpose__in=OPINION_PURPOSES, withdrawal=None
    ).values_list("verdict", "category_id")
    apply(image=image, policy=policy, draw=draw, opinions=[Opinion(*label) for label in labels])


def apply(*, image: Image, policy: Policy, draw: SliceDraw, opinions: Sequence[Opinion]) -> None:
    """Do what `settle` does, on facts already read."""
    in_slice = draw.group.u < draw.p
    outcome = weigh(opinions, required=policy.slice_opinions if in_slice else policy.required_opinions)
    decision = current_decision(image=image, policy=policy)
    if decision and _stands(decision, outcome):
        _want(image=image, policy=policy, draw=draw, purpose=None, why="")
        return
    if decision:
        withdraw_decision(decision=decision, cause=outcome.why)
    if outcome.next is Next.DECISION:
        _decide(image=image, policy=policy, outcome=outcome)
    _want(image=image, policy=policy, draw=draw, purpose=_purpose(outcome), why=outcome.why)


def _stands(decision: PeopleDecision, outcome: Outcome) -> bool:
    """Whether a decision outlives new opinions: an adjudicator's does, people's until somebody disagrees.

    It also outlives a policy that now requires more opinions: that concerns what is not decided yet.
    """
    if decision.adjudication_id:
        return True
    return outcome.next is not Next.ADJUDICATION and outcome.category_id in (None, decision.category_id)


def _purpose(outcome: Outcome) -> QueueEntry.Purpose | None:
    if outcome.next is Next.DECISION:
        return None
    if outcome.next is Next.ADJUDICATION:
        return QueueEntry.Purpose.ADJUDICATION
    return QueueEntry.Purpose.SECOND if outcome.opinions else QueueEntry.Purpose.FIRST


def _decide(*, image: Image, policy: Policy, outcome: Outcome) -> None:
    last = DecisionWithdrawal.objects.filter(decision__image=image, decision__policy=policy).order_by("id").last()
    PeopleDecision.objects.create(
        image=image,
        policy=policy,
        policy_version_id=policy.versions.values_list("id", flat=True).first(),
        category_id=outcome.category_id,
        opinions=outcome.opinions,
        decided_at=clock.now(),
        replaces=last,
    )


def withdraw_decision(*, decision: PeopleDecision, cause: str) -> None:
    """Add the row that takes a decision back."""
    DecisionWithdrawal.objects.create(decision=decision, cause=cause, withdrawn_at=clock.now())


def _want(*, image: Image, policy: Policy, draw: SliceDraw, purpose: QueueEntry.Purpose | None, why: str) -> None:
    """Leave exactly the entry of this purpose open, or none. Leases on voided ones still bring their labels home."""
    entries = QueueEntry.objects.filter(
        image=image, policy=policy, state=QueueEntry.State.OPEN, purpose__in=SETTLED_PURPOSES
    )
    open_now = {entry.purpose: entry for entry in entries}
    others = [entry.pk for entry in open_now.values() if entry.purpose != purpose]
    entries.filter(pk__in=others).update(state=QueueEntry.State.VOID, leased_until=None)
    if purpose in open_now:
        entries.filter(pk=open_now[purpose].pk).exclude(why=why).update(why=why)
    elif purpose:
        QueueEntry.objects.create(
            image=image,
            policy=policy,
            purpose=purpose,
            priority=1 - draw.group.u,
            strategy=QueueEntry.Strategy.SLICE,
            why=why,
            inclusion_probability=draw.p,
            opened_at=clock.now(),
        )

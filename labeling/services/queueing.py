"""What is wanted of people: queue entries, written in the transaction that changes their cause.

`settle` holds the queue and the decision of one picture, a copy group, against the facts. Everything that changes a
fact calls it under the lock of the group, so that no two run at once for one picture.
"""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from labeling import clock
from labeling.consensus import Next, Outcome, weigh
from labeling.measuring import MIXED_AMONG, place_among
from labeling.models import (
    Adjudication,
    CopyGroup,
    DecisionWithdrawal,
    Image,
    PeopleDecision,
    Policy,
    QueueEntry,
    SliceDraw,
)
from labeling.ordering import Place
from labeling.reviewing import Wish
from labeling.selectors.cases import Case, read_case
from labeling.selectors.given import GivenDecision, OpenEntry
from labeling.selectors.queue import priorities_ahead


def lock_group(image: Image) -> None:
    """Lock the image's copy group until the transaction ends. First of all locks: group, entry, assignment."""
    lock_groups([image.pk])
    image.refresh_from_db(fields=["group", "erased_at"])


def lock_groups(image_ids: Sequence[int]) -> None:
    """Lock the copy groups of many images, in an order in which no two such locks can wait for each other.

    A group may have been joined with another while we waited for its lock: then the other is locked as well.
    """
    locked: set[int] = set()
    while missing := set(Image.objects.filter(pk__in=image_ids).values_list("group", flat=True)) - locked:
        list(CopyGroup.objects.filter(pk__in=missing).order_by("pk").select_for_update(no_key=True))
        locked |= missing


@transaction.atomic
def queue_image(*, image: Image, policy: Policy) -> None:
    """Put the question of `policy` about `image` to people. Asked twice, it changes nothing."""
    lock_group(image)
    SliceDraw.objects.get_or_create(
        group_id=image.group_id,
        policy=policy,
        defaults={"p": policy.slice_share, "drawn_at": clock.now()},
    )
    settle(read_case(image_id=image.pk, policy_id=policy.pk))


def settle_some(*, policy: Policy, after: int, count: int) -> int | None:
    """Settle anew the next `count` images that are open under a policy whose required opinions have changed.

    Return the id to go on after, or None at the end. Run again it changes nothing.
    """
    waiting = QueueEntry.objects.filter(policy=policy, state=QueueEntry.State.OPEN, reserved_for=None)
    last = None
    for image in Image.objects.filter(pk__gt=after, pk__in=waiting.values("image")).order_by("pk")[:count]:
        with transaction.atomic():
            lock_group(image)
            settle(read_case(image_id=image.pk, policy_id=policy.pk))
        last = image.pk
    return last


def settle_picture(image: Image) -> None:
    """Settle the image's picture under every policy that asks about it. The caller holds the group's lock."""
    for policy_id in SliceDraw.objects.filter(group=image.group_id).values_list("policy", flat=True):
        settle(read_case(image_id=image.pk, policy_id=policy_id))


def settle(case: Case) -> None:
    """Make the decision and the open entries what the facts say they should be. The caller holds the group's lock."""
    if len(case.current) > 1:
        case = _one_decision(case)
    outcome = _outcome(case)
    if case.decision and not _stands(case, outcome):
        withdraw_decision(case.decision, cause=_cause(case, outcome))
        case = read_case(image_id=case.image_id, policy_id=case.policy_id)
    if case.decision is None and outcome.category_id is not None:
        _decide(case, outcome.category_id, outcome.opinions)
        if case.requests:
            case = read_case(image_id=case.image_id, policy_id=case.policy_id)
    _want(case, _wanted(case, outcome))


def _one_decision(case: Case) -> Case:
    """Leave one decision where copies were decided apart: they say the same, or would not have been joined."""
    for decision in case.current:
        if decision != case.decision:
            withdraw_decision(decision, cause="a copy's holds")
    return read_case(image_id=case.image_id, policy_id=case.policy_id)


def _outcome(case: Case) -> Outcome:
    """What an adjudicator said outranks people's opinions.

    When a later answer that replaced it was taken back, the adjudicator is asked once more: the image was in doubt.
    """
    if case.adjudication is None:
        return weigh(
            case.opinions,
            required=case.required,
            second_on_unsure=case.second_on_unsure,
            tie_break=case.tie_break,
        )
    said = case.adjudication
    if any(each.adjudication_id == said.id and each.withdrawal_id for each in case.decisions):
        return Outcome(Next.ADJUDICATION, "conflict", len(case.opinions))
    agree = sum(opinion.category_id == said.category_id for opinion in case.opinions)
    return Outcome(Next.DECISION, "agreement", agree, said.category_id)


def _stands(case: Case, outcome: Outcome) -> bool:
    """Whether the decision outlives what has been said since: people's does until somebody disagrees or is unsure.

    It also outlives a policy that now requires more opinions: that concerns what is not decided yet.
    """
    if case.decision is None:
        return False
    if case.adjudication or case.decision.adjudication_id:
        return case.decision.adjudication_id == (case.adjudication and case.adjudication.id)
    if outcome.next is Next.OPINION:
        return outcome.why in (QueueEntry.Why.OPINIONS, QueueEntry.Why.ARRIVAL)
    return outcome.category_id == case.decision.category_id


def _cause(case: Case, outcome: Outcome) -> str:
    if case.adjudication:
        return "adjudication"
    return "adjudication withdrawn" if case.decision and case.decision.adjudication_id else outcome.why


def asks_adjudicator(case: Case) -> bool:
    """Whether the facts call for an adjudicator, also where no picture is left to show to one."""
    wish = _called_for(case, _outcome(case))
    return wish is not None and wish.purpose == QueueEntry.Purpose.ADJUDICATION


def _wanted(case: Case, outcome: Outcome) -> Wish | None:
    """Return what is wanted of people: what the facts call for, and nothing of a picture that is erased."""
    return None if case.is_erased else _called_for(case, outcome)


def _called_for(case: Case, outcome: Outcome) -> Wish | None:
    """Return what the facts call for: an opinion, an adjudicator, or another look at what is decided."""
    if case.decision or outcome.next is Next.DECISION:
        return case.wish
    if outcome.next is Next.ADJUDICATION:
        return Wish(QueueEntry.Purpose.ADJUDICATION, outcome.why)
    first = outcome.why == QueueEntry.Why.ARRIVAL
    return Wish(QueueEntry.Purpose.FIRST if first else QueueEntry.Purpose.SECOND, outcome.why)


def _decide(case: Case, category_id: int, opinions: int) -> None:
    image_id = case.judged_image(category_id)
    PeopleDecision.objects.create(
        image_id=image_id,
        policy_id=case.policy_id,
        policy_version_id=case.guideline_behind(category_id),
        category_id=category_id,
        opinions=opinions,
        adjudication_id=case.adjudication.id if case.adjudication else None,
        decided_at=clock.now(),
        replaces_id=case.last_withdrawal_id(image_id),
    )


def withdraw_decision(decision: GivenDecision, *, cause: str) -> None:
    """Add the row that takes a decision back. An answer that is in doubt, or is another one now, measures nobody."""
    DecisionWithdrawal.objects.create(decision_id=decision.id, cause=cause, withdrawn_at=clock.now())
    if decision.adjudication_id:
        ask_no_gold(adjudication_id=decision.adjudication_id)


def ask_no_gold(*, adjudication_id: int) -> None:
    """Ask nobody any more about the image of an adjudication as gold. The caller holds the group's lock."""
    settled = Adjudication.objects.filter(pk=adjudication_id)
    asked = QueueEntry.objects.filter(
        image__in=settled.values("image"), policy__in=settled.values("policy"), purpose=QueueEntry.Purpose.GOLD
    )
    asked.filter(state=QueueEntry.State.OPEN).update(state=QueueEntry.State.VOID, leased_until=None)


def _want(case: Case, wish: Wish | None) -> None:
    """Leave exactly the entry that is wished for open, or none. Leases on voided ones still bring their labels home."""
    asked = None if wish is None else (wish.purpose, wish.copy_id or case.image_id)
    others = [entry.id for entry in case.entries if (entry.purpose, entry.image_id) != asked]
    if others:
        QueueEntry.objects.filter(pk__in=others).update(state=QueueEntry.State.VOID, leased_until=None)
    if wish is None:
        return
    wanted = next((entry for entry in case.entries if (entry.purpose, entry.image_id) == asked), None)
    if wanted is None:
        _open_entry(case, wish)
        return
    place = _place(case, wish, wanted)
    if (wanted.why, wanted.asked_after_id, wanted.place) != (wish.why, _asked_after(case), place):
        entry = QueueEntry.objects.filter(pk=wanted.id)
        entry.update(why=wish.why, asked_after=_asked_after(case), **place._asdict())


def _place(case: Case, wish: Wish, wanted: OpenEntry | None = None) -> Place:
    """Return its place. What is mixed in by chance is drawn once, and brought forward by `measuring.mix_in` alone."""
    place = case.place_for(wish)
    if place.strategy != QueueEntry.Strategy.MIXED:
        return place
    if wanted and wanted.place.strategy == QueueEntry.Strategy.MIXED:
        return wanted.place
    ahead = priorities_ahead(policy_id=case.policy_id, count=MIXED_AMONG)
    return place_among(ahead, f"again {case.image_id}", key=settings.SAMPLING_KEY)


def _asked_after(case: Case) -> int | None:
    return case.standing[-1].labeler_id if case.standing else None


def _open_entry(case: Case, wish: Wish) -> None:
    QueueEntry.objects.create(
        image_id=wish.copy_id or case.image_id,
        policy_id=case.policy_id,
        purpose=wish.purpose,
        why=wish.why,
        asked_after_id=_asked_after(case),
        opened_at=clock.now(),
        **_place(case, wish)._asdict(),
    )

"""Leases: which person looks at which image now.

A claim takes the best open entry that nobody holds, by one partial index and SKIP LOCKED: concurrent claims never wait
for each other and never get the same entry. Locks are always taken in the order group, entry, assignment.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from labeling import clock
from labeling.help import Arm
from labeling.models import Assignment, Person, Policy, QueueEntry
from labeling.selectors.helping import arm_for
from labeling.selectors.queue import OPEN_ENTRY, SUB_QUEUES, UNJUDGED

# Long enough for a slow decision and a lost connection, short enough that work left behind is soon offered again.
LEASE = timedelta(minutes=5)
# The page renews its leases this often, so that it may miss some.
RENEW_EVERY = timedelta(minutes=1)
# The image on the screen and the next two, decoded ahead; where much waits, enough for a burst of ten keys, but never
# more than a tenth of what waits: the rest is for others.
HELD_AHEAD = 3
MOST_AHEAD = 12
SHARE_AHEAD = 10

# PostgreSQL would plan the claim anew each time, which takes longer than the claim.
_PLAN_ONCE = "SET LOCAL plan_cache_mode = force_generic_plan"
# Nobody holds it, and this person holds neither the image nor a copy of it.
_FREE = """
    (e.leased_until IS NULL OR e.leased_until <= %(now)s)
    AND i.group_id NOT IN (SELECT group_id FROM held)
"""
# Of all sub-queues but the person's own the best head is locked and taken; where all of that one is locked by others
# just now, the next best.
_CLAIM = f"""
WITH RECURSIVE held AS MATERIALIZED (
    SELECT i.group_id
    FROM labeling_assignment a
    JOIN labeling_queueentry e ON e.id = a.entry_id
    JOIN labeling_image i ON i.id = e.image_id
    WHERE a.labeler_id = %(person)s AND a.ended_at IS NULL
), {SUB_QUEUES}, heads AS MATERIALIZED (
    SELECT askers.id, head.priority
    FROM askers
    CROSS JOIN LATERAL (
        SELECT e.priority
        FROM labeling_queueentry e JOIN labeling_image i ON i.id = e.image_id
        WHERE {OPEN_ENTRY} AND coalesce(e.asked_after_id, 0) = askers.id AND {_FREE} AND {UNJUDGED}
        ORDER BY e.priority DESC, e.id LIMIT 1
    ) head
    WHERE askers.id <> %(person)s
    ORDER BY head.priority DESC
), pool AS MATERIALIZED (
    SELECT best.*
    FROM heads
    CROSS JOIN LATERAL (
        SELECT e.id, e.priority, e.leased_until
        FROM labeling_queueentry e JOIN labeling_image i ON i.id = e.image_id
        WHERE {OPEN_ENTRY} AND coalesce(e.asked_after_id, 0) = heads.id AND {_FREE} AND {UNJUDGED}
        ORDER BY e.priority DESC, e.id LIMIT 1
        FOR UPDATE OF e SKIP LOCKED
    ) best
    LIMIT 1
), own AS MATERIALIZED (
    SELECT e.id, e.priority, e.leased_until
    FROM labeling_queueentry e JOIN labeling_image i ON i.id = e.image_id
    WHERE e.policy_id = %(policy)s AND e.state = 'open' AND e.reserved_for_id = %(person)s AND {_FREE}
      AND (e.purpose = 'repeat' OR {UNJUDGED})
    ORDER BY e.priority DESC, e.id LIMIT 1
    FOR UPDATE OF e SKIP LOCKED
), chosen AS MATERIALIZED (
    SELECT * FROM (SELECT * FROM pool UNION ALL SELECT * FROM own) best ORDER BY priority DESC, id LIMIT 1
)
UPDATE labeling_queueentry e
SET leased_until = %(until)s
FROM chosen, labeling_image i
WHERE e.id = chosen.id AND i.id = e.image_id
RETURNING e.id, chosen.leased_until, i.width, i.height, i.group_id
"""  # noqa: S608 (put together from constants)
# Of an entry, what a lease of it needs.
_SHOWN = ("policy_id", "image__width", "image__height", "image__group_id")


@dataclass(frozen=True)
class Lease:
    """What the screen needs of a leased image. Nothing here tells why it is shown. `help`: with or without."""

    assignment_id: uuid.UUID
    width: int
    height: int
    help: Arm


def held_ahead(waiting: int) -> int:
    """Return how many images a page may hold where so many wait."""
    return min(MOST_AHEAD, max(HELD_AHEAD, waiting // SHARE_AHEAD))


@transaction.atomic
def claim_next(*, person: Person, policy_id: int, page: uuid.UUID) -> Lease | None:
    """Lease the next image of this queue to `person`, or return None where there is none for them.

    Nobody gets an image, or a copy of one, that they have judged or hold already; repeats come back to their own
    person only.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_PLAN_ONCE)
        cursor.execute(_CLAIM, {"person": person.pk, "policy": policy_id, "now": now, "until": now + LEASE})
        row = cursor.fetchone()
    if row is None:
        return None
    entry_id, overdue, *image = row
    if overdue:
        _expire(entry_id)
    return _lease(person, _assign(person=person, page=page, entry_id=entry_id), policy_id, *image)


@transaction.atomic
def lease_entry(*, person: Person, entry_id: int, page: uuid.UUID, duration: timedelta = LEASE) -> Lease | None:
    """Lease this very entry to `person`, unless it is closed or somebody else holds it. Asked twice, it is one."""
    now = clock.now()
    free = QueueEntry.objects.filter(pk=entry_id, state=QueueEntry.State.OPEN).exclude(leased_until__gt=now)
    if not free.update(leased_until=now + duration):
        return _own(person, entry_id)
    _expire(entry_id)
    row = QueueEntry.objects.values_list(*_SHOWN).get(pk=entry_id)
    return _lease(person, _assign(person=person, page=page, entry_id=entry_id, duration=duration), *row)


def _own(person: Person, entry_id: int) -> Lease | None:
    live = Assignment.objects.filter(
        entry_id=entry_id, entry__state=QueueEntry.State.OPEN, labeler=person, ended_at=None
    )
    row = live.values_list("pk", *(f"entry__{name}" for name in _SHOWN)).first()
    return _lease(person, *row) if row else None


def _lease(person: Person, assignment_id: uuid.UUID, policy_id: int, width: int, height: int, group_id: int) -> Lease:
    drawn = arm_for(group_id=group_id, person_id=person.pk, policy_id=policy_id)
    return Lease(assignment_id, width, height, drawn)


def _expire(entry_id: int) -> None:
    """End the lease that has run out on an entry which is taken over."""
    Assignment.objects.filter(entry_id=entry_id, ended_at=None).update(
        ended_at=clock.now(), outcome=Assignment.Outcome.EXPIRED
    )


def _assign(*, person: Person, page: uuid.UUID, entry_id: int, duration: timedelta = LEASE) -> uuid.UUID:
    now = clock.now()
    assignment = Assignment.objects.create(
        entry_id=entry_id, labeler=person, page=page, leased_at=now, expires_at=now + duration
    )
    return assignment.pk


@transaction.atomic
def hold(
    *, person: Person, policy: Policy, page: uuid.UUID, first: uuid.UUID | None = None, count: int = HELD_AHEAD
) -> list[Lease]:
    """Return `count` leases for a page that opens: those the person still has, taken over, and new ones.

    A reloaded page shows the same images again, and nobody holds more than `count`, however many pages they open.
    `first` names the one to begin with, if the person has it.
    """
    taken = _take_over(person=person, policy=policy, page=page, first=first)[:count]
    while len(taken) < count and (lease := claim_next(person=person, policy_id=policy.pk, page=page)):
        taken.append(lease)
    return taken


def _take_over(*, person: Person, policy: Policy, page: uuid.UUID, first: uuid.UUID | None) -> list[Lease]:
    live = Assignment.objects.filter(
        labeler=person, ended_at=None, entry__policy=policy, entry__state=QueueEntry.State.OPEN
    ).exclude(entry__purpose=QueueEntry.Purpose.ADJUDICATION)
    rows = live.order_by("leased_at").values_list("pk", *(f"entry__{name}" for name in _SHOWN))
    leases = sorted((_lease(person, *row) for row in rows), key=lambda lease: lease.assignment_id != first)
    held = renew(person=person, page=page, assignment_ids=[lease.assignment_id for lease in leases])
    return [lease for lease in leases if lease.assignment_id in held]


@transaction.atomic
def renew(*, person: Person, page: uuid.UUID, assignment_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Extend these leases for `page`, and return those that the person still holds."""
    until = clock.now() + LEASE
    entries = QueueEntry.objects.filter(
        assignments__pk__in=assignment_ids, assignments__labeler=person, assignments__ended_at=None
    )
    locked = list(entries.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    held = Assignment.objects.filter(pk__in=assignment_ids, labeler=person, ended_at=None, entry__in=locked)
    ids = set(held.values_list("pk", flat=True))
    QueueEntry.objects.filter(pk__in=locked, state=QueueEntry.State.OPEN).update(leased_until=until)
    Assignment.objects.filter(pk__in=ids, ended_at=None).update(expires_at=until, page=page)
    return ids


@transaction.atomic
def give_back(*, person: Person, page: uuid.UUID) -> int:
    """End the leases that this page holds, so that others get the images at once. Return how many."""
    return _end(Assignment.objects.filter(labeler=person, page=page, ended_at=None), Assignment.Outcome.RETURNED)


@transaction.atomic
def expire_leases() -> int:
    """End what has run out. Only tidies: a claim takes such entries by itself. Return how many."""
    overdue = Assignment.objects.filter(ended_at=None, expires_at__lte=clock.now())
    return _end(overdue, Assignment.Outcome.EXPIRED)


def _end(assignments: QuerySet[Assignment], outcome: Assignment.Outcome) -> int:
    entries = QueueEntry.objects.filter(pk__in=assignments.values("entry")).order_by("pk")
    locked = list(entries.select_for_update(of=("self",), no_key=True, skip_locked=True).values_list("pk", flat=True))
    ended = list(assignments.filter(entry__in=locked).values_list("pk", "entry"))
    QueueEntry.objects.filter(pk__in=[entry for _, entry in ended]).update(leased_until=None)
    return Assignment.objects.filter(pk__in=[pk for pk, _ in ended], ended_at=None).update(
        ended_at=clock.now(), outcome=outcome
    )

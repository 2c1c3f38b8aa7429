"""What waits for a person, in numbers that cost the same whatever the size of the pool."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from labeling import clock
from labeling.models import Person

# Nobody needs to know more exactly than "1,000+" how much waits; counting on would take longer with every image.
COUNT_LIMIT = 1000
# Of what waits after others' opinions so much is looked through for what the person has judged as well.
LOOKED_THROUGH = 5 * COUNT_LIMIT

# An open entry of this policy that anybody may take.
OPEN_ENTRY = """
    e.policy_id = %(policy)s AND e.state = 'open' AND e.reserved_for_id IS NULL AND NOT e.purpose = 'adjudication'
"""
# This person has judged neither the image nor a copy of it. The sub-selects end in OFFSET 0: so they are asked row by
# row, for the few rows that are looked at: joined instead, PostgreSQL may hash everything the person ever judged.
UNJUDGED = """
    NOT EXISTS (
        SELECT 1
        FROM labeling_image c
        JOIN labeling_label l ON l.image_id = c.id
        WHERE c.group_id = i.group_id AND l.labeler_id = %(person)s AND l.policy_id = e.policy_id
          AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id OFFSET 0)
        OFFSET 0)
"""
# The queue is made of sub-queues, one for each person after whom an opinion is wanted, and 0 for first opinions; this
# recursive query finds them by leaps through the index.
SUB_QUEUES = f"""
askers (id) AS (
    SELECT 0::bigint
    UNION ALL
    SELECT (SELECT coalesce(e.asked_after_id, 0) FROM labeling_queueentry e
            WHERE {OPEN_ENTRY} AND coalesce(e.asked_after_id, 0) > askers.id
            ORDER BY coalesce(e.asked_after_id, 0) LIMIT 1)
    FROM askers WHERE askers.id IS NOT NULL
)
"""  # noqa: S608 (put together from constants)
_POOL = f"""
{SUB_QUEUES}, pool AS (
    SELECT next.*
    FROM askers
    CROSS JOIN LATERAL (
        SELECT e.id, e.image_id, e.priority FROM labeling_queueentry e
        WHERE {OPEN_ENTRY} AND coalesce(e.asked_after_id, 0) = askers.id
        ORDER BY e.priority DESC, e.id LIMIT %(count)s
    ) next
)
"""  # noqa: S608 (put together from constants)
_AHEAD = f"WITH RECURSIVE {_POOL} SELECT priority FROM pool ORDER BY priority DESC LIMIT %(count)s"  # noqa: S608
_HEAD = f"""
WITH RECURSIVE {_POOL}, reserved AS (
    SELECT e.id, e.image_id, e.priority FROM labeling_queueentry e
    WHERE e.policy_id = %(policy)s AND e.state = 'open' AND e.reserved_for_id IS NOT NULL
    ORDER BY e.priority DESC, e.id LIMIT %(count)s
), cases AS (
    SELECT e.id, e.image_id, e.priority FROM labeling_queueentry e
    WHERE e.policy_id = %(policy)s AND e.state = 'open' AND e.purpose = 'adjudication'
    ORDER BY e.priority DESC LIMIT %(count)s
)
SELECT head.image_id
FROM (SELECT * FROM pool UNION SELECT * FROM reserved UNION SELECT * FROM cases) head
ORDER BY head.priority DESC, head.id LIMIT %(count)s
"""  # noqa: S608 (put together from constants)

# What the person will never get is not counted: else the number would fall after some answers and not after others, and
# so tell what an image was shown for, and what others said of it. The person's own sub-queue is left out by two ranges
# of the index, however long it is.
_POOL_OF_POLICY = """
    e.policy_id = p.id AND e.state = 'open' AND e.reserved_for_id IS NULL AND NOT e.purpose = 'adjudication'
"""
_QUEUES = f"""
SELECT p.slug, p.name, p.question,
    (SELECT count(*) FROM (
        SELECT 1 FROM (
            (SELECT e.image_id, e.policy_id FROM labeling_queueentry e
             WHERE {_POOL_OF_POLICY} AND coalesce(e.asked_after_id, 0) < %(person)s LIMIT %(through)s)
            UNION ALL
            (SELECT e.image_id, e.policy_id FROM labeling_queueentry e
             WHERE {_POOL_OF_POLICY} AND coalesce(e.asked_after_id, 0) > %(person)s LIMIT %(through)s)
        ) e JOIN labeling_image i ON i.id = e.image_id
        WHERE {UNJUDGED}
        UNION ALL
        SELECT 1 FROM labeling_queueentry e JOIN labeling_image i ON i.id = e.image_id
        WHERE e.policy_id = p.id AND e.state = 'open' AND e.reserved_for_id = %(person)s
          AND (e.purpose = 'repeat' OR {UNJUDGED})
        LIMIT %(limit)s) waiting),
    (SELECT count(*) FROM labeling_label l
     LEFT JOIN labeling_labelwithdrawal w ON w.label_id = l.id
     WHERE l.labeler_id = %(person)s AND l.policy_id = p.id AND l.recorded_at >= %(midnight)s AND w.id IS NULL)
FROM labeling_policy p
WHERE p.active AND (%(slug)s = '' OR p.slug = %(slug)s)
ORDER BY p.name
"""  # noqa: S608 (put together from constants)


@dataclass(frozen=True)
class Queue:
    """One policy as a labeler sees it: `waiting` for them, counted up to COUNT_LIMIT; `today`: their labels."""

    slug: str
    name: str
    question: str
    waiting: int
    today: int

    @property
    def is_long(self) -> bool:
        """Whether more waits than was counted."""
        return self.waiting > COUNT_LIMIT


def queues_for(person: Person, slug: str = "") -> list[Queue]:
    """Return the active queues, or the one with this slug, in one query."""
    asked = {"person": person.pk, "limit": COUNT_LIMIT + 1, "through": LOOKED_THROUGH}
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES, {**asked, "midnight": _midnight(), "slug": slug})
        return [Queue(*row) for row in cursor.fetchall()]


def head_of_queue(*, policy_id: int, count: int) -> list[int]:
    """Return the `count` images that people will see next under a policy, or see just now, in that order.

    Repeats and gold among them, so that help with those is as ready as with the others, and adjudicators' cases.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, {"policy": policy_id, "count": count})
        return [image_id for (image_id,) in cursor.fetchall()]


def priorities_ahead(*, policy_id: int, count: int) -> list[float]:
    """Return the priorities of the `count` entries that come next and anybody may take, highest first."""
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, {"policy": policy_id, "count": count})
        return [priority for (priority,) in cursor.fetchall()]


def _midnight() -> datetime:
    return clock.now().replace(hour=0, minute=0, second=0, microsecond=0)

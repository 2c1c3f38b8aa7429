"""What waits for a person, in numbers that cost the same whatever the size of the pool."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from labeling import clock
from labeling.models import Person

# Nobody needs to know more exactly than "1,000+" how much waits; counting on would take longer with every image.
COUNT_LIMIT = 1000

_QUEUES = """
SELECT p.slug, p.name, p.question,
    (SELECT count(*) FROM (
        SELECT 1 FROM labeling_queueentry e
        WHERE e.policy_id = p.id AND e.state = 'open' AND e.reserved_for_id IS NULL AND NOT e.purpose = 'adjudication'
        LIMIT %(limit)s) waiting),
    (SELECT count(*) FROM labeling_label l
     LEFT JOIN labeling_labelwithdrawal w ON w.label_id = l.id
     WHERE l.labeler_id = %(person)s AND l.policy_id = p.id AND l.recorded_at >= %(midnight)s AND w.id IS NULL)
FROM labeling_policy p
WHERE p.active AND (%(slug)s = '' OR p.slug = %(slug)s)
ORDER BY p.name
"""


@dataclass(frozen=True)
class Queue:
    """One policy as a labeler sees it: `waiting` stops counting above COUNT_LIMIT; `today` are the person's labels."""

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
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES, {"person": person.pk, "limit": COUNT_LIMIT + 1, "midnight": _midnight(), "slug": slug})
        return [Queue(*row) for row in cursor.fetchall()]


def _midnight() -> datetime:
    return clock.now().replace(hour=0, minute=0, second=0, microsecond=0)

"""How far the demo is, while a process fills it in."""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection

SOURCE = "demo"
# The process that fills the demo in holds this advisory lock. PostgreSQL drops it with the process, so that nobody
# waits for one that was killed, and two never fill in the same demo.
LOCK = 0x77696E6F

# Nothing is counted while nobody holds the lock.
_FILLING = """
SELECT count(DISTINCT a.image_id), count(DISTINCT a.image_id) FILTER (WHERE e.id IS NOT NULL OR w.id IS NOT NULL)
FROM labeling_source s
JOIN labeling_arrival a ON a.source_id = s.id
LEFT JOIN labeling_embedding e ON e.image_id = a.image_id
LEFT JOIN labeling_machinework w ON w.image_id = a.image_id AND w.stage = 'score' AND w.failed_at IS NOT NULL
WHERE s.name = %s
"""
_HELD = """
SELECT 1 FROM pg_locks
WHERE locktype = 'advisory' AND classid = 0 AND objid = %s
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True)
class Filling:
    """So many pictures have come in, of those planned; so many machines have looked at, or failed to."""

    pictures: int
    planned: int
    scored: int

    @property
    def steps(self) -> int:
        """The whole way: every picture comes in and is scored, and a model is trained at last."""
        return 2 * self.planned + 1

    @property
    def done(self) -> int:
        """How much of the way is behind."""
        return self.pictures + self.scored

    @property
    def all_here(self) -> bool:
        """Whether every picture has come in."""
        return self.pictures >= self.planned

    @property
    def all_scored(self) -> bool:
        """Whether machines have nothing left to look at."""
        return self.all_here and self.scored >= self.pictures


def count() -> Filling:
    """Return how far the demo is, whether or not somebody fills it in."""
    with connection.cursor() as cursor:
        cursor.execute(_FILLING, [SOURCE])
        pictures, scored = cursor.fetchone()
    return Filling(pictures, settings.DEMO_PICTURES, scored)


def filling() -> Filling | None:
    """Return how far it is while a process fills the demo in, else None."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [LOCK])
        held = cursor.fetchone()
    return count() if held else None

"""What machines and people did in the last hour, minute by minute. By BRIN indexes: only the newest rows are read."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from labeling import clock

HOUR = 60
# A run that began a moment ago has no speed yet.
SURE_AFTER_S = 3.0

_KIND = """
SELECT '{kind}', {model}, floor(extract(epoch FROM %(now)s::timestamptz - {at}) / 60)::int, count({counted}), min({at})
FROM {table} WHERE {at} > %(now)s::timestamptz - interval '1 hour' AND {at} <= %(now)s::timestamptz
GROUP BY 2, 3
"""
_ANY, _EACH = "NULL::bigint", "model_version_id"
_KINDS = [
    ("scored", "labeling_embedding", "created_at", _ANY, "*"),
    ("searched", "labeling_copysearch", "searched_at", _ANY, "*"),
    ("judged", "labeling_prediction", "created_at", _EACH, "*"),
    ("explained", "labeling_explanation", "created_at", _EACH, "DISTINCT image_id"),
    ("captioned", "labeling_caption", "created_at", _EACH, "*"),
    ("labeled", "labeling_label", "recorded_at", _ANY, "*"),
]
_NAMES = ("kind", "table", "at", "model", "counted")
_LATELY = " UNION ALL ".join(_KIND.format(**dict(zip(_NAMES, kind, strict=True))) for kind in _KINDS)


@dataclass
class Series:
    """How many images a minute: `minutes[0]` is the minute until now, `minutes[59]` the one an hour ago.

    `speed` is images a second over the last minute, or over the part of it in which there were any.
    """

    minutes: list[int] = field(default_factory=lambda: [0] * HOUR)
    speed: float = 0.0

    @property
    def last_minute(self) -> int:
        """Images in the last minute."""
        return self.minutes[0]

    @property
    def last_ten(self) -> int:
        """Images in the last ten minutes."""
        return sum(self.minutes[:10])

    @property
    def last_hour(self) -> int:
        """Images in the last hour."""
        return sum(self.minutes)


Lately = dict[tuple[str, int | None], Series]


def lately() -> Lately:
    """Return what was done by (kind, model version's id), in one query; what is not in it was not done.

    Kinds: scored, searched and labeled (without a model version), judged, explained and captioned (by each).
    `explained` counts images, not their heatmaps; one whose heatmaps were stored around the turn of a minute counts in
    both.
    """
    now = clock.now()
    found: Lately = {}
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, {"now": now})
        for kind, model, minute, count, first in cursor.fetchall():
            series = found.setdefault((kind, model), Series())
            series.minutes[min(minute, HOUR - 1)] += count
            if minute == 0:
                series.speed = _speed(count, first, now)
    return found


def _speed(count: int, first: datetime, now: datetime) -> float:
    return count / max((now - first).total_seconds(), SURE_AFTER_S)

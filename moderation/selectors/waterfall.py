"""Of so many arrivals, how many did a person have to see? Counted from the facts, each arrival once."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from labeling.intervals import Share, share
from labeling.models import Policy, Source


class Stage(models.TextChoices):
    """How an arrival was dealt with, in the order in which it is asked."""

    SAME = "same", _("same bytes")
    PEOPLE = "people", _("seen by people")
    BANK = "bank", _("decided by the bank")
    CERTIFICATE = "certificate", _("decided by a model with a certificate")
    COPY = "copy", _("waited as a copy of what was seen")
    WAITING = "waiting", _("not decided yet")


# What no person looked at, and the stages in which a machine may err.
SPARED = (Stage.SAME, Stage.COPY, Stage.BANK, Stage.CERTIFICATE)
AUDITED = (Stage.COPY, Stage.BANK)

_ARRIVED = """
WITH arrived AS (
    SELECT a.id, a.image_id, i.group_id, i.created_at, EXISTS (
        SELECT 1 FROM labeling_arrival b
        WHERE b.image_id = a.image_id AND b.source_id = ANY(%(sources)s)
          AND (b.received_at, b.id) < (a.received_at, a.id)
    ) AS again
    FROM labeling_arrival a
    JOIN labeling_image i ON i.id = a.image_id
    WHERE a.source_id = ANY(%(sources)s) AND a.received_at >= %(since)s AND a.received_at < %(until)s
), decided AS MATERIALIZED (
    SELECT e.group_id, d.image_id, d.decided_at, d.category_id, c.action
    FROM labeling_peopledecision d
    JOIN labeling_image e ON e.id = d.image_id
    JOIN labeling_category c ON c.id = d.category_id
    WHERE d.policy_id = %(policy)s
      AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = d.id)
), said AS MATERIALIZED (
    SELECT DISTINCT l.image_id
    FROM labeling_label l
    WHERE l.policy_id = %(policy)s AND l.purpose IN ('first', 'second', 'adjudication')
      AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id)
)
"""
_STAGES = f"""{_ARRIVED}
SELECT CASE
        WHEN x.again THEN 'same'
        WHEN s.image_id IS NOT NULL THEN 'people'
        WHEN m.bank_entry_id IS NOT NULL THEN 'bank'
        WHEN m.id IS NOT NULL THEN 'certificate'
        WHEN d.image_id = x.image_id THEN 'people'
        WHEN x.created_at <= d.decided_at THEN 'copy'
        ELSE 'waiting' END AS stage,
    count(*), count(*) FILTER (WHERE coalesce(k.action, d.action) <> 'allow')
FROM arrived x
LEFT JOIN said s ON s.image_id = x.image_id
LEFT JOIN decided d ON d.group_id = x.group_id
LEFT JOIN LATERAL (
    SELECT b.id, b.bank_entry_id, b.category_id FROM moderation_machinedecision b
    WHERE b.arrival_id = x.id AND b.policy_id = %(policy)s
      AND NOT EXISTS (SELECT 1 FROM moderation_machinedecisionwithdrawal w WHERE w.decision_id = b.id)
) m ON true
LEFT JOIN labeling_category k ON k.id = m.category_id
GROUP BY 1
"""  # noqa: S608 (put together from constants)
# A person's first look at a copy, whose answer was known by then: from the bank, or from the image that was shown for
# it. In the random slice for the bank, drawn by lot for the copies. What a listed hash decides in the slice people see
# as any other arrival.
_LOOKS = """
SELECT CASE WHEN i.created_at <= d.decided_at THEN 'copy' ELSE 'bank' END, count(*),
    count(*) FILTER (WHERE l.category_id IS DISTINCT FROM d.category_id)
FROM labeling_reviewrequest r
JOIN labeling_peopledecision d ON d.id = r.decision_id
JOIN labeling_image i ON i.id = r.image_id
JOIN labeling_copygroup g ON g.id = i.group_id
JOIN labeling_slicedraw w ON w.group_id = g.id AND w.policy_id = r.policy_id
JOIN LATERAL (
    SELECT l.category_id FROM labeling_label l
    WHERE l.image_id = r.image_id AND l.policy_id = r.policy_id AND l.purpose IN ('first', 'second')
      AND l.recorded_at > r.requested_at AND l.verdict = 'category'
      AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id)
    ORDER BY l.id LIMIT 1
) l ON true
WHERE r.policy_id = %(policy)s AND r.why = 'copy' AND r.purpose = 'second' AND r.image_id <> d.image_id
  AND EXISTS (
        SELECT 1 FROM labeling_arrival a
        WHERE a.image_id = r.image_id AND a.source_id = ANY(%(sources)s)
          AND a.received_at >= %(since)s AND a.received_at < %(until)s)
  AND (i.created_at <= d.decided_at OR (g.u < w.p AND EXISTS (
        SELECT 1 FROM moderation_machinedecision m JOIN labeling_arrival a ON a.id = m.arrival_id
        WHERE a.image_id = i.id AND m.policy_id = r.policy_id AND m.bank_entry_id IS NOT NULL)))
GROUP BY 1
UNION ALL
SELECT 'bank', count(*), count(*) FILTER (WHERE l.category_id <> m.category_id)
FROM (
    SELECT DISTINCT ON (a.image_id) a.image_id, b.category_id
    FROM moderation_machinedecision b JOIN labeling_arrival a ON a.id = b.arrival_id
    WHERE b.policy_id = %(policy)s AND b.pdq_distance IS NOT NULL
      AND a.source_id = ANY(%(sources)s) AND a.received_at >= %(since)s AND a.received_at < %(until)s
    ORDER BY a.image_id, b.id
) m
JOIN labeling_image i ON i.id = m.image_id
JOIN labeling_copygroup g ON g.id = i.group_id
JOIN labeling_slicedraw w ON w.group_id = g.id AND w.policy_id = %(policy)s AND g.u < w.p
JOIN LATERAL (
    SELECT l.category_id FROM labeling_label l
    WHERE l.image_id = m.image_id AND l.policy_id = %(policy)s AND l.purpose IN ('first', 'second')
      AND l.verdict = 'category'
      AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id)
    ORDER BY l.id LIMIT 1
) l ON true
"""


@dataclass(frozen=True)
class Counted:
    """Arrivals of one stage; `harmful` by what they were decided. `wrong`: of the looks at them, if there are any."""

    stage: Stage
    arrivals: int
    harmful: int
    wrong: Share | None


@dataclass(frozen=True)
class Waterfall:
    """All stages of all arrivals of the chosen time; `opinions` is how many people a picture takes at least."""

    stages: tuple[Counted, ...]
    opinions: int

    @property
    def arrivals(self) -> int:
        """How many came in."""
        return sum(each.arrivals for each in self.stages)

    @property
    def seen(self) -> Share:
        """How many a person looked at, of those that are decided or were looked at."""
        counts = {each.stage: each.arrivals for each in self.stages}
        return share(counts[Stage.PEOPLE], self.arrivals - counts[Stage.WAITING])

    @property
    def spared(self) -> int:
        """How many looks at harmful pictures machines saved people."""
        return self.opinions * sum(each.harmful for each in self.stages if each.stage in SPARED)


def waterfall(policy: Policy, sources: list[Source], *, since: datetime, until: datetime) -> Waterfall:
    """Return how the arrivals from these sources between two moments were dealt with under a policy."""
    names: dict[str, Any] = {
        "policy": policy.pk,
        "sources": [each.pk for each in sources],
        "since": since,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STAGES, names)
        counts = {stage: (arrivals, harmful) for stage, arrivals, harmful in cursor.fetchall()}
        cursor.execute(_LOOKS, names)
        looks = _looks(cursor.fetchall())
    rows = (
        Counted(each, *counts.get(each, (0, 0)), looks.get(each, share(0, 0)) if each in AUDITED else None)
        for each in Stage
    )
    return Waterfall(tuple(rows), policy.required_opinions)


def _looks(rows: list[tuple[str, int, int]]) -> dict[str, Share]:
    """Return for each stage how many looks said something else, of how many; a stage may have several rows."""
    looked, wrong = Counter[str](), Counter[str]()
    for stage, count, differ in rows:
        looked[stage] += count
        wrong[stage] += differ
    return {stage: share(wrong[stage], looked[stage]) for stage in looked}

"""Of so many arrivals, how many did a person have to see? Counted from the facts, each arrival once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from labeling.intervals import Share, share
from labeling.models import Policy, Source
from moderation.selectors.looks import Looked, looked_at


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

# `again`: the same bytes had come in before, from any source that asks the question: nobody looked because of this
# arrival. While their image waits they wait as well, since nothing is dealt with by then.
_STAGES = """
WITH arrived AS (
    SELECT a.id, a.image_id, i.group_id, i.created_at, EXISTS (
        SELECT 1 FROM labeling_arrival b
        JOIN labeling_source_policies p ON p.source_id = b.source_id AND p.policy_id = %(policy)s
        WHERE b.image_id = a.image_id AND (b.received_at, b.id) < (a.received_at, a.id)
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
), staged AS (
    SELECT x.again, coalesce(k.action, d.action) <> 'allow' AS harmful, CASE
        WHEN s.image_id IS NOT NULL THEN 'people'
        WHEN m.bank_entry_id IS NOT NULL THEN 'bank'
        WHEN m.id IS NOT NULL THEN 'certificate'
        WHEN d.image_id = x.image_id THEN 'people'
        WHEN x.created_at <= d.decided_at THEN 'copy'
        ELSE 'waiting' END AS stage
    FROM arrived x
    LEFT JOIN said s ON s.image_id = x.image_id
    LEFT JOIN decided d ON d.group_id = x.group_id
    LEFT JOIN LATERAL (
        SELECT b.id, b.bank_entry_id, b.category_id FROM moderation_machinedecision b
        WHERE b.arrival_id = x.id AND b.policy_id = %(policy)s
          AND NOT EXISTS (SELECT 1 FROM moderation_machinedecisionwithdrawal w WHERE w.decision_id = b.id)
    ) m ON true
    LEFT JOIN labeling_category k ON k.id = m.category_id
)
SELECT CASE WHEN again AND stage <> 'waiting' THEN 'same' ELSE stage END, count(*), count(*) FILTER (WHERE harmful)
FROM staged GROUP BY 1
"""


@dataclass(frozen=True)
class Counted:
    """Arrivals of a stage; `harmful` by what they were decided. `looked`: by lot, at some, where a machine may err."""

    stage: Stage
    arrivals: int
    harmful: int
    looked: Looked | None

    @property
    def wrong(self) -> Share | None:
        """How many pictures were wrong, of those that people looked at some copy of."""
        return self.looked.pictures if self.looked else None


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
    looked = looked_at(names)
    rows = (
        Counted(each, *counts.get(each, (0, 0)), looked.get(each, Looked()) if each in AUDITED else None)
        for each in Stage
    )
    return Waterfall(tuple(rows), policy.required_opinions)

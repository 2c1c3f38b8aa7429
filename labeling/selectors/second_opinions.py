"""Decisions that rest on one person's opinion, and for which a second one may pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from labeling import clock
from labeling.models import PeopleDecision, Policy, QueueEntry, ReviewRequest
from labeling.worth import Measured
from ml.models import ModelVersion

# Older decisions have been used by now, and nobody waits for them.
RECENT = timedelta(days=30)
# With fewer decisions nobody knows which category is rare.
ENOUGH = 100
# The reasons that share the day's budget.
PLANNED = (QueueEntry.Why.MODEL, QueueEntry.Why.RARE)

# The random slice is left out where the model is the reason: models are measured on it, and asking again only where
# one says something else would take back just those decisions that speak against it. Rare is no model's word.
_CANDIDATES = """
SELECT d.id, c.key, r.probabilities, sure.yes
FROM labeling_peopledecision d
JOIN labeling_category c ON c.id = d.category_id
JOIN labeling_image i ON i.id = d.image_id
JOIN labeling_copygroup g ON g.id = i.group_id
JOIN labeling_slicedraw s ON s.group_id = g.id AND s.policy_id = d.policy_id
LEFT JOIN labeling_prediction r ON r.image_id = d.image_id AND r.model_version_id = %(model)s
CROSS JOIN LATERAL (
    SELECT g.u >= s.p AND EXISTS (
        SELECT 1 FROM unnest(r.probabilities) WITH ORDINALITY each (p, n)
        WHERE each.p >= %(confidence)s AND each.n IS DISTINCT FROM array_position(%(keys)s::text[], c.key::text)
    ) AS yes
) sure
WHERE d.policy_id = %(policy)s AND d.adjudication_id IS NULL AND d.opinions = 1 AND d.decided_at > %(since)s
  AND i.erased_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = d.id)
  AND NOT EXISTS (SELECT 1 FROM labeling_reviewrequest q WHERE q.image_id = d.image_id AND q.policy_id = d.policy_id)
  AND (c.key = ANY(%(rare)s) OR sure.yes)
"""
# The first other person's answer since decides; an answer that was taken back is none.
_MEASURED = """
SELECT q.why, count(*) FILTER (WHERE l.category_id <> d.category_id), count(*)
FROM labeling_reviewrequest q
JOIN labeling_peopledecision d ON d.id = q.decision_id
CROSS JOIN LATERAL (
    SELECT l.category_id FROM labeling_label l
    WHERE l.image_id = q.image_id AND l.policy_id = q.policy_id AND l.purpose = 'second' AND l.verdict = 'category'
      AND l.recorded_at > q.requested_at
      AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id)
    ORDER BY l.id LIMIT 1
) l
WHERE q.policy_id = %s AND q.purpose = 'second' AND q.requested_at > %s
GROUP BY q.why
"""
# The first adjudication since decides, whatever is asked of adjudicators: in doubt of a label, or against a model.
_OVERRULED = """
SELECT q.why, count(*) FILTER (WHERE a.category_id <> d.category_id), count(*)
FROM labeling_reviewrequest q
JOIN labeling_peopledecision d ON d.id = q.decision_id
CROSS JOIN LATERAL (
    SELECT a.category_id FROM labeling_adjudication a
    WHERE a.image_id = q.image_id AND a.policy_id = q.policy_id AND a.decided_at >= q.requested_at
      AND NOT EXISTS (SELECT 1 FROM labeling_adjudicationwithdrawal w WHERE w.adjudication_id = a.id)
    ORDER BY a.decided_at, a.id LIMIT 1
) a
WHERE q.policy_id = %s AND q.purpose = 'adjudication' AND q.requested_at > %s
GROUP BY q.why
"""


@dataclass(frozen=True)
class Candidate:
    """A decision for `category` (a key) by one person. `probabilities` are the model's, by key, or None.

    `why`: the model is sure of something else, or else the category is rare.
    """

    decision_id: int
    category: str
    probabilities: dict[str, float] | None
    why: QueueEntry.Why


def candidates(policy: Policy, model: ModelVersion | None) -> list[Candidate]:
    """Return the recent decisions by one person on which nobody was asked to look again, in no order."""
    keys = list(model.categories) if model else []
    # A confidence of 1 means never, although a model may be as sure as that.
    asked = {
        "policy": policy.pk,
        "model": model.pk if model else None,
        "keys": keys,
        "confidence": policy.second_confidence if policy.second_confidence < 1 else 2,
        "since": clock.now() - RECENT,
        "rare": rare_categories(policy),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, asked)
        rows = cursor.fetchall()
    return [_candidate(keys, *row) for row in rows]


def _candidate(keys: Sequence[str], pk: int, category: str, judged: list[float] | None, sure: bool) -> Candidate:
    probabilities = None if judged is None else dict(zip(keys, judged, strict=True))
    return Candidate(pk, category, probabilities, QueueEntry.Why.MODEL if sure else QueueEntry.Why.RARE)


def rare_categories(policy: Policy) -> list[str]:
    """Return the keys of the categories that have less than the policy's rare share of all decisions that hold."""
    current = PeopleDecision.objects.filter(policy=policy, withdrawal=None)
    found = dict(current.order_by().values_list("category__key").annotate(Count("id")))
    total = sum(found.values())
    if total < ENOUGH:
        return []
    return [key for key, count in found.items() if count / total < policy.rare_share]


def measured(policy: Policy) -> dict[str, Measured]:
    """Return how often second opinions differed from the decision, by the reason for which they were asked."""
    return _differed(_MEASURED, policy)


def overruled(policy: Policy) -> dict[str, Measured]:
    """Return how often adjudicators differed from the decision that they were asked about, by the reason."""
    return _differed(_OVERRULED, policy)


def _differed(query: str, policy: Policy) -> dict[str, Measured]:
    with connection.cursor() as cursor:
        cursor.execute(query, [policy.pk, clock.now() - RECENT])
        return {why: Measured(differed, answers) for why, differed, answers in cursor.fetchall()}


def left_today(policy: Policy) -> int:
    """Return how many second opinions the policy's daily budget still allows, by the day of the site's time zone."""
    asked = ReviewRequest.objects.filter(policy=policy, why__in=PLANNED, purpose=QueueEntry.Purpose.SECOND)
    return max(policy.second_daily - asked.filter(requested_at__gte=_midnight()).count(), 0)


def _midnight() -> datetime:
    today = timezone.localdate(clock.now())
    return timezone.make_aware(datetime.combine(today, datetime.min.time()))

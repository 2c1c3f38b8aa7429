"""Where the active model and the people differ, and who was right when an adjudicator looked."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from labeling.intervals import Share, share
from labeling.models import Policy
from ml.models import ModelVersion

# Nothing is said in shares of fewer settled images, and no week is plotted with fewer.
ENOUGH, ENOUGH_A_WEEK = 20, 5
# A year of weeks fits on a page.
LATEST = 10_000

# What the model has learnt from cannot contradict it fairly: a head repeats the labels that it was fitted to. So only
# what was decided after the model was made counts, and not the random slice: models are measured on it, and asking
# again only where one says something else would take back just those decisions that speak against it.
_CANDIDATES = """
SELECT d.id, i.group_id, r.probabilities, c.key
FROM labeling_peopledecision d
JOIN labeling_category c ON c.id = d.category_id AND NOT c.restricted
JOIN labeling_image i ON i.id = d.image_id AND i.erased_at IS NULL
JOIN labeling_copygroup g ON g.id = i.group_id
JOIN labeling_slicedraw s ON s.group_id = g.id AND s.policy_id = d.policy_id AND g.u >= s.p
JOIN labeling_prediction r ON r.image_id = d.image_id AND r.model_version_id = %(model)s
CROSS JOIN LATERAL (SELECT max(each) AS p FROM unnest(r.probabilities) each) top
WHERE d.policy_id = %(policy)s AND d.adjudication_id IS NULL AND d.decided_at > %(made)s
  AND top.p >= %(confidence)s
  AND array_position(r.probabilities, top.p) IS DISTINCT FROM array_position(%(keys)s::text[], c.key::text)
  AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = d.id)
  AND NOT EXISTS (
      SELECT 1 FROM labeling_reviewrequest q WHERE q.decision_id = d.id AND q.purpose = 'adjudication')
ORDER BY d.id
"""
# An adjudication counts for what was asked before it, the first that holds.
_SETTLED = """
SELECT a.decided_at, a.cause, a.category_id, d.category_id, q.model_category_id, h.simulated
FROM labeling_reviewrequest q
JOIN labeling_peopledecision d ON d.id = q.decision_id
LEFT JOIN LATERAL (
    SELECT a.decided_at, a.cause, a.category_id, a.adjudicator_id FROM labeling_adjudication a
    WHERE a.image_id = q.image_id AND a.policy_id = q.policy_id AND a.decided_at >= q.requested_at
      AND NOT EXISTS (SELECT 1 FROM labeling_adjudicationwithdrawal w WHERE w.adjudication_id = a.id)
    ORDER BY a.decided_at, a.id LIMIT 1
) a ON true
LEFT JOIN labeling_person h ON h.id = a.adjudicator_id
WHERE q.policy_id = %s AND q.purpose = 'adjudication' AND q.why = 'model'
ORDER BY q.id DESC LIMIT %s
"""


class Outcome(StrEnum):
    """Who was right."""

    MODEL_WRONG = "model_wrong"
    LABEL_WRONG = "label_wrong"
    RULE_UNCLEAR = "rule_unclear"


class Candidate(NamedTuple):
    """A decision for `category`, a key, that the model is sure is wrong; its `probabilities`, by key."""

    decision_id: int
    group_id: int
    category: str
    probabilities: dict[str, float]

    @property
    def says(self) -> str:
        """What the model says instead."""
        return max(self.probabilities, key=self.probabilities.__getitem__)


@dataclass(frozen=True)
class Counted:
    """How many of `settled` disputes ended how; `monday` begins the week of the answers, None: all weeks."""

    monday: date | None
    model_wrong: int
    label_wrong: int
    rule_unclear: int

    @property
    def settled(self) -> int:
        """How many an adjudicator has answered."""
        return self.model_wrong + self.label_wrong + self.rule_unclear

    def share(self, outcome: Outcome) -> Share:
        """Return the outcome's share of what is settled, with its interval."""
        return share(getattr(self, outcome.value), self.settled)


@dataclass(frozen=True)
class Disputes:
    """All disputes of a policy: settled ones by week, the oldest first, and how many wait for an adjudicator.

    `simulated`: the demo's adjudicators settled them; `both`: real and simulated ones did, each counted apart.
    """

    total: Counted
    weeks: tuple[Counted, ...]
    waiting: int
    simulated: bool
    both: bool

    @property
    def is_enough(self) -> bool:
        """Whether shares say more than chance."""
        return self.total.settled >= ENOUGH


def candidates(policy: Policy, model: ModelVersion) -> list[Candidate]:
    """Return the standing decisions that the model contradicts with confidence and of which nobody was asked yet."""
    keys = list(model.categories)
    asked: dict[str, Any] = {"policy": policy.pk, "model": model.pk, "keys": keys, "made": model.created_at}
    asked["confidence"] = policy.second_confidence
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, asked)
        rows = cursor.fetchall()
    return [Candidate(pk, group, key, dict(zip(keys, judged, strict=True))) for pk, group, judged, key in rows]


def disputes(policy: Policy, *, simulated: bool | None = None) -> Disputes:
    """Return how the policy's latest disputes ended, by week of the answer in the site's time zone.

    `simulated`: whose answers; None: those of real people where there are some.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [policy.pk, LATEST])
        rows = cursor.fetchall()
    settled = [row for row in rows if row[0] is not None]
    kinds = {row[-1] for row in settled}
    chosen = kinds == {True} if simulated is None else simulated
    ended = [(_monday(row[0]), outcome(*row[1:5])) for row in settled if row[-1] == chosen]
    weeks = tuple(_counted(monday, ended) for monday in sorted({monday for monday, _ in ended}))
    return Disputes(_counted(None, ended), weeks, len(rows) - len(settled), chosen, len(kinds) == 2)


def outcome(cause: str, answer: int, people: int, model: int | None) -> Outcome:
    """Return who was right by an adjudicator's cause and answer; the others are categories as well.

    Where the guideline has a gap, the image is ambiguous, or neither was right, it is the rule that is unclear.
    """
    if cause in ("gap", "ambiguous") or answer not in (people, model):
        return Outcome.RULE_UNCLEAR
    return Outcome.MODEL_WRONG if answer == people else Outcome.LABEL_WRONG


def _monday(at: datetime) -> date:
    day = timezone.localdate(at)
    return date.fromordinal(day.toordinal() - day.weekday())


def _counted(monday: date | None, ended: list[tuple[date, Outcome]]) -> Counted:
    found = [how for week, how in ended if monday in (None, week)]
    return Counted(monday, *(found.count(each) for each in Outcome))

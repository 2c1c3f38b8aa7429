"""All labels with what followed from them, image by image, read as a stream however many there are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from labeling.models import Category, Policy
from labeling.selectors.given import OPINION_PURPOSES

FETCHED_AT_ONCE = 500
PSEUDONYM = "labeling.export.labeler"

# One sort by image and policy, then one row after the other: nothing is held but the row in hand.
_ROWS = """
SELECT i.sha256, p.slug, p.id, v.votes, d.made, g.u < s.p,
    round((1 - (1 - s.p) ^ (SELECT count(*) FROM labeling_image f WHERE f.group_id = g.id))::numeric, 12)::float8,
    e.strategy, m.name, {restricted},
    (SELECT coalesce(json_agg(json_build_array(o.name, a.external_id) ORDER BY a.id), '[]')
     FROM labeling_arrival a JOIN labeling_source o ON o.id = a.source_id
     WHERE a.image_id = v.image_id AND NOT (o.demo AND %(real_only)s))
FROM (
    SELECT l.image_id, l.policy_id,
        json_agg(json_build_array(r.id, r.username, l.purpose, l.verdict, c.key, l.reason, l.decided_at, n.number)
                 ORDER BY l.id) AS votes,
        (array_agg(l.assignment_id ORDER BY l.id))[1] AS assignment_id
    FROM labeling_label l
    JOIN labeling_person r ON r.id = l.labeler_id
    JOIN labeling_policyversion n ON n.id = l.policy_version_id
    LEFT JOIN labeling_category c ON c.id = l.category_id
    WHERE NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id)
      AND (%(policy)s::bigint IS NULL OR l.policy_id = %(policy)s)
      AND NOT (r.simulated AND %(real_only)s)
    GROUP BY l.image_id, l.policy_id
) v
JOIN labeling_image i ON i.id = v.image_id
JOIN labeling_copygroup g ON g.id = i.group_id
JOIN labeling_policy p ON p.id = v.policy_id
LEFT JOIN labeling_slicedraw s ON s.group_id = g.id AND s.policy_id = p.id
LEFT JOIN labeling_assignment b ON b.id = v.assignment_id
LEFT JOIN labeling_queueentry e ON e.id = b.entry_id
LEFT JOIN ml_modelversion m ON m.id = e.model_version_id
LEFT JOIN LATERAL (
    SELECT json_build_array(k.key, x.decided_at, y.number, j.cause, j.reason, j.id IS NOT NULL) AS made
    FROM labeling_image f
    JOIN labeling_peopledecision x ON x.image_id = f.id
    JOIN labeling_category k ON k.id = x.category_id
    JOIN labeling_policyversion y ON y.id = x.policy_version_id
    LEFT JOIN labeling_adjudication j ON j.id = x.adjudication_id
    WHERE f.group_id = g.id AND x.policy_id = v.policy_id
      AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = x.id)
) d ON true
WHERE NOT %(real_only)s OR EXISTS (
    SELECT 1 FROM labeling_arrival a JOIN labeling_source o ON o.id = a.source_id
    WHERE a.image_id = v.image_id AND NOT o.demo)
ORDER BY v.image_id, v.policy_id
"""
# As in `selectors.judged`: any copy counts as restricted under any policy, by a decision or by one person's word.
_RESTRICTED = """
(EXISTS (SELECT 1 FROM labeling_image f JOIN labeling_peopledecision x ON x.image_id = f.id
         JOIN labeling_category k ON k.id = x.category_id
         WHERE f.group_id = g.id AND k.restricted
           AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = x.id))
 OR EXISTS (SELECT 1 FROM labeling_image f JOIN labeling_label l ON l.image_id = f.id
            JOIN labeling_category k ON k.id = l.category_id
            WHERE f.group_id = g.id AND k.restricted
              AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id)))
"""


@dataclass(frozen=True, slots=True)
class Vote:
    """One standing label. `label` is a category's key, `unsure` or `cannot_judge`; `reason` is of the last only."""

    labeler: str
    label: str
    purpose: str
    reason: str | None
    decided_at: datetime
    policy_version: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What people decided: by agreement, or by adjudication, which alone has cause and reason."""

    category: str
    by: str
    cause: str | None
    reason: str | None
    decided_at: datetime
    policy_version: int


@dataclass(frozen=True, slots=True)
class Row:
    """An image under a policy.

    `vote_shares`: of the opinions that name a category, the share that names each; empty where none does. `chosen`:
    what brought the image before the first of these people, a QueueEntry.Strategy, or elsewhere. The inclusion
    probability is that of the picture in the random slice: each of its copies drew. `chosen_by` is the model whose
    entropy it was.
    """

    image: str
    policy: str
    arrivals: list[tuple[str, str]]
    votes: list[Vote]
    decision: Decision | None
    vote_shares: dict[str, float]
    chosen: str
    inclusion_probability: float | None
    chosen_by: str | None


@dataclass
class Export:
    """What is exported; iterate over it once. `left_out` then says how many rows were, because of their category."""

    policy: Policy | None = None
    names: bool = False
    real_only: bool = False
    restricted: bool = False
    left_out: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order in which images first came, then policies; the same whenever it is asked."""
        policies = Policy.objects.prefetch_related("categories")
        keys = {policy.pk: [category.key for category in policy.categories.all()] for policy in policies}
        labelers = _Labelers(self.names)
        for row in self._read():
            if row[9]:
                self.left_out += 1
            else:
                yield _row(row, keys[row[2]], labelers)

    def _read(self) -> Iterator[tuple[Any, ...]]:
        ask = not self.restricted and Category.objects.filter(restricted=True).exists()
        sql = _ROWS.format(restricted=_RESTRICTED if ask else "false")
        options = {"policy": self.policy.pk if self.policy else None, "real_only": self.real_only}
        # Inside a transaction the server hands over rows as it finds them; outside it would first store them all.
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(sql, options)
            while rows := cursor.fetchmany(FETCHED_AT_ONCE):
                yield from rows


class _Labelers:
    """How people are called in an export."""

    def __init__(self, names: bool) -> None:
        self._names = names
        self._known: dict[int, str] = {}

    def name(self, person_id: int, username: str) -> str:
        if self._names:
            return username
        if person_id not in self._known:
            self._known[person_id] = pseudonym(person_id)
        return self._known[person_id]


def pseudonym(person_id: int) -> str:
    """Return 16 hex digits that are the same in every export of this installation, and tell nothing without its key."""
    mac = salted_hmac(PSEUDONYM, str(person_id), secret=settings.SAMPLING_KEY, algorithm="sha256")
    return mac.hexdigest()[:16]


def _row(row: tuple[Any, ...], keys: list[str], labelers: _Labelers) -> Row:
    image, policy, _, votes, decision, in_slice, p, strategy, model, _, arrivals = row
    named = [vote[4] for vote in votes if vote[2] in OPINION_PURPOSES and vote[4]]
    chosen = "slice" if in_slice else strategy or "elsewhere"
    return Row(
        image=image,
        policy=policy,
        arrivals=[(source, external_id) for source, external_id in arrivals],
        votes=[_vote(vote, labelers) for vote in votes],
        decision=_decision(decision) if decision else None,
        vote_shares={key: named.count(key) / len(named) for key in keys} if named else {},
        chosen=chosen,
        inclusion_probability=p if in_slice else None,
        chosen_by=model if chosen == "entropy" else None,
    )


def _vote(vote: list[Any], labelers: _Labelers) -> Vote:
    person_id, username, purpose, verdict, key, reason, decided_at, version = vote
    return Vote(
        labelers.name(person_id, username),
        key or verdict,
        purpose,
        reason or None,
        datetime.fromisoformat(decided_at),
        version,
    )


def _decision(made: list[Any]) -> Decision:
    category, decided_at, version, cause, reason, adjudicated = made
    by = "adjudication" if adjudicated else "agreement"
    return Decision(category, by, cause or None, reason, datetime.fromisoformat(decided_at), version)

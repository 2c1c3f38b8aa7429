"""What people said who looked, by lot, at what had been decided without them: how many pictures were wrong."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from labeling.intervals import Share, share

# A person's first look at a copy whose answer was known by then: from the bank, or from the image shown in its stead.
# Of the latter only what spot checks drew. Of the former what was asked for while the bank's decision stood, because
# the picture is in the random slice: what is looked at after a reversal was chosen, not drawn. The picture is that of
# the decision, also where the copy turned out to be another one and was parted from it.
_OF_COPIES = """
SELECT CASE WHEN i.created_at <= d.decided_at THEN 'copy' ELSE 'bank' END,
    e.group_id, l.id, l.category_id <> d.category_id
FROM labeling_reviewrequest r
JOIN labeling_peopledecision d ON d.id = r.decision_id
JOIN labeling_image e ON e.id = d.image_id
JOIN labeling_image i ON i.id = r.image_id
JOIN LATERAL (
    SELECT l.id, l.category_id FROM labeling_label l
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
  AND (EXISTS (SELECT 1 FROM moderation_spotcheck s WHERE s.request_id = r.id)
    OR i.created_at > d.decided_at AND EXISTS (
        SELECT 1 FROM labeling_copygroup g
        JOIN labeling_slicedraw w ON w.group_id = g.id AND w.policy_id = r.policy_id AND g.u < w.p
        WHERE g.id = e.group_id)
    AND EXISTS (
        SELECT 1 FROM moderation_machinedecision m
        JOIN labeling_arrival a ON a.id = m.arrival_id
        LEFT JOIN moderation_machinedecisionwithdrawal w ON w.decision_id = m.id
        WHERE a.image_id = i.id AND m.policy_id = r.policy_id AND m.match_id IS NOT NULL
          AND m.decided_at <= r.requested_at AND (w.id IS NULL OR w.withdrawn_at > r.requested_at)))
"""
# What a listed hash decides in the random slice people see as any other arrival.
_OF_LISTS = """
SELECT 'bank', i.group_id, l.id, l.category_id <> m.category_id
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
    SELECT l.id, l.category_id FROM labeling_label l
    WHERE l.image_id = m.image_id AND l.policy_id = %(policy)s AND l.purpose IN ('first', 'second')
      AND l.verdict = 'category'
      AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id)
    ORDER BY l.id LIMIT 1
) l ON true
"""


@dataclass(frozen=True)
class Looked:
    """How many pictures were wrong, of those that people looked at some copy of, and how many looks that took.

    A picture is wrong if any look said something else than what was decided. It is a picture that is drawn into the
    slice, and its copies are wrong together: an interval over looks would be too narrow.
    """

    pictures: Share = field(default_factory=lambda: share(0, 0))
    looks: int = 0


def looked_at(names: dict[str, Any]) -> dict[str, Looked]:
    """Return by stage, `copy` or `bank`, what looks that were drawn by lot said. `names`: of the statements above."""
    pictures: defaultdict[str, defaultdict[int, dict[int, bool]]] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(f"{_OF_COPIES} UNION ALL {_OF_LISTS}", names)
        for stage, picture, look, differs in cursor.fetchall():
            pictures[stage][picture][look] = differs
    return {stage: _looked(list(found.values())) for stage, found in pictures.items()}


def _looked(pictures: list[dict[int, bool]]) -> Looked:
    wrong = sum(any(looks.values()) for looks in pictures)
    return Looked(share(wrong, len(pictures)), sum(len(looks) for looks in pictures))

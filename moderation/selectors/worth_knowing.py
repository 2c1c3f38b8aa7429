"""Pictures that belong into a bank before a copy of them comes: harmful ones, and those that were taken for others."""

from datetime import datetime, timedelta

from django.db import connection

from labeling import clock
from labeling.models import PeopleDecision

WITHIN = timedelta(days=7)  # what workers that were away for so long have missed is made up for

_SUPPORTED = """
    (d.adjudication_id IS NOT NULL OR (
        SELECT count(DISTINCT l.labeler_id)
        FROM labeling_label l JOIN labeling_image c ON c.id = l.image_id
        WHERE c.group_id = i.group_id AND l.policy_id = d.policy_id AND l.category_id = d.category_id
          AND l.purpose IN ('first', 'second')
          AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal y WHERE y.label_id = l.id)) >= p.bank_opinions)
"""
_UNKNOWN = """
    i.erased_at IS NULL AND p.bank_opinions > 0
    AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal x WHERE x.decision_id = d.id)
    AND NOT EXISTS (SELECT 1 FROM moderation_bankentry o WHERE o.image_id = d.image_id AND o.policy_id = d.policy_id)
"""
# Taken for what it is not, by a copy's match that a person has parted since, or by a hash of a list. Asked about once
# more is one on which too few agree yet, and only once.
_LOOK_ALIKES = f"""
WITH mistaken AS (
    SELECT t.image_id, b.policy_id
    FROM labeling_copymatchwithdrawal w
    JOIN labeling_copymatch m ON m.id = w.match_id
    JOIN moderation_bankentry b ON b.image_id IN (m.image_id, m.other_id)
    CROSS JOIN LATERAL (VALUES (m.image_id), (m.other_id)) t(image_id)
    WHERE w.withdrawn_by_id IS NOT NULL AND t.image_id <> b.image_id
    UNION
    SELECT a.image_id, m.policy_id
    FROM moderation_machinedecision m
    JOIN moderation_machinedecisionwithdrawal w ON w.decision_id = m.id
    JOIN labeling_arrival a ON a.id = m.arrival_id
    JOIN labeling_peopledecision d ON d.image_id = a.image_id AND d.policy_id = m.policy_id
    WHERE m.pdq_distance IS NOT NULL AND d.category_id <> m.category_id
)
SELECT d.id
FROM mistaken
JOIN labeling_peopledecision d ON d.image_id = mistaken.image_id AND d.policy_id = mistaken.policy_id
JOIN labeling_policy p ON p.id = d.policy_id
JOIN labeling_image i ON i.id = d.image_id
WHERE {_UNKNOWN} AND ({_SUPPORTED} OR NOT EXISTS (
        SELECT 1 FROM labeling_reviewrequest r
        WHERE r.decision_id = d.id AND r.image_id = d.image_id AND r.why = 'copy' AND r.purpose = 'second'))
ORDER BY d.id LIMIT %(count)s
"""  # noqa: S608 (put together from constants)
_NEWLY_HARMFUL = f"""
SELECT d.id
FROM labeling_peopledecision d
JOIN labeling_category c ON c.id = d.category_id
JOIN labeling_policy p ON p.id = d.policy_id
JOIN labeling_image i ON i.id = d.image_id
WHERE d.decided_at > %(since)s AND c.action <> 'allow' AND {_UNKNOWN} AND {_SUPPORTED}
ORDER BY d.id LIMIT %(count)s
"""  # noqa: S608


def look_alikes(*, count: int) -> list[PeopleDecision]:
    """Return up to `count` decisions on images that were taken for one in the bank, and are in none themselves."""
    return _decisions(_LOOK_ALIKES, count=count)


def newly_harmful(*, count: int) -> list[PeopleDecision]:
    """Return up to `count` decisions of the last days that enough people support, on harmful images in no bank yet."""
    return _decisions(_NEWLY_HARMFUL, count=count, since=clock.now() - WITHIN)


def _decisions(statement: str, **names: int | datetime) -> list[PeopleDecision]:
    with connection.cursor() as cursor:
        cursor.execute(statement, names)
        ids = [decision for (decision,) in cursor.fetchall()]
    found = PeopleDecision.objects.select_related("image", "policy", "category", "adjudication__adjudicator")
    return list(found.filter(pk__in=ids).order_by("pk"))

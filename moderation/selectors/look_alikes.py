"""Pictures that were taken for one in the bank, and are others: worth being known themselves."""

from django.db import connection

from labeling.models import PeopleDecision

# Parted by a person, so that somebody has seen both; decided since; in no bank yet; and nobody asked about them once
# more already, which is how a picture on which too few agree comes to have enough.
_LOOK_ALIKES = """
SELECT DISTINCT d.image_id, d.id
FROM labeling_copymatchwithdrawal w
JOIN labeling_copymatch m ON m.id = w.match_id
JOIN moderation_bankentry b ON b.image_id IN (m.image_id, m.other_id)
JOIN labeling_peopledecision d
    ON d.image_id IN (m.image_id, m.other_id) AND d.image_id <> b.image_id AND d.policy_id = b.policy_id
JOIN labeling_policy p ON p.id = d.policy_id
JOIN labeling_image i ON i.id = d.image_id
WHERE w.withdrawn_by_id IS NOT NULL AND i.erased_at IS NULL AND p.bank_opinions > 0
  AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal x WHERE x.decision_id = d.id)
  AND NOT EXISTS (SELECT 1 FROM moderation_bankentry o WHERE o.image_id = d.image_id AND o.policy_id = d.policy_id)
  AND (d.adjudication_id IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM labeling_reviewrequest r
        WHERE r.decision_id = d.id AND r.image_id = d.image_id AND r.why = 'copy' AND r.purpose = 'second')
    OR (SELECT count(DISTINCT l.labeler_id)
        FROM labeling_label l JOIN labeling_image c ON c.id = l.image_id
        WHERE c.group_id = i.group_id AND l.policy_id = d.policy_id AND l.category_id = d.category_id
          AND l.purpose IN ('first', 'second')
          AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal y WHERE y.label_id = l.id)) >= p.bank_opinions)
ORDER BY d.id LIMIT %(count)s
"""


def look_alikes(*, count: int) -> list[tuple[int, PeopleDecision]]:
    """Return up to `count` images that people parted from one in the bank, with what they decided of them."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_ALIKES, {"count": count})
        rows = cursor.fetchall()
    decisions = PeopleDecision.objects.select_related("image", "policy", "category").in_bulk([row[1] for row in rows])
    return [(image, decisions[decision]) for image, decision in rows]

"""Matches of copies that are still to be acted upon."""

from datetime import datetime

from labeling.models import CopyMatch

# Two pictures that people decided differently wait for an adjudicator; they are not looked at again until that is over,
# so that however many of them wait, they hold up no other.
_JOINABLE = """
SELECT m.*
FROM labeling_copymatch m
JOIN labeling_image i ON i.id = m.image_id
JOIN labeling_image o ON o.id = m.other_id
WHERE i.group_id <> o.group_id AND (%(since)s::timestamptz IS NULL OR m.found_at > %(since)s)
  AND NOT EXISTS (SELECT 1 FROM labeling_copymatchwithdrawal w WHERE w.match_id = m.id)
  AND NOT EXISTS (
        SELECT 1
        FROM labeling_image a JOIN labeling_peopledecision d ON d.image_id = a.id
        JOIN labeling_peopledecision e ON e.policy_id = d.policy_id AND e.category_id <> d.category_id
        JOIN labeling_image b ON b.id = e.image_id
        WHERE a.group_id = i.group_id AND b.group_id = o.group_id
          AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id IN (d.id, e.id)))
ORDER BY m.id LIMIT %(count)s
"""


def joinable(*, count: int, since: datetime | None = None) -> list[CopyMatch]:
    """Return up to `count` standing matches of groups that are apart although people say nothing against it.

    `since`: only those found after it. Without it every match there is is looked through, 5 microseconds each.
    """
    return list(CopyMatch.objects.raw(_JOINABLE, {"count": count, "since": since}))

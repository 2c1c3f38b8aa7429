"""Giving open entries their places in bulk, after a model has judged their images or another model was made active.

The rule itself is `labeling.ordering.place`; a single entry gets its place when it is opened (`queueing`).
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from labeling.models import Policy
from labeling.ordering import Doubt, Place, place
from labeling.reviewing import Wish
from labeling.services.queueing import lock_groups

# What is open under the policy, and what its place rests on; what is mixed in by chance stays where it is,
# and no model has a say in the order of adjudicators' cases.
_OPEN = """
SELECT e.id, g.u, d.p, e.purpose, e.why, m.id, r.entropy, cardinality(r.probabilities)
FROM labeling_queueentry e
JOIN labeling_image i ON i.id = e.image_id
JOIN labeling_copygroup g ON g.id = i.group_id
JOIN labeling_slicedraw d ON d.group_id = g.id AND d.policy_id = e.policy_id
LEFT JOIN ml_modelversion m ON m.kind = 'classifier' AND m.state = 'active' AND m.policy_key = %(slug)s
LEFT JOIN labeling_prediction r ON r.model_version_id = m.id AND r.image_id = e.image_id
WHERE e.image_id = ANY(%(images)s) AND e.policy_id = %(policy)s
  AND e.state = 'open' AND e.strategy <> 'mixed' AND e.purpose <> 'adjudication'
"""
_PLACE = """
UPDATE labeling_queueentry e
SET strategy = n.strategy, priority = n.priority, model_version_id = n.model, inclusion_probability = n.p
FROM unnest(%s::bigint[], %s::text[], %s::float8[], %s::bigint[], %s::float8[])
    AS n (id, strategy, priority, model, p)
WHERE e.id = n.id
"""
# Placed by another model than the one whose judgement holds now, if any does.
_STALE = """
SELECT e.image_id
FROM labeling_queueentry e
LEFT JOIN ml_modelversion m ON m.kind = 'classifier' AND m.state = 'active' AND m.policy_key = %(slug)s
LEFT JOIN labeling_prediction r ON r.model_version_id = m.id AND r.image_id = e.image_id
WHERE e.policy_id = %(policy)s AND e.state = 'open' AND e.purpose <> 'adjudication'
  AND e.strategy NOT IN ('slice', 'mixed') AND e.model_version_id IS DISTINCT FROM r.model_version_id
LIMIT %(count)s
"""


@transaction.atomic
def place_images(*, image_ids: Sequence[int], policy: Policy) -> None:
    """Give the open entries of these images the places that the facts say. The caller may hold the groups' locks."""
    lock_groups(image_ids)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"images": list(image_ids), "policy": policy.pk, "slug": policy.slug})
        rows = cursor.fetchall()
        if not rows:
            return
        places = [_place(*row) for _, *row in rows]
        cursor.execute(_PLACE, [[row[0] for row in rows], *map(list, zip(*places, strict=True))])


def _place(u: float, p: float, purpose: str, why: str, *judged: Any) -> Place:
    doubt = None if judged[1] is None else Doubt(*judged)
    return place(u=u, p=p, doubt=doubt, again=Wish(purpose, why).again)


def place_stale(*, policy: Policy, count: int) -> int:
    """Place up to `count` images anew whose place rests on a model that is not active any more; return how many.

    Meant for after the active model has judged what it can: what it has not judged is placed at random.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STALE, {"policy": policy.pk, "slug": policy.slug, "count": count})
        stale = [image_id for (image_id,) in cursor.fetchall()]
    place_images(image_ids=stale, policy=policy)
    return len(stale)

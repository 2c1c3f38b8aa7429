"""Decisions among which label errors are looked for, and what was looked for last."""

from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from labeling.models import PeopleDecision, Policy, SuspectSearch
from labeling.selectors.vectors import parse_vector
from ml import versions

# The latest of them, as half precision fifty megabytes, and a minute of learning on two cores.
MOST = 20_000

# One image of a picture, since a copy in another fold would vouch for it. The random slice is left out: models are
# measured on it, and asking again only where one doubts would take back just those decisions that speak against it.
_DECISIONS = """
SELECT id, category_id, asked, vector FROM (
    SELECT DISTINCT ON (g.id) d.id, d.category_id, halfvec_send(e.vector) AS vector,
        EXISTS (SELECT 1 FROM labeling_reviewrequest q
                WHERE q.decision_id = d.id AND q.purpose = 'adjudication') AS asked
    FROM labeling_peopledecision d
    JOIN labeling_category c ON c.id = d.category_id AND NOT c.restricted
    JOIN labeling_image i ON i.id = d.image_id AND i.erased_at IS NULL
    JOIN labeling_copygroup g ON g.id = i.group_id
    JOIN labeling_slicedraw s ON s.group_id = g.id AND s.policy_id = d.policy_id AND g.u >= s.p
    JOIN labeling_embedding e ON e.image_id = i.id AND e.model_version_id = %(embedder)s
    WHERE d.policy_id = %(policy)s AND d.adjudication_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = d.id)
    ORDER BY g.id, d.id DESC
) one
ORDER BY id DESC LIMIT %(most)s
"""


@dataclass(frozen=True, eq=False)
class Decided:
    """Decisions of people, the latest first: ids (n,), categories' ids (n,), embeddings (n, d).

    `asked` (n,): an adjudicator was asked to look at this decision before.
    """

    ids: NDArray[np.int64]
    categories: NDArray[np.int64]
    asked: NDArray[np.bool_]
    vectors: NDArray[np.float16]


def decided(policy: Policy) -> Decided | None:
    """Return the latest MOST standing decisions that no adjudicator made and whose images have embeddings."""
    embedder = versions.active_embedder()
    if embedder is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_DECISIONS, {"policy": policy.pk, "embedder": embedder.pk, "most": MOST})
        rows = cursor.fetchall()
    if not rows:
        return None
    ids, categories, asked, vectors = zip(*rows, strict=True)
    found = np.stack([parse_vector(bytes(vector)) for vector in vectors])
    return Decided(np.array(ids), np.array(categories), np.array(asked), found)


def newest_decision(policy: Policy) -> PeopleDecision | None:
    """Return the decision that people made last, whether it stands or not."""
    return PeopleDecision.objects.filter(policy=policy, adjudication=None).order_by("-id").first()


def last_search(policy: Policy) -> SuspectSearch | None:
    """Return when label errors were looked for last."""
    return SuspectSearch.objects.filter(policy=policy).order_by("-searched_at", "-id").first()

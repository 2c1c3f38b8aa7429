"""What a model may learn from people's decisions, and the run that learns it."""

import numpy as np
from django.db import connection

from labeling.models import Policy
from labeling.selectors.vectors import parse_vector
from ml import training, versions
from ml.models import ModelVersion
from ml.training import Example

# With fewer there is nothing to choose a regularisation on.
PER_CATEGORY = 5

# Standing decisions outside the random slice, which stays unseen for good: it is what every estimate rests on.
_EXAMPLES = """
SELECT i.sha256, c.key,
    (SELECT q.strategy FROM labeling_queueentry q
     WHERE q.image_id = i.id AND q.policy_id = d.policy_id AND q.purpose = 'first' AND q.state = 'done'
     ORDER BY q.id DESC LIMIT 1),
    halfvec_send(e.vector)
FROM labeling_peopledecision d
JOIN labeling_category c ON c.id = d.category_id AND NOT c.restricted
JOIN labeling_image i ON i.id = d.image_id AND i.erased_at IS NULL
JOIN labeling_copygroup g ON g.id = i.group_id
JOIN labeling_slicedraw s ON s.group_id = g.id AND s.policy_id = d.policy_id AND g.u >= s.p
JOIN labeling_embedding e ON e.image_id = i.id AND e.model_version_id = %(embedder)s
WHERE d.policy_id = %(policy)s
  AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = d.id)
  AND NOT EXISTS (
      SELECT 1 FROM labeling_peopledecision o
      JOIN labeling_category r ON r.id = o.category_id AND r.restricted
      WHERE o.image_id = i.id
        AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = o.id))
ORDER BY i.sha256
"""


class NotEnoughLabels(Exception):
    """There is too little to learn from yet; the message says what is missing."""


def train_frozen(*, policy: Policy, seed: int = 0) -> ModelVersion:
    """Train a committee of heads on the frozen embedder from what people decided, and return it as a candidate.

    The random slice, restricted categories and erased images are left out. Raises NotEnoughLabels.
    """
    embedder = versions.active_embedder()
    if embedder is None:
        raise NotEnoughLabels("No image has been scored yet: is a worker for the queue gpu running?")
    with connection.cursor() as cursor:
        cursor.execute(_EXAMPLES, {"policy": policy.pk, "embedder": embedder.pk})
        rows = cursor.fetchall()
    examples = [Example(digest, category, strategy or "", 1.0) for digest, category, strategy, _ in rows]
    _require_enough(examples)
    run = training.prepare_run(
        policy=policy.slug,
        policy_version=policy.versions.latest("number").number,
        categories=list(policy.categories.values_list("key", flat=True)),
        embedder=embedder,
        examples=examples,
        features=np.stack([parse_vector(vector) for *_, vector in rows]),
        parameters={"trunk": "frozen", "seed": seed},
    )
    return training.train(run)


def _require_enough(examples: list[Example]) -> None:
    counts = dict.fromkeys(sorted({example.category for example in examples}), 0)
    for example in examples:
        counts[example.category] += 1
    if sum(count >= PER_CATEGORY for count in counts.values()) < 2:
        found = ", ".join(f"{key}: {count}" for key, count in counts.items()) or "none"
        raise NotEnoughLabels(
            f"Two categories need at least {PER_CATEGORY} decided images each outside the random slice. Found {found}."
        )

"""What machines say of images: the embedding of every image, and the active model's judgement of it.

Both are found by what is missing, so that a lost message, a new model or a restored backup all heal alike. Embeddings
need the picture and the network; judgements need the embedding only, so that a new model judges the whole pool without
looking at one picture again.
"""

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from pgvector import HalfVector

from labeling import clock
from labeling.models import Embedding, Image, MachineWork, Policy, Prediction
from labeling.selectors.vectors import parse_vector
from labeling.services import indexing
from labeling.services.machine_work import Job, work_on_next
from labeling.services.placing import place_images
from ml import services as ml
from ml import versions
from ml.models import ModelVersion

# Some seconds of work on a slow machine: what a killed worker loses at most.
BATCH = 64
JUDGED_AT_ONCE = 1000

_UNSCORED = """
SELECT i.id FROM labeling_image i
WHERE i.view_key <> ''
  AND NOT EXISTS (SELECT 1 FROM labeling_embedding e WHERE e.image_id = i.id AND e.model_version_id = %(embedder)s)
  AND NOT EXISTS (
        SELECT 1 FROM labeling_machinework w
        WHERE w.image_id = i.id AND w.stage = 'score' AND w.model_version_id = %(embedder)s)
ORDER BY i.id LIMIT %(count)s
"""
# Every image that the policy asks about, whether or not people still have to see it.
_UNJUDGED = """
SELECT e.image_id, halfvec_send(e.vector)
FROM labeling_slicedraw d
JOIN labeling_image i ON i.group_id = d.group_id
JOIN labeling_embedding e ON e.image_id = i.id AND e.model_version_id = %(embedder)s
WHERE d.policy_id = %(policy)s
  AND NOT EXISTS (SELECT 1 FROM labeling_prediction r WHERE r.image_id = i.id AND r.model_version_id = %(model)s)
ORDER BY i.id LIMIT %(count)s
"""


def score_next(*, count: int = BATCH) -> int:
    """Embed the next images that nobody has embedded; return how many were tried, 0 when nothing is left."""
    embedder = versions.embedder()
    job = Job(
        stage=MachineWork.Stage.SCORE,
        model=embedder,
        find=partial(_unscored, embedder),
        compute=lambda _, files: ml.embed(files),
        store=partial(_store_embeddings, embedder),
    )
    return work_on_next(job, count=count)


def _unscored(embedder: ModelVersion, count: int) -> Sequence[int]:
    with connection.cursor() as cursor:
        cursor.execute(_UNSCORED, {"embedder": embedder.pk, "count": count})
        return [image_id for (image_id,) in cursor.fetchall()]


def _store_embeddings(embedder: ModelVersion, embedded: Iterable[tuple[Image, NDArray[np.float16]]]) -> None:
    rows = [
        Embedding(image=image, model_version=embedder, vector=HalfVector(vector), created_at=clock.now())
        for image, vector in embedded
    ]
    Embedding.objects.bulk_create(rows, ignore_conflicts=True)
    indexing.index(images=[row.image_id for row in rows])


def judge_next(*, policy: Policy, count: int = JUDGED_AT_ONCE) -> int:
    """Have the policy's active model judge the next images by their embeddings, and place them in the queue by it.

    Return how many were judged: 0 when none is left, or no model is active.
    """
    model = versions.active_classifier(policy.slug)
    embedder = versions.active_embedder()
    if model is None or embedder is None or not versions.fits(model):
        return 0
    with connection.cursor() as cursor:
        names = {"embedder": embedder.pk, "policy": policy.pk, "model": model.pk, "count": count}
        cursor.execute(_UNJUDGED, names)
        rows = cursor.fetchall()
    if rows:
        _judge(policy, model, [image_id for image_id, _ in rows], np.stack([parse_vector(sent) for _, sent in rows]))
    return len(rows)


@transaction.atomic
def _judge(policy: Policy, model: ModelVersion, image_ids: list[int], features: NDArray[np.float16]) -> None:
    rows = [
        Prediction(
            image_id=image_id,
            model_version=model,
            probabilities=list(judgement.probabilities),
            entropy=judgement.entropy,
            disagreement=judgement.disagreement,
            created_at=clock.now(),
        )
        for image_id, judgement in zip(image_ids, ml.judge(versions.weights_of(model), features), strict=True)
    ]
    Prediction.objects.bulk_create(rows, ignore_conflicts=True)
    place_images(image_ids=image_ids, policy=policy)

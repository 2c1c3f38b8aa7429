"""Heatmaps ahead of the labelers: for the head of each queue only, since most images are never looked at."""

from collections.abc import Iterable, Sequence
from functools import partial

from django.db import connection

from labeling import clock
from labeling.models import Explanation, Image, MachineWork, Policy
from labeling.selectors.queue import head_of_queue
from labeling.services.machine_work import Job, work_on_next
from ml import services as ml
from ml import versions
from ml.models import ModelVersion
from ml.results import Heatmap

# Eight labelers at a label a second come this far while a worker is busy with something else for half a minute.
HEAD = 256
BATCH = 32

_UNEXPLAINED = """
SELECT image_id
FROM unnest(%(head)s::bigint[]) WITH ORDINALITY AS head (image_id, place)
WHERE NOT EXISTS (
        SELECT 1 FROM labeling_explanation x WHERE x.image_id = head.image_id AND x.model_version_id = %(model)s)
  AND NOT EXISTS (
        SELECT 1 FROM labeling_machinework w
        WHERE w.image_id = head.image_id AND w.stage = 'explain' AND w.model_version_id = %(model)s)
ORDER BY place LIMIT %(count)s
"""


def explain_next(*, policy: Policy, count: int = BATCH) -> int:
    """Compute the heatmaps, one per category, of the next images that people will see; return how many were tried.

    0 when the head of the queue has them, or no model is active that fits the embedder.
    """
    model = versions.active_classifier(policy.slug)
    if model is None or not versions.fits(model):
        return 0
    weights = versions.weights_of(model)
    job = Job(
        stage=MachineWork.Stage.EXPLAIN,
        model=model,
        find=partial(_unexplained, policy, model),
        compute=lambda _, files: ml.explain(files, weights),
        store=partial(_store, policy, model),
    )
    return work_on_next(job, count=count)


def _unexplained(policy: Policy, model: ModelVersion, count: int) -> Sequence[int]:
    head = head_of_queue(policy_id=policy.pk, count=HEAD)
    with connection.cursor() as cursor:
        cursor.execute(_UNEXPLAINED, {"head": head, "model": model.pk, "count": count})
        return [image_id for (image_id,) in cursor.fetchall()]


def _store(policy: Policy, model: ModelVersion, explained: Iterable[tuple[Image, Heatmap]]) -> None:
    categories = dict(policy.categories.values_list("key", "pk"))
    rows = [
        Explanation(
            image=image,
            model_version=model,
            category_id=categories[key],
            method=heatmap.method,
            rows=grid.shape[0],
            columns=grid.shape[1],
            grid=grid.ravel().tolist(),
            created_at=clock.now(),
        )
        for image, heatmap in explained
        for key, grid in zip(model.categories, heatmap.grids, strict=True)
    ]
    Explanation.objects.bulk_create(rows, ignore_conflicts=True)

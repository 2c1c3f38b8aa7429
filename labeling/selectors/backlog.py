"""How much machines still have to do, counted no further than anybody needs to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from labeling.models import Policy
from labeling.selectors import captionable
from labeling.selectors.queue import OPEN_ENTRY, head_of_queue
from labeling.services.explaining import HEAD
from ml.models import ModelVersion

COUNT_LIMIT = 10_000
# To find that nothing is missing means to look at everything: half a second for a million images.
PATIENCE_MS = 1500

_UNSCORED = """
SELECT 1 FROM labeling_image i
WHERE i.view_key <> ''
  AND NOT EXISTS (SELECT 1 FROM labeling_embedding e WHERE e.image_id = i.id AND e.model_version_id = %(model)s)
  AND NOT EXISTS (
        SELECT 1 FROM labeling_machinework w
        WHERE w.image_id = i.id AND w.stage = 'score' AND w.model_version_id = %(model)s AND w.failed_at IS NOT NULL)
"""
_UNJUDGED = """
SELECT 1
FROM labeling_slicedraw d
JOIN labeling_image i ON i.group_id = d.group_id
JOIN labeling_embedding e ON e.image_id = i.id AND e.model_version_id = %(embedder)s
WHERE d.policy_id = %(policy)s
  AND NOT EXISTS (SELECT 1 FROM labeling_prediction r WHERE r.image_id = i.id AND r.model_version_id = %(model)s)
"""
_UNEXPLAINED = """
SELECT 1 FROM unnest(%(head)s::bigint[]) AS head (image_id)
WHERE NOT EXISTS (
        SELECT 1 FROM labeling_explanation x WHERE x.image_id = head.image_id AND x.model_version_id = %(model)s)
  AND NOT EXISTS (
        SELECT 1 FROM labeling_machinework w
        WHERE w.image_id = head.image_id AND w.stage = 'explain' AND w.model_version_id = %(model)s
          AND w.failed_at IS NOT NULL)
"""
_UNSEARCHED = """
SELECT 1
FROM labeling_image i
JOIN labeling_embedding e ON e.image_id = i.id AND e.model_version_id = %(model)s
WHERE i.view_key <> ''
  AND NOT EXISTS (SELECT 1 FROM labeling_copysearch s WHERE s.image_id = i.id AND s.rule = %(rule)s)
  AND NOT EXISTS (
        SELECT 1 FROM labeling_machinework w
        WHERE w.image_id = i.id AND w.stage = 'copies' AND w.model_version_id = %(model)s AND w.failed_at IS NOT NULL)
"""
_OPEN = f"SELECT 1 FROM labeling_queueentry e WHERE {OPEN_ENTRY}"  # noqa: S608 (put together from constants)
_SCORED = "SELECT 1 FROM labeling_embedding WHERE model_version_id = %(model)s"
_SEARCHED = "SELECT 1 FROM labeling_copysearch WHERE rule = %(rule)s"
_JUDGED = "SELECT 1 FROM labeling_prediction WHERE model_version_id = %(model)s"


@dataclass(frozen=True)
class Count:
    """A number of images; above COUNT_LIMIT it only says that there are more. None: counting took too long."""

    value: int | None

    @property
    def is_exact(self) -> bool:
        """Whether there are just so many."""
        return self.value is not None and self.value <= COUNT_LIMIT

    def __str__(self) -> str:
        if self.value is None:
            return _("not counted: too many images")
        return f"{self.value:,}" if self.is_exact else f"{COUNT_LIMIT:,}+"


def unscored(embedder: ModelVersion | None) -> Count:
    """Count the images without an embedding by this embedder; without one, all."""
    return count(_UNSCORED, {"model": embedder and embedder.pk})


def unjudged(policy: Policy, *, model: ModelVersion, embedder: ModelVersion | None) -> Count:
    """Count the policy's images that have an embedding, which is what a model judges, and no judgement by it."""
    return count(_UNJUDGED, {"policy": policy.pk, "model": model.pk, "embedder": embedder and embedder.pk})


def unexplained(policy: Policy, *, model: ModelVersion) -> Count:
    """Count the images at the head of the queue that lack the model's heatmaps."""
    head = head_of_queue(policy_id=policy.pk, count=HEAD)
    return count(_UNEXPLAINED, {"head": head, "model": model.pk})


def uncaptioned(domain: str, *, model: ModelVersion) -> Count:
    """Count the images of a domain that people see next, or have judged lately, and that lack the model's caption."""
    judged_ones = (captionable.latest_decided(policy) for policy in captionable.policies_with_help())
    wanted = dict.fromkeys(captionable.seen_next())
    wanted |= dict.fromkeys(decided.image_id for decided in chain.from_iterable(judged_ones))
    return Count(len(captionable.uncaptioned(list(wanted), domain=domain, model=model, count=COUNT_LIMIT + 1)))


def unsearched(embedder: ModelVersion, *, rule: str) -> Count:
    """Count the embedded images among which nobody has looked for copies by this rule."""
    return count(_UNSEARCHED, {"model": embedder.pk, "rule": rule})


def searched(rule: str) -> Count:
    """Count the images whose copies were looked for by this rule."""
    return count(_SEARCHED, {"rule": rule})


def unlabeled(policy: Policy) -> Count:
    """Count the opinions that are wanted of people."""
    return count(_OPEN, {"policy": policy.pk})


def scored(model: ModelVersion) -> Count:
    """Count the images with an embedding by this embedder."""
    return count(_SCORED, {"model": model.pk})


def judged(model: ModelVersion) -> Count:
    """Count the images with a judgement by this classifier."""
    return count(_JUDGED, {"model": model.pk})


def count(rows: str, parameters: Mapping[str, Any]) -> Count:
    """Count what a query gives, no further than the limit and one more, and for no longer than PATIENCE_MS."""
    limited = f"SELECT count(*) FROM ({rows} LIMIT %(limit)s) AS counted"  # noqa: S608 (queries of our own)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            cursor.execute(limited, {**parameters, "limit": COUNT_LIMIT + 1})
            (found,) = cursor.fetchone()
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
        return Count(None)
    return Count(found)

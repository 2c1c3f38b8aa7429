"""Which images are worth a caption: those that people see next, and those whose decisions words are measured on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from labeling.models import Arrival, Image, Policy
from labeling.selectors.judged import from_real_source, judged
from labeling.selectors.queue import head_of_queue
from labeling.services.explaining import HEAD
from ml import versions
from ml.models import ModelVersion

# A policy's latest decisions: enough to tell what a word means, and what is looked at each time is bounded.
MEASURED = 2000

# In the given order; what a source that is no demo has sent is not a drawn picture.
_UNCAPTIONED = """
SELECT wanted.image_id
FROM unnest(%(wanted)s::bigint[]) WITH ORDINALITY AS wanted (image_id, place)
WHERE NOT EXISTS (
        SELECT 1 FROM labeling_caption c WHERE c.image_id = wanted.image_id AND c.model_version_id = %(model)s)
  AND NOT EXISTS (
        SELECT 1 FROM labeling_machinework w
        WHERE w.image_id = wanted.image_id AND w.stage = 'caption' AND w.model_version_id = %(model)s
          AND (%(under_way)s OR w.failed_at IS NOT NULL))
  AND %(drawn)s <> EXISTS (
        SELECT 1 FROM labeling_arrival a JOIN labeling_source s ON s.id = a.source_id
        WHERE a.image_id = wanted.image_id AND NOT s.demo)
ORDER BY place LIMIT %(count)s
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """An image with the category that people decided; `domain` as of the model that captions it."""

    image_id: int
    group_id: int
    category_id: int
    domain: str


def domain_of(image: Image) -> str:
    """Return DRAWN for a picture that only demo sources know, else ""."""
    return "" if from_real_source(image) else versions.DRAWN


def policies_with_help() -> QuerySet[Policy]:
    """Return the policies whose labelers can ever see a caption."""
    return Policy.objects.filter(active=True).exclude(help_mode=Policy.HelpMode.BLIND)


def seen_next() -> list[int]:
    """Return the images at the heads of the queues, the queues in turn, each image once."""
    heads = [head_of_queue(policy_id=policy.pk, count=HEAD) for policy in policies_with_help()]
    places = chain.from_iterable(zip_longest(*heads))
    return list(dict.fromkeys(image_id for image_id in places if image_id is not None))


def latest_decided(policy: Policy) -> list[Decided]:
    """Return the images of the policy's latest standing decisions that may be looked at, the latest first."""
    rows = judged(policy=policy, real_only=False).order_by("-id")
    found = list(rows.values_list("image_id", "image__group_id", "category_id")[:MEASURED])
    ids = [image_id for image_id, _, _ in found]
    real = set(Arrival.objects.filter(image__in=ids, source__demo=False).values_list("image_id", flat=True))
    return [Decided(*row, domain="" if row[0] in real else versions.DRAWN) for row in found]


def uncaptioned(
    wanted: Sequence[int], *, domain: str, model: ModelVersion, count: int, under_way: bool = False
) -> list[int]:
    """Return those of the domain that lack the model's caption, in order, and were not set aside.

    With `under_way` also without those that somebody works on.
    """
    names: dict[str, Any] = {"wanted": list(wanted), "model": model.pk, "count": count, "under_way": under_way}
    with connection.cursor() as cursor:
        cursor.execute(_UNCAPTIONED, names | {"drawn": domain == versions.DRAWN})
        return [image_id for (image_id,) in cursor.fetchall()]

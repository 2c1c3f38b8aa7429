"""How the nearest judged images would vote, for many images at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import BinaryField, F, Func
from numpy.typing import NDArray

from labeling.models import Arrival, Embedding, Policy
from labeling.selectors.judged import judged
from labeling.selectors.vectors import parse_vector
from ml import versions
from ml.models import ModelVersion

# The latest of them, as float32 a hundred megabytes.
MOST_VOTERS = 20_000
# How many images are compared with all voters at once.
BLOCK = 256
_SENT = Func(F("vector"), function="halfvec_send", output_field=BinaryField())


@dataclass(frozen=True)
class _Voters:
    """Judged images: unit vectors (n, d), and of each its copy group and category, (n,)."""

    vectors: NDArray[np.float32]
    groups: NDArray[np.int64]
    keys: list[str]


def neighbour_votes(*, image_ids: Sequence[int], policy: Policy, k: int = 9) -> dict[int, str]:
    """Return for each image the category that most of its `k` nearest judged images have.

    Nearest by cosine, one per copy group, none of the image's own; a tie goes to the category with the greater sum of
    similarities. Compared are the latest `MOST_VOTERS` judged images. Images without an embedding, or without any
    judged neighbour, are left out. Images from a real source are not judged by what only demo sources know.
    """
    embedder = versions.active_embedder()
    if embedder is None:
        return {}
    real = set(Arrival.objects.filter(image__in=image_ids, source__demo=False).values_list("image", flat=True))
    drawn = set(image_ids) - real
    return _votes(real, policy, embedder, k, real_only=True) | _votes(drawn, policy, embedder, k, real_only=False)


def _votes(image_ids: set[int], policy: Policy, embedder: ModelVersion, k: int, *, real_only: bool) -> dict[int, str]:
    asked = sorted(image_ids)
    voters = _voters(policy, embedder, real_only) if asked else None
    if voters is None or not voters.keys:
        return {}
    votes = {}
    for start in range(0, len(asked), BLOCK):
        if rows := _embeddings(asked[start : start + BLOCK], embedder):
            similarities = _unit([row[2] for row in rows]) @ voters.vectors.T
            for (image_id, group_id, _), row in zip(rows, similarities, strict=True):
                if winner := _winner(row, voters, group_id, k):
                    votes[image_id] = winner
    return votes


def _winner(similarities: NDArray[np.float32], voters: _Voters, group_id: int, k: int) -> str | None:
    seen = {group_id}
    nearest = []
    for index in np.argsort(-similarities, kind="stable"):
        if voters.groups[index] not in seen:
            seen.add(voters.groups[index])
            nearest.append(index)
        if len(nearest) == k:
            break
    counted: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for index in nearest:
        count, total = counted[voters.keys[index]]
        counted[voters.keys[index]] = (count + 1, total + float(similarities[index]))
    return max(counted, key=lambda key: counted[key], default=None)


def _voters(policy: Policy, embedder: ModelVersion, real_only: bool) -> _Voters:
    found = judged(policy=policy, real_only=real_only).order_by("-id")
    keys = dict(found.values_list("image", "category__key")[:MOST_VOTERS])
    rows = _embeddings(list(keys), embedder)
    return _Voters(
        vectors=_unit([row[2] for row in rows]),
        groups=np.array([row[1] for row in rows], np.int64),
        keys=[keys[row[0]] for row in rows],
    )


def _embeddings(image_ids: Sequence[int], embedder: ModelVersion) -> list[tuple[int, int, NDArray[np.float16]]]:
    """Return (image, copy group, vector) of those that have an embedding."""
    found = Embedding.objects.filter(image__in=image_ids, model_version=embedder).annotate(sent=_SENT)
    rows = found.values_list("image", "image__group", "sent").iterator()
    return [(image, group, parse_vector(bytes(sent))) for image, group, sent in rows]


def _unit(vectors: Sequence[NDArray[np.float16]]) -> NDArray[np.float32]:
    stacked = np.array(vectors, np.float32)
    return stacked / np.maximum(np.linalg.norm(stacked, axis=-1, keepdims=True), np.finfo(np.float32).tiny)

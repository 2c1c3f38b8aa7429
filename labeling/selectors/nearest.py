"""Images that lie nearest to one, by embedding and by perceptual hash: candidates, which prove nothing."""

from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from pgvector import HalfVector

from labeling.models import Image
from labeling.selectors.vectors import parse_vector
from ml import services as ml
from ml import versions

Vector = NDArray[np.float16]

# PDQ's authors' threshold for "the same picture", and the quality below which a hash says little.
PDQ_WITHIN = 31
PDQ_QUALITY = 50

_EF_SEARCH = "SELECT set_config('hnsw.ef_search', %s, true)"
HASHES = 100
# So many stand-ins hold the ten nearest: recall 0.999 (docs/scale.md).
CANDIDATES = 200
_OWN = (
    "SELECT halfvec_send(vector) FROM labeling_embedding WHERE image_id = %(image)s AND model_version_id = %(embedder)s"
)
_ORDERED = "SELECT e.image_id, e.vector <=> %(vector)s::halfvec AS distance FROM labeling_embedding e"
_AMONG_ALL = f"{_ORDERED} WHERE e.model_version_id = %(embedder)s ORDER BY distance LIMIT %(count)s"
_BY_INDEX = f"""
WITH candidate AS MATERIALIZED (
    SELECT embedding_id FROM labeling_indexedembedding ORDER BY vector <-> %(short)s::halfvec LIMIT %(candidates)s
)
{_ORDERED} JOIN candidate c ON c.embedding_id = e.id ORDER BY distance LIMIT %(count)s
"""  # noqa: S608 (put together from constants)
_NEAR_HASHES = """
SELECT i.id, (i.pdq <~> h.pdq)::int AS distance
FROM labeling_image h, LATERAL (
    SELECT c.id, c.pdq, c.pdq_quality FROM labeling_image c
    ORDER BY c.pdq <~> h.pdq LIMIT %(count)s
) i
WHERE h.id = %(image)s AND h.pdq_quality >= %(quality)s AND i.pdq_quality >= %(quality)s
  AND i.id <> h.id AND i.pdq <~> h.pdq <= %(within)s
ORDER BY distance, i.id
"""


class Near(NamedTuple):
    """An image, and its cosine distance, 0 to 2."""

    image_id: int
    distance: float


class NearHash(NamedTuple):
    """An image, and in how many of 256 bits its PDQ hash differs."""

    image_id: int
    distance: int


@transaction.atomic  # for as long as what is set shall hold
def nearest_images(*, image: Image, inside: Vector | None = None, count: int = 10) -> list[Near]:
    """Return the images nearest to this one by embedding, nearest first; none while it is not embedded.

    `inside`: the embedding of the picture within it, shape (dimensions,); nearer to either of the two counts. Looked
    for in the index (`services.indexing`), and while there is none, among all.
    """
    embedder = versions.active_embedder()
    if embedder is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"image": image.pk, "embedder": embedder.pk})
        row = cursor.fetchone()
        if row is None:
            return []
        vectors = [parse_vector(row[0]), *([] if inside is None else [inside])]
        cursor.execute(_EF_SEARCH, [str(CANDIDATES)])
        found: dict[int, float] = {}
        for statement, names in _searches(vectors):
            cursor.execute(statement, names | {"embedder": embedder.pk, "count": count + 1})
            for image_id, distance in cursor.fetchall():
                found[image_id] = min(distance, found.get(image_id, distance))
    near = [Near(image_id, distance) for image_id, distance in found.items() if image_id != image.pk]
    return sorted(near, key=lambda each: each.distance)[:count]


def _searches(vectors: list[Vector]) -> list[tuple[str, dict[str, Any]]]:
    """Return the statement that finds the nearest to each vector, and what it has to be told of it."""
    texts = [HalfVector(vector).to_text() for vector in vectors]
    shortening = versions.shortening()
    if shortening is None:
        return [(_AMONG_ALL, {"vector": text}) for text in texts]
    shorts = ml.shorten(versions.weights_of(shortening), np.stack(vectors))
    return [
        (_BY_INDEX, {"vector": text, "short": HalfVector(short).to_text(), "candidates": CANDIDATES})
        for text, short in zip(texts, shorts, strict=True)
    ]


@transaction.atomic
def near_hashes(*, image: Image, within: int = PDQ_WITHIN, count: int = 10) -> list[NearHash]:
    """Return the images whose PDQ hashes differ in at most `within` bits, where both hashes say something."""
    with connection.cursor() as cursor:
        cursor.execute(_EF_SEARCH, [str(HASHES)])
        names = {"image": image.pk, "within": within, "quality": PDQ_QUALITY, "count": count + 1}
        cursor.execute(_NEAR_HASHES, names)
        return [NearHash(*row) for row in cursor.fetchall()]

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
PDQ_BITS, PDQ_WITHIN = 256, 31
PDQ_QUALITY = 50

_SET_EF_SEARCH = "SELECT set_config('hnsw.ef_search', %s, true)"
# The index keeps so many stand-ins in hand while it searches, and so many of them are put in order by the embeddings
# themselves: of the ten nearest among a million that finds 0.99 (docs/scale.md).
EF_SEARCH, CANDIDATES = 300, 100
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
# Hashes within 31 bits of each other agree, in at least one of 16 pieces of 16 bits, but for one bit: were it two in
# each, they would differ in 32. So all that lie within are found, in an index of the pieces. The method is multi-index
# hashing: M. Norouzi, A. Punjani, D. Fleet, "Fast exact search in Hamming space with multi-index hashing", IEEE TPAMI
# 36 (2014). The functions are in the migration `hash_pieces`.
_NEAR_HASHES = """
WITH h AS MATERIALIZED (
    SELECT id, pdq, pdq_near_pieces(pdq) AS pieces FROM labeling_image
    WHERE id = %(image)s AND pdq_quality >= %(quality)s
)
SELECT i.id, (i.pdq <~> h.pdq)::int AS distance
FROM h JOIN labeling_image i ON pdq_pieces(i.pdq) && (SELECT pieces FROM h)
WHERE i.pdq_quality >= %(quality)s AND i.id <> h.id AND i.pdq <~> h.pdq <= %(within)s AND i.view_key <> ''
ORDER BY distance, i.id LIMIT %(count)s
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
def nearest_images(
    *, image: Image, inside: Vector | None = None, count: int = 10, everywhere: bool = False
) -> list[Near]:
    """Return the images nearest to this one by embedding, nearest first; none while it is not embedded.

    `inside`: the embedding of the picture within it, shape (dimensions,); nearer to either of the two counts. Looked
    for in the index (`services.indexing`); `everywhere`, or while there is none, among all, one by one.
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
        cursor.execute(_SET_EF_SEARCH, [str(EF_SEARCH)])
        found: dict[int, float] = {}
        for statement, names in _searches(vectors, everywhere=everywhere):
            cursor.execute(statement, names | {"embedder": embedder.pk, "count": count + 1})
            for image_id, distance in cursor.fetchall():
                found[image_id] = min(distance, found.get(image_id, distance))
    near = [Near(image_id, distance) for image_id, distance in found.items() if image_id != image.pk]
    return sorted(near, key=lambda each: each.distance)[:count]


def _searches(vectors: list[Vector], *, everywhere: bool) -> list[tuple[str, dict[str, Any]]]:
    """Return the statement that finds the nearest to each vector, and what it has to be told of it."""
    texts = [HalfVector(vector).to_text() for vector in vectors]
    shortening = None if everywhere else versions.shortening()
    if shortening is None:
        return [(_AMONG_ALL, {"vector": text}) for text in texts]
    shorts = ml.shorten(versions.weights_of(shortening), np.stack(vectors))
    return [
        (_BY_INDEX, {"vector": text, "short": HalfVector(short).to_text(), "candidates": CANDIDATES})
        for text, short in zip(texts, shorts, strict=True)
    ]


def near_hashes(*, image: Image, count: int = 10) -> list[NearHash]:
    """Return the images whose PDQ hashes differ in at most PDQ_WITHIN bits, where both hashes say something.

    Those that are erased are left out: nothing can be proved on them.
    """
    with connection.cursor() as cursor:
        names = {"image": image.pk, "within": PDQ_WITHIN, "quality": PDQ_QUALITY, "count": count}
        cursor.execute(_NEAR_HASHES, names)
        return [NearHash(*row) for row in cursor.fetchall()]

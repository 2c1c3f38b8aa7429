"""Images that lie nearest to one, by embedding and by perceptual hash: candidates, which prove nothing."""

from typing import NamedTuple

from django.db import connection, transaction

from labeling.models import Image
from ml import versions

# PDQ's authors' threshold for "the same picture", and the quality below which a hash says little.
PDQ_WITHIN = 31
PDQ_QUALITY = 50

_EF_SEARCH = "SET LOCAL hnsw.ef_search = 100"
_NEAREST = """
SELECT e.image_id, e.vector <=> (
    SELECT h.vector FROM labeling_embedding h WHERE h.image_id = %(image)s AND h.model_version_id = %(embedder)s
) AS distance
FROM labeling_embedding e WHERE e.model_version_id = %(embedder)s
ORDER BY distance LIMIT %(count)s
"""
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
def nearest_images(*, image: Image, count: int = 10) -> list[Near]:
    """Return the images nearest to this one by embedding, nearest first; none while it is not embedded."""
    embedder = versions.active_embedder()
    if embedder is None or not image.embeddings.filter(model_version=embedder).exists():
        return []
    with connection.cursor() as cursor:
        cursor.execute(_EF_SEARCH)
        cursor.execute(_NEAREST, {"image": image.pk, "embedder": embedder.pk, "count": count + 1})
        found = [Near(*row) for row in cursor.fetchall()]
    return [near for near in found if near.image_id != image.pk][:count]


@transaction.atomic
def near_hashes(*, image: Image, within: int = PDQ_WITHIN, count: int = 10) -> list[NearHash]:
    """Return the images whose PDQ hashes differ in at most `within` bits, where both hashes say something."""
    with connection.cursor() as cursor:
        cursor.execute(_EF_SEARCH)
        names = {"image": image.pk, "within": within, "quality": PDQ_QUALITY, "count": count + 1}
        cursor.execute(_NEAR_HASHES, names)
        return [NearHash(*row) for row in cursor.fetchall()]

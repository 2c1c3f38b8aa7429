"""Which listed hashes an image is near to, and which images of the past a listed hash is near to."""

from typing import NamedTuple

from django.db import connection

from labeling.models import Image, Policy, Source
from labeling.selectors.nearest import PDQ_QUALITY, PDQ_WITHIN
from moderation.models import BankEntry

# Found by their pieces, as near images are: labeling/selectors/nearest.py.
_ENTRIES = """
WITH h AS MATERIALIZED (
    SELECT pdq, pdq_near_pieces(pdq) AS pieces FROM labeling_image WHERE id = %(image)s AND pdq_quality >= %(quality)s
)
SELECT b.id, (b.pdq <~> h.pdq)::int AS distance
FROM h JOIN moderation_bankentry b ON pdq_pieces(b.pdq) && (SELECT pieces FROM h)
WHERE b.pdq IS NOT NULL AND b.policy_id = %(policy)s AND (b.source_id IS NULL OR b.source_id = %(source)s)
  AND b.disabled_at IS NULL AND b.held_at IS NULL AND b.pdq <~> h.pdq <= %(within)s
ORDER BY distance, b.id
"""
_IMAGES = """
WITH h AS MATERIALIZED (
    SELECT pdq, pdq_near_pieces(pdq) AS pieces FROM moderation_bankentry WHERE id = %(entry)s
)
SELECT i.id, (i.pdq <~> h.pdq)::int AS distance
FROM h JOIN labeling_image i ON pdq_pieces(i.pdq) && (SELECT pieces FROM h)
WHERE i.pdq_quality >= %(quality)s AND i.erased_at IS NULL AND i.pdq <~> h.pdq <= %(within)s
  AND EXISTS (
        SELECT 1 FROM labeling_arrival a JOIN labeling_source_policies s ON s.source_id = a.source_id
        WHERE a.image_id = i.id AND s.policy_id = %(policy)s AND coalesce(a.source_id = %(source)s, true))
ORDER BY distance, i.id LIMIT %(count)s
"""


class Near(NamedTuple):
    """The id of an entry or an image, and in how many of 256 bits the hashes differ."""

    id: int
    distance: int


def entries_near(image: Image, *, policy: Policy, source: Source) -> list[tuple[BankEntry, int]]:
    """Return the listed hashes that decide for the source and differ from the image's in few bits, and in how many."""
    rows = _near(_ENTRIES, image=image.pk, policy=policy.pk, source=source.pk)
    entries = BankEntry.objects.select_related("category").in_bulk([row.id for row in rows])
    return [(entries[row.id], row.distance) for row in rows]


def images_near(entry: BankEntry, *, count: int) -> list[Near]:
    """Return images that came in under the entry's policy and scope, and are near to its hash, the nearest first."""
    return _near(_IMAGES, entry=entry.pk, policy=entry.policy_id, source=entry.source_id, count=count)


def _near(statement: str, **names: int | None) -> list[Near]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"quality": PDQ_QUALITY, "within": PDQ_WITHIN, **names})
        return [Near(*row) for row in cursor.fetchall()]

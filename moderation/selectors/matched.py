"""What an image was matched with, and how near the two are. For admins."""

from dataclasses import dataclass

from django.db.models import Q
from pgvector.django import CosineDistance

from labeling.models import CopyMatch, Embedding, Image
from ml import versions

# The same picture may arrive a thousand times a day.
LATEST = 50


@dataclass(frozen=True)
class Matched:
    """Another image that a search found to be the same picture. `cosine`: the embeddings' distance, 0 to 2.

    `one`: whether the two are one picture now; None for `cosine` where one of them has no embedding.
    """

    match: CopyMatch
    other: Image
    cosine: float | None
    one: bool


def matched_with(image: Image) -> list[Matched]:
    """Return the LATEST matches of the image with others, the newest first, those that people parted too."""
    found = CopyMatch.objects.filter(Q(image=image) | Q(other=image)).order_by("-found_at", "-id")
    matches = list(found.select_related("image", "other", "withdrawal__withdrawn_by")[:LATEST])
    others = {match: match.other if match.image_id == image.pk else match.image for match in matches}
    distances = _distances(image, [other.pk for other in others.values()])
    return [
        Matched(match, other, distances.get(other.pk), other.group_id == image.group_id)
        for match, other in others.items()
    ]


def _distances(image: Image, others: list[int]) -> dict[int, float]:
    """Return the cosine distance of each of these to the image, of those that have one."""
    embeddings = Embedding.objects.filter(model_version=versions.active_embedder())
    own = embeddings.filter(image=image).first()
    if own is None:
        return {}
    rows = embeddings.filter(image__in=others).annotate(distance=CosineDistance("vector", own.vector))
    return dict(rows.values_list("image", "distance"))

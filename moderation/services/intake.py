"""The way in: bytes become an image that people will be asked about, or a reason why not.

The storage is written before the rows, under names made from the content. A stop in between leaves at worst some bytes
that nobody refers to, and running again writes the same ones.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from django.conf import settings
from django.db import transaction

from labeling import pictures
from labeling.models import Image, Source
from labeling.services import files
from labeling.services.images import Recorded, StoredPicture, record_arrival, record_known_arrival
from ml import services as ml
from moderation.services.routing import route_image
from moderation.services.storing import put


class Outcome(StrEnum):
    """What an arrival turned out to be."""

    NEW = "new"  # bytes never seen before
    AGAIN = "again"  # known bytes, one more arrival
    KNOWN = "known"  # this very arrival is recorded already


@dataclass(frozen=True)
class Received:
    """An arrival that was taken."""

    outcome: Outcome
    image: Image


def receive(*, data: bytes, source: Source, external_id: str, received_at: datetime) -> Received:
    """Take one file in. Known bytes are not decoded again, and erased ones stay erased: only the arrival is recorded.

    Raises `BadPicture` when the bytes are no picture for us; a storage or database that is away raises as it is, for
    that is not the file's fault.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = Image.objects.filter(sha256=digest).first()
    picture = None if known else _store(data, digest)
    with transaction.atomic():
        if picture:
            recorded = record_arrival(source=source, picture=picture, external_id=external_id, received_at=received_at)
        elif known:
            recorded = record_known_arrival(
                source=source, image=known, external_id=external_id, received_at=received_at
            )
        if recorded.image.erased_at is None:
            route_image(image=recorded.image, source=source)
        elif picture:  # taken in by somebody else and erased, while we stored it
            files.doom([picture.original_key, picture.view_key, picture.thumb_key], stem=digest)
    return Received(_outcome(recorded), recorded.image)


def _outcome(recorded: Recorded) -> Outcome:
    if recorded.new_image:
        return Outcome.NEW
    return Outcome.AGAIN if recorded.new_arrival else Outcome.KNOWN


def _store(data: bytes, digest: str) -> StoredPicture:
    picture = pictures.open_picture(data, max_bytes=settings.MAX_IMAGE_BYTES, max_pixels=settings.MAX_IMAGE_PIXELS)
    hashed = ml.hash_picture(np.asarray(picture.rgb))
    return StoredPicture(
        sha256=digest,
        pdq=hashed.bitstring,
        pdq_quality=hashed.quality,
        format=picture.format,
        width=picture.width,
        height=picture.height,
        frames=picture.frames,
        byte_size=len(data),
        original_key=put(f"originals/{_spread(digest)}", data),
        view_key=put(f"views/{_spread(digest)}.jpg", pictures.encode_view(picture)),
        thumb_key=put(f"thumbs/{_spread(digest)}.jpg", pictures.encode_thumb(picture)),
    )


def _spread(digest: str) -> str:
    """Return a path that keeps folders small."""
    return f"{digest[:2]}/{digest[2:4]}/{digest}"

"""Writes about images and their arrivals."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from labeling import clock, sampling
from labeling.models import Arrival, CopyGroup, Image, Source


@dataclass(frozen=True)
class StoredPicture:
    """A picture whose bytes already lie in the storage. Sizes in pixels, upright."""

    sha256: str
    pdq: str
    pdq_quality: int
    format: str
    width: int
    height: int
    frames: int
    byte_size: int
    original_key: str
    view_key: str
    thumb_key: str


@dataclass(frozen=True)
class Recorded:
    """What an arrival turned out to be."""

    image: Image
    arrival: Arrival
    new_image: bool
    new_arrival: bool


@transaction.atomic
def record_arrival(*, source: Source, picture: StoredPicture, external_id: str, received_at: datetime) -> Recorded:
    """Store that `picture` came in. The same bytes again are one more arrival; the same arrival again is none."""
    image, new_image = _image(picture)
    return _arrival(source, image, new_image, external_id, received_at)


@transaction.atomic
def record_known_arrival(*, source: Source, image: Image, external_id: str, received_at: datetime) -> Recorded:
    """Store that the bytes of a known image came in once more."""
    return _arrival(source, image, False, external_id, received_at)


def _arrival(source: Source, image: Image, new_image: bool, external_id: str, received_at: datetime) -> Recorded:
    arrival, new_arrival = Arrival.objects.get_or_create(
        source=source,
        image=image,
        external_id=external_id,
        defaults={"received_at": received_at, "recorded_at": clock.now()},
    )
    return Recorded(image, arrival, new_image, new_arrival)


def _image(picture: StoredPicture) -> tuple[Image, bool]:
    """Return the image with these bytes, made if need be; two imports of one file at once make one."""
    known = Image.objects.filter(sha256=picture.sha256).first()
    if known:
        return known, False
    drawn = sampling.draw(picture.sha256, key=settings.SAMPLING_KEY)
    try:
        with transaction.atomic():  # both or none: a group without an image could never be deleted
            group = CopyGroup.objects.create(u=drawn.u, split=drawn.split)
            return Image.objects.create(**picture.__dict__, group=group, created_at=clock.now()), True
    except IntegrityError:
        return Image.objects.get(sha256=picture.sha256), False

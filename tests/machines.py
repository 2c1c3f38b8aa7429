"""Pictures that a small model can tell apart, and people who do, for tests of machines."""

import uuid
from datetime import UTC, datetime

import numpy as np
from PIL import Image as Pillow

from labeling.models import Arrival, Image, Policy
from labeling.services.labels import submit_label
from labeling.services.leases import lease_entry
from moderation.services.intake import receive
from tests import factories as make
from tests.pictures import encoded

WHEN = datetime(2026, 11, 1, tzinfo=UTC)


def receive_colours(policy: Policy, count: int, *, first: int = 0) -> list[Image]:
    """Take pictures in: reddish noise for even numbers, bluish stripes for odd ones."""
    source = make.source("colours", policy)
    return [
        receive(data=colour(n), source=source, external_id=str(n), received_at=WHEN).image
        for n in range(first, first + count)
    ]


def colour(n: int) -> bytes:
    """Return the JPEG of this number."""
    noise = np.random.default_rng(n).integers(0, 120, (6, 8, 3), dtype=np.uint8)
    noise[..., 2 if n % 2 else 0] += 130
    if n % 2:
        noise[:, ::2] //= 3
    return encoded(Pillow.fromarray(noise).resize((96, 72), Pillow.Resampling.NEAREST), "JPEG", quality=92)


def red_or_blue(image: Image) -> str:
    """Return the category of a picture of `receive_colours`."""
    return "harmful" if int(Arrival.objects.get(image=image).external_id) % 2 else "safe"


def decide(policy: Policy, images: list[Image]) -> None:
    """Have somebody label all these images rightly."""
    person = make.person("teacher", "labeler")
    for image in images:
        entry = image.entries.get(policy=policy, state="open")
        lease = lease_entry(person=person, entry_id=entry.pk, page=uuid.uuid4())
        submit_label(person=person, assignment_id=lease.assignment_id, answer=make.answer(policy, red_or_blue(image)))

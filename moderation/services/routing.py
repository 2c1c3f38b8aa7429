"""Where an arrival goes: a listed hash decides, or people are asked, under every active policy of its source."""

from labeling.models import Image, Source
from labeling.selectors.slices import in_slice
from labeling.services.queueing import queue_image
from moderation.services import hash_lists


def route_image(*, image: Image, source: Source) -> None:
    """Have every question of the source answered about the image. Asked twice, it changes nothing.

    Copies of what people judged are found later, and then leave the queue. What is in the random slice people see, also
    where a list has decided.
    """
    for policy in source.policies.filter(active=True):
        decided = hash_lists.decide(image=image, source=source, policy=policy)
        if not decided or in_slice(image, policy):
            queue_image(image=image, policy=policy)


def route_some(*, source: Source, after: int, count: int) -> int | None:
    """Route the next `count` images of a source, for policies that it was given later.

    Return the id to go on after, or None at the end. Run again it changes nothing.
    """
    images = Image.objects.filter(pk__gt=after, pk__in=source.arrivals.values("image")).order_by("pk")[:count]
    last = None
    for image in images.select_related("group"):
        route_image(image=image, source=source)
        last = image.pk
    return last

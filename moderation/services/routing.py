"""Where an arrival goes. Without a model and banks, to people: under every active policy of its source."""

from labeling.models import Image, Source
from labeling.services.queueing import queue_image


def route_image(*, image: Image, source: Source) -> None:
    """Ask people every question of the source about the image. Asked twice, it changes nothing."""
    for policy in source.policies.filter(active=True):
        queue_image(image=image, policy=policy)


def route_some(*, source: Source, after: int, count: int) -> int | None:
    """Route the next `count` images of a source, for policies that it was given later.

    Return the id to go on after, or None at the end. Run again it changes nothing.
    """
    images = Image.objects.filter(pk__gt=after, pk__in=source.arrivals.values("image")).order_by("pk")[:count]
    last = None
    for image in images:
        route_image(image=image, source=source)
        last = image.pk
    return last

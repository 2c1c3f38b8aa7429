"""Where an arrival goes. Without a model and banks, to people: under every active policy of its source."""

from labeling.models import Image, Source
from labeling.services.queueing import queue_image


def route_image(*, image: Image, source: Source) -> None:
    """Ask people every question of the source about the image. Asked twice, it changes nothing."""
    for policy in source.policies.filter(active=True):
        queue_image(image=image, policy=policy)


def route_source(*, source: Source) -> int:
    """Route all images of a source, for policies that it was given later. Return how many images."""
    images = Image.objects.filter(arrivals__source=source).distinct()
    count = 0
    for image in images.iterator():
        route_image(image=image, source=source)
        count += 1
    return count

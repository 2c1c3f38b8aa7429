"""Wake-ups of moderation's services. Thin: a task carries ids, and running it twice equals running it once."""

import time

from celery import shared_task

from labeling.models import Source
from labeling.tasks import PORTION, score_images
from labeling.wake import wake
from moderation.services import incoming, routing

INGEST_S = 60


@shared_task
def ingest_incoming() -> int:
    """Take in what waits, for a minute; a further message goes on. Return how many there were."""
    count, until = 0, time.monotonic() + INGEST_S
    while incoming.ingest_next():
        count += 1
        if time.monotonic() > until:
            wake(ingest_incoming)
            break
    if count:
        wake(score_images)
    return count


@shared_task
def route_source(source_id: int, after: int = 0) -> None:
    """Queue the images of a source under its policies, in portions that fit into a task's time."""
    last = routing.route_some(source=Source.objects.get(pk=source_id), after=after, count=PORTION)
    if last is not None:
        wake(route_source, source_id, last)

"""Wake-ups of moderation's services. Thin: a task carries ids, and running it twice equals running it once."""

from celery import shared_task

from labeling.models import Source
from labeling.tasks import PORTION
from labeling.wake import wake
from moderation.services import incoming, routing


@shared_task
def ingest_incoming() -> int:
    """Take in every waiting file. Return how many there were."""
    count = 0
    while incoming.ingest_next():
        count += 1
    return count


@shared_task
def route_source(source_id: int, after: int = 0) -> None:
    """Queue the images of a source under its policies, in portions that fit into a task's time."""
    last = routing.route_some(source=Source.objects.get(pk=source_id), after=after, count=PORTION)
    if last is not None:
        wake(route_source, source_id, last)

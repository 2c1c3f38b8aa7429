"""Wake-ups of moderation's services. Thin: a task carries ids, and running it twice equals running it once."""

import time
from datetime import datetime, timedelta

from celery import shared_task

from labeling import clock
from labeling.models import Policy, Source
from labeling.selectors.filling import filling
from labeling.services import copies, copy_search
from labeling.tasks import PORTION, delete_files, repeat, score_images
from labeling.wake import wake
from moderation.services import banks, entries, incoming, newcomers, past, retention, reversals, routing, spot_checks

INGEST_S = 60
# One transaction each; so many take a second or two.
AT_ONCE = 100
# Looked through every few seconds; older matches every hour.
NEWLY = timedelta(days=1)


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


@shared_task
def match_images() -> None:
    """Look for copies of what came in, decide those whose picture is in the bank, and search the past for what is new.

    Not while the demo is being filled in: its history is played first, and somebody waits for it.
    """
    if filling():
        return
    repeat(match_images, lambda: _match_some() or past.search_next())


def _match_some() -> int:
    return copy_search.search_next() + _route_some(since=clock.now() - NEWLY)


@shared_task
def tend_older_copies() -> None:
    """Join and decide copies however long ago they were matched: what has happened since may call for it."""
    if not filling():
        repeat(tend_older_copies, lambda: copies.join_waiting(count=PORTION) + _route_some())


def _route_some(since: datetime | None = None) -> int:
    active = Policy.objects.filter(active=True)
    return sum(banks.route_next(policy=policy, count=PORTION, since=since) for policy in active)


@shared_task
def reverse_decisions() -> None:
    """Take back what bank entries decided of which that was asked."""
    repeat(reverse_decisions, lambda: reversals.reverse_next(count=AT_ONCE))


@shared_task
def heal_copies() -> None:
    """Join what waited for an adjudicator, take back what lost its ground, fill the bank, plan spot checks.

    And go on with reversals. Not by a message, which would be one more every minute while a long one is under way.
    """
    copies.join_waiting(count=PORTION, since=clock.now() - NEWLY)
    entries.withdraw_groundless(count=PORTION)
    entries.withdraw_overruled(count=PORTION)
    newcomers.add_look_alikes(count=PORTION)
    newcomers.add_harmful(count=PORTION)
    for policy in Policy.objects.filter(active=True):
        spot_checks.plan(policy=policy)
    reversals.reverse_next(count=PORTION)


@shared_task
def erase_outlived() -> None:
    """Erase what has outlived its sources' retention, and have the storage delete the files."""
    repeat(erase_outlived, lambda: retention.erase_outlived(count=AT_ONCE))
    wake(delete_files)

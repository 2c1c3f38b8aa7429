"""Reads of what is on its way in."""

import uuid
from dataclasses import dataclass

from django.db.models import Count, Q

from labeling.pictures import Reason
from labeling.selectors.backlog import COUNT_LIMIT
from labeling.selectors.backlog import Count as Counted
from labeling.selectors.machines import TAKING_IN, Line
from moderation.models import IncomingFile

SHOWN_FAILURES = 100


@dataclass(frozen=True)
class BatchProgress:
    """How many files of an upload there are, are done, and failed; `failures` are name, reason and detail."""

    total: int
    taken: int
    failed: int
    failures: list[tuple[str, str, str]]

    @property
    def done(self) -> int:
        """How many files are dealt with."""
        return self.taken + self.failed

    @property
    def is_finished(self) -> bool:
        """Whether nothing waits any more."""
        return self.done == self.total


def batch_progress(batch_id: uuid.UUID) -> BatchProgress:
    """Return how an upload fares, in two queries."""
    files = IncomingFile.objects.filter(batch=batch_id)
    counts = files.aggregate(
        total=Count("id"), taken=Count("id", filter=Q(state="taken")), failed=Count("id", filter=Q(state="failed"))
    )
    failed = files.filter(state="failed").order_by("id").values_list("name", "reason", "detail")[:SHOWN_FAILURES]
    return BatchProgress(**counts, failures=[(name, Reason(reason).label, detail) for name, reason, detail in failed])


def intake_line() -> Line:
    """Return what waits to be taken in, and what was refused, as the first of the stages of machines."""
    waiting, failed = (_counted(state) for state in (IncomingFile.State.WAITING, IncomingFile.State.FAILED))
    return Line(TAKING_IN, waiting, aside=failed)


def _counted(state: str) -> Counted:
    return Counted(IncomingFile.objects.filter(state=state)[: COUNT_LIMIT + 1].count())

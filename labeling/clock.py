"""The one source of time, so that history can be simulated.

Every service asks `now()`; nothing asks the database or the operating system. `at(moment)` sets the clock for a block
of code: the demo plays some weeks of work through the real services this way, and tests let leases expire.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return the current moment, timezone-aware."""
    return _set_to.get() or timezone.now()


def midnight() -> datetime:
    """Return the moment at which today began, in UTC as all of Winnow's days."""
    return now().replace(hour=0, minute=0, second=0, microsecond=0)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stop the clock at `moment` (timezone-aware) inside the block."""
    if timezone.is_naive(moment):
        raise ValueError("The clock needs a timezone-aware moment.")
    before = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(before)

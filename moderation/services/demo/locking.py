"""One process at a time fills the demo in; while it does, pages may say so."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from labeling.selectors.filling import LOCK


@contextmanager
def alone() -> Iterator[bool]:
    """Keep others out inside the block. Yields False, and keeps nobody out, where another process is at it."""
    held = _ask("SELECT pg_try_advisory_lock(%s)")
    try:
        yield held
    finally:
        if held and not connection.needs_rollback and connection.connection and not connection.connection.closed:
            _ask("SELECT pg_advisory_unlock(%s)")


def _ask(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [LOCK])
        return bool(cursor.fetchone()[0])

"""Deleting from the storage, so that nothing is left behind when it is away.

What is to be deleted is a row, written in the transaction that lets go of the bytes, and gone once they are.
"""

import logging
import posixpath
from collections.abc import Iterable, Iterator

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, QuerySet

from labeling import clock
from labeling.models import DoomedFile

logger = logging.getLogger(__name__)

# Some seconds of work where the storage is far away.
PORTION = 100


def doom(keys: Iterable[str], *, stem: str = "") -> None:
    """Have the storage delete what lies under these keys; an empty one is nothing. The caller owns the transaction.

    With a `stem` also what lies beside each under a name that begins so: what a stopped import left cut short, or two
    at once wrote twice.
    """
    rows = [DoomedFile(key=key, stem=stem, doomed_at=clock.now()) for key in keys if key]
    DoomedFile.objects.bulk_create(rows, ignore_conflicts=True)


def spare(key: str) -> None:
    """Let what lies under the key be: somebody is about to use it again. Waits for a deletion that is under way."""
    DoomedFile.objects.filter(key=key).delete()


def delete(key: str) -> None:
    """Delete what lies under a doomed key now, unless the storage is away: then the clock tries again."""
    _delete_one(DoomedFile.objects.filter(key=key))


def delete_doomed(*, count: int = PORTION) -> int:
    """Delete up to `count` doomed files, and return how many. Ends early where the storage is away.

    One that cannot be deleted is tried again after all others.
    """
    waiting = DoomedFile.objects.order_by(F("tried_at").asc(nulls_first=True), "id")
    deleted = 0
    while deleted < count and _delete_one(waiting):
        deleted += 1
    return deleted


@transaction.atomic
def _delete_one(rows: QuerySet[DoomedFile]) -> bool:
    """Delete the first of these that nobody holds; return whether it could be."""
    row = rows.select_for_update(skip_locked=True).first()
    if row is None:
        return False
    try:
        for key in (row.key, *_beside(row)):
            default_storage.delete(key)
    except Exception:  # every storage has errors of its own
        logger.exception("%s could not be deleted; it is tried again.", row.key)
        row.tried_at = clock.now()
        row.save(update_fields=["tried_at"])
        return False
    row.delete()
    return True


def _beside(row: DoomedFile) -> Iterator[str]:
    if not row.stem:
        return
    folder = posixpath.dirname(row.key)
    try:
        _, names = default_storage.listdir(folder)
    except (FileNotFoundError, NotImplementedError):  # nothing is left there, or this storage names nothing
        return
    yield from (posixpath.join(folder, name) for name in names if name.startswith(row.stem))

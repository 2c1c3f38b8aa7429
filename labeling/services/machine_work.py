"""Work of machines on images: taken in batches, by as many workers as there are, and done once.

What is to be done is what lacks a result; each kind of work says how to find that. Before a batch begins, a row per
image says so, committed. The rows stay locked while the work goes on and are deleted together with the writing of its
results. A process that dies so leaves its rows unlocked, and its images are tried again, each alone: one that kills its
worker takes no other image along, and is set aside after the third time. A row is for one model version: what one model
could not do, another may. Of an image that is erased meanwhile no result stays.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from labeling import clock
from labeling.models import Image, MachineWork
from labeling.services import erasing, queueing
from ml.models import ModelVersion
from ml.results import Unreadable

logger = logging.getLogger(__name__)

ATTEMPTS = 3
DIED = "The process died each time that it worked on this image."
# Between the note that work begins and its lock lie some milliseconds; a younger row is nobody's legacy.
LEFT_AFTER = timedelta(seconds=2)
REASON_LENGTH = 300


class StorageAwayError(Exception):
    """The bytes could not be had, for a reason that has nothing to do with the image."""


@dataclass(frozen=True)
class Job:
    """One kind of work by one model. `find(count)` returns images that lack its result and have no row of this job yet.

    `compute` takes the images and their files, and returns a result or `Unreadable` for each; `store` writes results.
    """

    stage: str
    model: ModelVersion
    find: Callable[[int], Sequence[int]]
    compute: Callable[[Sequence[Image], Sequence[bytes]], Sequence[Any]]
    store: Callable[[Iterable[tuple[Image, Any]]], None]


def work_on_next(job: Job, *, count: int) -> int:
    """Do the next batch of a job, or the next image that somebody left; return how many were tried, 0 at the end.

    An image whose bytes cannot be decoded is tried again alone, then set aside. Raises StorageAwayError when the
    storage cannot be reached, which counts against no image.
    """
    ids = _begin(job, count)
    if not ids:
        return 0
    try:
        with transaction.atomic():
            _work_on(job, ids)
    except StorageAwayError:
        _give_back(ids)
        raise
    return len(ids)


def _work_on(job: Job, ids: list[int]) -> None:
    rows = list(_unclaimed(job).filter(pk__in=ids).select_related("image"))
    files = dict(zip(rows, _read_all(rows), strict=True))
    present = [(row, file) for row, file in files.items() if isinstance(file, bytes)]
    computed = _compute(job, present, alone=len(ids) == 1)
    results = files | dict(zip((row for row, _ in present), computed, strict=True))
    done = {row: result for row, result in results.items() if not isinstance(result, Unreadable)}
    job.store((row.image, result) for row, result in done.items())
    MachineWork.objects.filter(pk__in=[row.pk for row in done]).delete()
    for row, result in results.items():
        if isinstance(result, Unreadable):
            _failed(row, result.reason)
    _forget_erased([row.image_id for row in done])


def _forget_erased(image_ids: Sequence[int]) -> None:
    """Delete the results of what was erased while it was worked on.

    Under the lock that erasing takes, and after the results are written: either sees what the other has done.
    """
    queueing.lock_groups(image_ids)
    erased = Image.objects.filter(pk__in=image_ids, erased_at__isnull=False)
    if ids := list(erased.values_list("pk", flat=True)):
        erasing.forget(ids)


def _unheld(rows: QuerySet[MachineWork]) -> QuerySet[MachineWork]:
    """Lock those rows that nobody holds, until the transaction ends."""
    return rows.select_for_update(of=("self",), skip_locked=True)


def _unclaimed(job: Job) -> QuerySet[MachineWork]:
    return _unheld(MachineWork.objects.filter(stage=job.stage, model_version=job.model, failed_at=None))


@transaction.atomic
def _begin(job: Job, count: int) -> list[int]:
    """Note that a batch, or an image that was left, is worked on from now on; return the rows' ids."""
    with connection.cursor() as cursor:  # one worker at a time looks for images: two would find the same ones
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"machine work: {job.stage}"])
    _forget_outdated(job.stage)
    now = clock.now()
    while left := _unclaimed(job).filter(started_at__lt=now - LEFT_AFTER).order_by("id").first():
        if left.attempts >= ATTEMPTS:
            _set_aside(left, left.error or DIED)
            continue
        left.attempts, left.started_at = left.attempts + 1, now
        left.save(update_fields=["attempts", "started_at"])
        return [left.pk]
    rows = [
        MachineWork(image_id=image_id, stage=job.stage, model_version=job.model, started_at=now)
        for image_id in job.find(count)
    ]
    return [row.pk for row in MachineWork.objects.bulk_create(rows)]


def _forget_outdated(stage: str) -> None:
    """Delete what nobody asks the results of: by models that are not in use any more, or on images that are erased."""
    in_use = ModelVersion.objects.filter(state=ModelVersion.State.ACTIVE)
    wanted = Q(model_version__in=in_use, image__erased_at=None)
    outdated = MachineWork.objects.filter(stage=stage).exclude(wanted)
    if ids := list(_unheld(outdated).values_list("pk", flat=True)):
        MachineWork.objects.filter(pk__in=ids).delete()


def _give_back(ids: list[int]) -> None:
    """Leave the rows as they were before the batch began."""
    rows = MachineWork.objects.filter(pk__in=ids)
    rows.filter(attempts=1).delete()
    rows.update(attempts=F("attempts") - 1)


def _read_all(rows: Sequence[MachineWork]) -> list[bytes | Unreadable]:
    try:
        return [_read(row.image) for row in rows]
    except Exception as error:  # every storage has errors of its own
        raise StorageAwayError(f"{type(error).__name__}: {error}") from error


def _read(image: Image) -> bytes | Unreadable:
    if not image.view_key:
        return Unreadable("The image has been erased.")
    try:
        with default_storage.open(image.view_key) as file:
            data: bytes = file.read()
    except FileNotFoundError:
        return Unreadable(f"The storage has lost {image.view_key}.")
    return data


def _compute(job: Job, work: Sequence[tuple[MachineWork, bytes]], *, alone: bool) -> Sequence[Any]:
    try:
        return job.compute([row.image for row, _ in work], [file for _, file in work]) if work else []
    except Exception as error:
        if not alone:
            raise  # whichever image it was: each is tried again alone
        logger.exception("%s: image %s alone fails too.", job.stage, work[0][0].image_id)
        return [Unreadable(f"{type(error).__name__}: {error}")]


def _failed(row: MachineWork, reason: str) -> None:
    """Leave a first failure to be tried again alone; the next one is final."""
    if row.attempts > 1:
        return _set_aside(row, reason)
    row.error = reason[:REASON_LENGTH]
    row.save(update_fields=["error"])
    return None


def _set_aside(row: MachineWork, reason: str) -> None:
    row.error, row.failed_at = reason[:REASON_LENGTH], clock.now()
    row.save(update_fields=["error", "failed_at"])
    logger.warning("Set aside: %s of image %s: %s", row.stage, row.image_id, row.error)


def retry(ids: Sequence[int]) -> int:
    """Forget these failures, so that the images are found again; return how many."""
    return MachineWork.objects.filter(pk__in=ids, failed_at__isnull=False).delete()[0]

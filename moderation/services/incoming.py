"""Files that are not images yet: waiting for a worker, or refused with a reason and kept for a retry."""

import hashlib
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from labeling import clock
from labeling.models import Image, Person, Source
from labeling.pictures import BadPicture, Reason
from labeling.services import files
from labeling.wake import wake
from moderation.models import IncomingFile
from moderation.services.intake import receive
from moderation.services.storing import drop, put

State = IncomingFile.State

# A file whose worker is stopped in the middle is tried again at once, then now and then, then no more: it may be what
# stops the worker. What is merely away, such as the storage, has an hour to come back.
EAGER_ATTEMPTS, ALL_ATTEMPTS, PAUSE = 3, 10, timedelta(minutes=10)


def too_large(size: int) -> BadPicture:
    """Return the verdict on a file of so many bytes that is not even read."""
    return BadPicture(Reason.TOO_LARGE, f"It has {size:,} bytes; at most {settings.MAX_IMAGE_BYTES:,} are taken.")


def add_upload(*, source: Source, file: File, batch: uuid.UUID, person: Person) -> IncomingFile:
    """Keep an uploaded file for a worker. Its own digest makes two files of one name two arrivals.

    Sent again within its batch, because an answer got lost, it is the same file.
    """
    name, size = file.name or "", file.size or 0
    if size > settings.MAX_IMAGE_BYTES:
        return record_failure(
            source=source,
            name=name,
            external_id=f"upload/{size} bytes/{name}"[:1024],
            received_at=clock.now(),
            data=None,
            bad=too_large(size),
            batch=batch,
            person=person,
        )
    data = file.read()
    external_id = f"upload/{hashlib.sha256(data).hexdigest()[:16]}/{name}"[:1024]
    known = IncomingFile.objects.filter(batch=batch, source=source, external_id=external_id).first()
    return known or IncomingFile.objects.create(
        source=source,
        name=name[-1024:],
        external_id=external_id,
        storage_key=put(f"incoming/{uuid.uuid4().hex}", data),
        batch=batch,
        uploaded_by=person,
    )


@transaction.atomic
def record_failure(
    *,
    source: Source,
    name: str,
    external_id: str,
    received_at: datetime,
    data: bytes | None,
    bad: BadPicture,
    batch: uuid.UUID,
    person: Person | None = None,
) -> IncomingFile:
    """Keep a refused file for a retry, with its bytes if there are any. The same one again is the same row."""
    key = put(f"incoming/{_digest(source, external_id, data)}", data) if data else ""
    before = _failed(source, external_id).first()
    file, _ = IncomingFile.objects.update_or_create(
        source=source,
        external_id=external_id,
        state=State.FAILED,
        defaults={
            "name": name[-1024:],
            "received_at": received_at,
            "storage_key": key,
            "batch": batch,
            "uploaded_by": person,
            "reason": bad.reason,
            "detail": bad.detail[:300],
            "attempts": 1,
            "changed_at": clock.now(),
        },
    )
    if before and before.storage_key != key:
        drop(before.storage_key)
    return file


@transaction.atomic
def clear_failure(*, source: Source, external_id: str, image: Image) -> None:
    """Close the failure of a file that has come in by another way since."""
    for file in _failed(source, external_id):
        _take(file, image)


@transaction.atomic
def drop_refused(refused: QuerySet[IncomingFile]) -> int:
    """Let go of the bytes of refused files, and return of how many. The rows, with name and reason, stay."""
    kept = refused.filter(state=State.FAILED).exclude(storage_key="").select_for_update(of=("self",))
    keys = dict(kept.order_by("pk").values_list("pk", "storage_key"))
    files.doom(keys.values())
    return IncomingFile.objects.filter(pk__in=keys).update(storage_key="")


def retry_incoming(ids: Collection[int]) -> int:
    """Put failed files back in line, and return how many. Those whose bytes could not be kept have to be sent again."""
    from moderation.tasks import ingest_incoming

    failed = IncomingFile.objects.filter(pk__in=ids, state=State.FAILED).exclude(storage_key="")
    count = failed.update(state=State.WAITING, attempts=0, changed_at=clock.now())
    if count:
        wake(ingest_incoming)
    return count


def ingest_next() -> bool:
    """Take in the oldest waiting file that no other worker holds; return whether there was one.

    One file in a transaction: a bad one holds nothing up, and a worker that is killed leaves its file waiting. The
    attempt is counted before, in a transaction of its own, or a file that kills its worker would be tried for ever.
    """
    file_id = _begin()
    if file_id is not None:
        _ingest(file_id)
    return file_id is not None


@transaction.atomic
def _begin() -> int | None:
    now = clock.now()
    ready = Q(attempts__lt=EAGER_ATTEMPTS) | Q(changed_at__lt=now - PAUSE)
    waiting = IncomingFile.objects.select_for_update(skip_locked=True).filter(ready, state=State.WAITING)
    file_id = waiting.order_by("id").values_list("id", flat=True).first()
    if file_id is not None:
        IncomingFile.objects.filter(pk=file_id).update(attempts=F("attempts") + 1, changed_at=now)
    return file_id


@transaction.atomic
def _ingest(file_id: int) -> None:
    claimed = IncomingFile.objects.select_for_update(skip_locked=True, of=("self",)).select_related("source")
    file = claimed.filter(pk=file_id, state=State.WAITING).first()
    if file is None:  # another worker was quicker
        return
    try:
        data = _read(file)
        received = receive(data=data, source=file.source, external_id=file.external_id, received_at=file.received_at)
    except BadPicture as bad:
        _fail(file, bad)
    else:
        _take(file, received.image)


def _read(file: IncomingFile) -> bytes:
    if file.attempts > ALL_ATTEMPTS:
        raise BadPicture(Reason.UNREADABLE, f"Workers were stopped {ALL_ATTEMPTS} times while taking it in.")
    try:
        with default_storage.open(file.storage_key) as stored:
            return stored.read()
    except FileNotFoundError as error:
        raise BadPicture(Reason.UNREADABLE, "Its bytes are no longer in the storage.") from error


def _take(file: IncomingFile, image: Image) -> None:
    """Close a file that has become an image; its bytes have their place there."""
    drop(file.storage_key)
    file.state, file.reason, file.detail, file.storage_key, file.image = State.TAKEN, "", "", "", image
    file.changed_at = clock.now()
    file.save()


def _fail(file: IncomingFile, bad: BadPicture) -> None:
    file.state, file.reason, file.detail, file.changed_at = State.FAILED, bad.reason, bad.detail[:300], clock.now()
    try:
        _save_as_only_failure(file)
    except IntegrityError:  # its twin has failed in this very moment, and is there to be replaced now
        _save_as_only_failure(file)


@transaction.atomic
def _save_as_only_failure(file: IncomingFile) -> None:
    """A file that failed before under this name and fails again is one failure: the newer row stands for both."""
    for twin in _failed(file.source, file.external_id).exclude(pk=file.pk):
        drop(twin.storage_key)
        twin.delete()
    file.save()


def _failed(source: Source, external_id: str) -> QuerySet[IncomingFile]:
    return IncomingFile.objects.filter(source=source, external_id=external_id, state=State.FAILED)


def _digest(source: Source, external_id: str, data: bytes) -> str:
    """Name the bytes of one sender's file, and of no other's: what is refused is deleted when it comes in at last."""
    return hashlib.sha256(f"{source.pk}/{external_id}/".encode() + data).hexdigest()

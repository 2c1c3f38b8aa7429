"""Files that are not images yet: waiting for a worker, or refused with a reason and kept for a retry."""

import hashlib
import uuid
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from labeling import clock
from labeling.models import Person, Source
from labeling.pictures import BadPicture
from labeling.wake import wake
from moderation.models import IncomingFile
from moderation.services.intake import receive

State = IncomingFile.State


def add_upload(*, source: Source, name: str, data: bytes, batch: uuid.UUID, person: Person) -> IncomingFile:
    """Keep an uploaded file for a worker. Its own digest makes two files of one name two arrivals."""
    external_id = f"upload/{hashlib.sha256(data).hexdigest()[:16]}/{name}"[-1024:]
    return IncomingFile.objects.create(
        source=source,
        name=name[-1024:],
        external_id=external_id,
        storage_key=_keep(data),
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
) -> IncomingFile:
    """Keep a refused file for a retry, with its bytes where they could be read. The same one again is the same row."""
    file, _ = IncomingFile.objects.update_or_create(
        source=source,
        external_id=external_id,
        state=State.FAILED,
        defaults={
            "name": name[-1024:],
            "received_at": received_at,
            "storage_key": _keep(data) if data and len(data) <= settings.MAX_IMAGE_BYTES else "",
            "batch": batch,
            "reason": bad.reason,
            "detail": bad.detail[:300],
            "changed_at": clock.now(),
        },
    )
    return file


def clear_failure(*, source: Source, external_id: str) -> None:
    """Close the failure of a file that has come in by another way since."""
    IncomingFile.objects.filter(source=source, external_id=external_id, state=State.FAILED).update(
        state=State.TAKEN, changed_at=clock.now()
    )


def retry_incoming(ids: Collection[int]) -> int:
    """Put failed files back in line, and return how many. Those whose bytes could not be kept have to be sent again."""
    from moderation.tasks import ingest_incoming

    failed = IncomingFile.objects.filter(pk__in=ids, state=State.FAILED).exclude(storage_key="")
    count = failed.update(state=State.WAITING, changed_at=clock.now())
    if count:
        wake(ingest_incoming)
    return count


@transaction.atomic
def ingest_next() -> bool:
    """Take in the oldest waiting file that no other worker holds; return whether there was one.

    One transaction a file: a bad one holds nothing up, and a worker that is killed leaves its file waiting.
    """
    file = (
        IncomingFile.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("source")
        .filter(state=State.WAITING)
        .order_by("id")
        .first()
    )
    if file is None:
        return False
    _ingest(file)
    return True


def _ingest(file: IncomingFile) -> None:
    with default_storage.open(file.storage_key) as stored:
        data = stored.read()
    file.attempts += 1
    file.changed_at = clock.now()
    try:
        received = receive(data=data, source=file.source, external_id=file.external_id, received_at=file.received_at)
    except BadPicture as bad:
        _close_twins(file)
        file.state, file.reason, file.detail = State.FAILED, bad.reason, bad.detail[:300]
    else:
        file.state, file.reason, file.detail, file.image = State.TAKEN, "", "", received.image
    file.save()


def _close_twins(file: IncomingFile) -> None:
    """A file that failed before under this name and fails again is one failure: the newer row stands for both."""
    twins = IncomingFile.objects.filter(source=file.source, external_id=file.external_id, state=State.FAILED)
    twins.exclude(pk=file.pk).update(state=State.TAKEN, changed_at=clock.now())


def _keep(data: bytes) -> str:
    key = f"incoming/{hashlib.sha256(data).hexdigest()}"
    return key if default_storage.exists(key) else default_storage.save(key, ContentFile(data))

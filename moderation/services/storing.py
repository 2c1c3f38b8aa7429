"""Bytes in the storage, so that a stop in the middle of writing does no harm."""

from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from labeling.services import files


def put(key: str, data: bytes) -> str:
    """Write the bytes unless they are there; return where they are, which a storage may choose itself.

    A writer that was killed leaves a file cut short under the key. The bytes then go beside it: it is not deleted,
    since it may as well belong to somebody who is writing it just now.
    """
    files.spare(key)
    if default_storage.exists(key) and default_storage.size(key) == len(data):
        return key
    return default_storage.save(key, ContentFile(data))


def drop(key: str) -> None:
    """Delete what lies under the key once the transaction has committed; an empty key is nothing.

    Should the storage be away then, the clock tries again.
    """
    if key:
        files.doom([key])
        transaction.on_commit(partial(files.delete, key), robust=True)

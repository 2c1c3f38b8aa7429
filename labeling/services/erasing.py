"""Erasing pictures: their bytes, and what machines made of them. The rows, and all that people said, stay."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Model

from labeling import clock
from labeling.models import (
    Caption,
    Embedding,
    Erasure,
    Explanation,
    Image,
    MachineWork,
    Person,
    QueueEntry,
)
from labeling.services import files, queueing

# Nobody deletes an embedding while the index is built anew. Waited for before anything is locked, or people would wait
# for the picture meanwhile.
_LOCK = "LOCK TABLE labeling_embedding IN ROW EXCLUSIVE MODE"


@transaction.atomic
def erase(*, image: Image, by: Person | None, why: str) -> bool:
    """Erase the image; return False if it was erased before. `by` nobody: its retention, or a command.

    From the commit on nobody gets its bytes. Its files are doomed: `files.delete_doomed` deletes them, when it is
    called next and by the clock at the latest. Nobody is asked about the picture any more, or about another of its
    images if there is one; an answer that is on its way is stored all the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    queueing.lock_group(image)
    image.refresh_from_db(fields=["original_key", "view_key", "thumb_key"])
    if image.erased_at is not None:
        return False
    files.doom([image.original_key, image.view_key, image.thumb_key], stem=image.sha256)
    image.original_key = image.view_key = image.thumb_key = ""
    image.erased_at = clock.now()
    image.save(update_fields=["original_key", "view_key", "thumb_key", "erased_at"])
    Erasure.objects.create(image=image, erased_by=by, why=why, erased_at=image.erased_at)
    forget([image.pk])
    _close_reserved(image)
    queueing.settle_picture(image)
    return True


def forget(image_ids: Iterable[int]) -> None:
    """Delete what machines made of these images' pictures. Judgements stay: they are numbers about a decision.

    The embeddings are locked first, so that nobody takes one into the index in this moment. Work under way is left to
    its worker, which finds by itself that the image was erased meanwhile (`machine_work`).
    """
    ids = list(image_ids)
    list(Embedding.objects.filter(image__in=ids).order_by("pk").select_for_update())
    made: tuple[type[Model], ...] = (Embedding, Explanation, Caption)
    for model in made:
        model._default_manager.filter(image__in=ids).delete()
    left = MachineWork.objects.filter(image__in=ids).select_for_update(skip_locked=True)
    MachineWork.objects.filter(pk__in=[row.pk for row in left]).delete()


def _close_reserved(image: Image) -> None:
    """Nobody can be asked about this very image again; what is asked of its picture, `settle` says."""
    reserved = QueueEntry.objects.filter(image=image, state=QueueEntry.State.OPEN, reserved_for__isnull=False)
    reserved.update(state=QueueEntry.State.VOID, leased_until=None)

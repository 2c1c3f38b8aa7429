"""An import: many files, one after the other, none of which stops the run."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings

from labeling import clock
from labeling.models import Source
from labeling.pictures import BadPicture, Reason
from moderation.manifest import Item, name_of
from moderation.services import incoming
from moderation.services.intake import Outcome, receive


@dataclass
class Tally:
    """What became of the files so far; the four numbers add up to `seen`."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many files have been looked at."""
        return sum(self.counts.values())


def import_items(*, items: Iterable[Item], source: Source) -> Iterator[Tally]:
    """Take the files in, and yield the tally after each.

    A storage or database that is away ends the run with its own error: the tally so far has been yielded.
    """
    tally, batch = Tally(), uuid.uuid4()
    for item in items:
        name = name_of(item.path)
        data = None
        try:
            data = _read(item)
            outcome = _receive(item, data, source)
        except BadPicture as bad:
            if item.external_id:
                incoming.record_failure(
                    source=source,
                    name=name,
                    external_id=item.external_id,
                    received_at=item.received_at or clock.now(),
                    data=data,
                    bad=bad,
                    batch=batch,
                )
            tally.counts["failed"] += 1
            tally.failures.append((name, str(bad)))
        else:
            tally.counts[outcome] += 1
        yield tally


def _read(item: Item) -> bytes:
    """Return the file's bytes. Raises BadPicture, before reading one that is too large to be taken."""
    if item.problem:
        raise BadPicture(Reason.UNREADABLE, item.problem)
    try:
        if not item.path.is_file():
            raise BadPicture(Reason.UNREADABLE, "It is not there, or no plain file.")
        if (size := item.path.stat().st_size) > settings.MAX_IMAGE_BYTES:
            raise incoming.too_large(size)
        return item.path.read_bytes()
    except OSError as error:
        raise BadPicture(Reason.UNREADABLE, error.strerror or str(error)) from error


def _receive(item: Item, data: bytes, source: Source) -> Outcome:
    received = receive(
        data=data, source=source, external_id=item.external_id, received_at=item.received_at or clock.now()
    )
    incoming.clear_failure(source=source, external_id=item.external_id, image=received.image)
    return received.outcome

"""What labels and truths from elsewhere are about: images and people that this installation knows by other names."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from django.contrib.auth.hashers import make_password

from labeling import clock
from labeling.label_files import Line
from labeling.models import Arrival, Image, Person, Policy, SliceDraw, Source

Item = TypeVar("Item")

# Lines that are taken together, in one transaction: as many as people can wait for whose images they name.
PORTION = 500
LONGEST_NAME = 90
_DIGEST = re.compile(r"^[0-9a-fA-F]{64}$")


class CannotTake(Exception):
    """This line cannot be taken; the message says why."""


@dataclass
class Tally:
    """What became of the lines so far: `counts` of taken, known and refused add up to `seen`."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many lines have been looked at."""
        return self.counts["taken"] + self.counts["known"] + self.counts["refused"]

    def refuse(self, number: int, why: str) -> None:
        """Note a line that cannot be taken, by its number in the file."""
        self.counts["refused"] += 1
        self.refused.append((number, why))


def portions(lines: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield the lines in lists of PORTION, the last one shorter."""
    rest = iter(lines)
    while portion := list(islice(rest, PORTION)):
        yield portion


class Images:
    """The images that a source has sent, by their names in its files."""

    def __init__(self, source: Source, lines: Iterable[Line]) -> None:
        named = {line.values["item"] for line in lines if not line.problem}
        self._source = source
        self._ids: dict[str, set[int]] = {}
        sent = Arrival.objects.filter(source=source)
        for item, image_id in sent.filter(external_id__in=named).values_list("external_id", "image"):
            self._ids.setdefault(item, set()).add(image_id)
        digests = {item.lower() for item in named if _DIGEST.match(item)}
        by_digest = Image.objects.filter(sha256__in=digests, pk__in=sent.values("image"))
        self._by_digest = dict(by_digest.values_list("sha256", "pk"))

    def get(self, item: str) -> int:
        """Return the id of the one image with this external id, or else this SHA-256. Raises CannotTake."""
        found = self._ids.get(item, set())
        if not found and (image_id := self._by_digest.get(item.lower())):
            return image_id
        if not found:
            raise CannotTake(f"The source {self._source} has sent no image called {item!r}.")
        if len(found) > 1:
            raise CannotTake(
                f"{len(found)} images of the source {self._source} are called {item!r}: name one by its SHA-256."
            )
        return next(iter(found))


class People:
    """The people who labeled for a source elsewhere. Each is made at their first label, and cannot log in.

    Their name here is `source:name`. No login can have a colon in it, and no source either, so they clash with nobody,
    and the same name at two sources is two people.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._ids: dict[str, int] = {}

    def get(self, name: str) -> int:
        """Return the id of the person with this name elsewhere, made if need be. Raises CannotTake."""
        if name not in self._ids:
            self._ids[name] = self._person(name).pk
        return self._ids[name]

    def _person(self, name: str) -> Person:
        if len(name) > LONGEST_NAME:
            raise CannotTake(f"The labeler's name has over {LONGEST_NAME} characters.")
        if not name.isprintable():
            raise CannotTake(f"The labeler's name {name!r} has characters that cannot be shown.")
        known, _ = Person.objects.get_or_create(
            username=f"{self._source}:{name}",
            defaults={"is_active": False, "password": make_password(None), "date_joined": clock.now()},
        )
        if known.is_active:
            raise CannotTake(f"{known.username!r} can log in here, and so is nobody from elsewhere.")
        return known


def draw_slice(*, image_ids: Sequence[int], policy: Policy) -> None:
    """Draw the images' copy groups for the policy's random slice, those that have not been drawn yet."""
    groups = Image.objects.filter(pk__in=image_ids).values_list("group", flat=True).distinct()
    now = clock.now()
    draws = [SliceDraw(group_id=group, policy=policy, p=policy.slice_share, drawn_at=now) for group in groups]
    SliceDraw.objects.bulk_create(draws, ignore_conflicts=True)

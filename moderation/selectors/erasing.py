"""Which images can be erased: what has outlived its sources' retention, and what somebody names."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)

from labeling import clock
from labeling.models import Arrival, DecisionWithdrawal, Image, Source
from labeling.selectors.exemplars import current_exemplars
from labeling.selectors.gold import standing_gold
from moderation.models import BankEntry, IncomingFile

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Chosen:
    """What somebody wants to have erased: `images`; `elsewhere`, those that are kept since others sent them too.

    `refused` are files of the source that were not taken in, and whose bytes wait for a retry.
    """

    images: QuerySet[Image]
    elsewhere: QuerySet[Image]
    refused: QuerySet[IncomingFile]


def outlived() -> QuerySet[Image]:
    """Return the images whose every arrival is older than its source keeps them, the oldest first.

    Left out is what works for people: bank entries that are not disabled, standing gold, exemplars of the guidelines.
    No image is older than its first arrival, so what is younger than the shortest retention is not looked at.
    """
    shortest = Source.objects.aggregate(days=Min("retention_days"))["days"]
    if shortest is None:
        return Image.objects.none()
    old = Image.objects.filter(erased_at=None, created_at__lte=clock.now() - shortest * DAY)
    arrivals = Arrival.objects.filter(image=OuterRef("pk"))
    keeping = arrivals.filter(Q(source__retention_days=None) | Q(recorded_at__gt=_kept_since("source__retention_days")))
    return not_at_work(old.filter(Exists(arrivals), ~Exists(keeping))).order_by("created_at", "pk")


def outlived_files() -> QuerySet[IncomingFile]:
    """Return the refused files that were last tried longer ago than their source keeps images."""
    refused = IncomingFile.objects.filter(state=IncomingFile.State.FAILED).exclude(storage_key="")
    return refused.filter(changed_at__lte=_kept_since("source__retention_days"))


def not_at_work(images: QuerySet[Image]) -> QuerySet[Image]:
    """Return those with which nothing is decided, measured or explained now."""
    gone = Exists(DecisionWithdrawal.objects.filter(decision=OuterRef("decision")))
    bank = BankEntry.objects.filter(~gone, image=OuterRef("pk"), disabled_at=None)
    gold = standing_gold().filter(adjudication__image=OuterRef("pk"))
    shown = current_exemplars().filter(image=OuterRef("pk"))
    return images.filter(~Exists(bank), ~Exists(gold), ~Exists(shown))


def chosen(source: Source, *, external_ids: Collection[str], before: datetime | None, everywhere: bool) -> Chosen:
    """Return what came in from a source: under these ids, or all; last `before` a moment, or at any time.

    What other sources sent as well is chosen with `everywhere` only.
    """
    arrivals = Arrival.objects.filter(source=source)
    refused = IncomingFile.objects.filter(source=source, state=IncomingFile.State.FAILED).exclude(storage_key="")
    named = arrivals
    if external_ids:
        named, refused = named.filter(external_id__in=external_ids), refused.filter(external_id__in=external_ids)
    images = Image.objects.filter(pk__in=named.values("image"), erased_at=None)
    if before:
        images = images.filter(~Exists(arrivals.filter(image=OuterRef("pk"), recorded_at__gte=before)))
        refused = refused.filter(changed_at__lt=before)
    shared = Exists(Arrival.objects.filter(image=OuterRef("pk")).exclude(source=source))
    if everywhere:
        return Chosen(images, images.none(), refused)
    return Chosen(images.filter(~shared), images.filter(shared), refused)


def unknown_ids(source: Source, external_ids: Collection[str]) -> list[str]:
    """Return the ids under which nothing ever came in from the source, in their order."""
    known: set[str] = set()
    for rows in (Arrival.objects, IncomingFile.objects):
        known.update(rows.filter(source=source, external_id__in=external_ids).values_list("external_id", flat=True))
    return [each for each in dict.fromkeys(external_ids) if each not in known]


def byte_size(images: QuerySet[Image]) -> int:
    """Return how many bytes their originals have."""
    return images.order_by().aggregate(total=Sum("byte_size"))["total"] or 0


def _kept_since(days: str) -> ExpressionWrapper:
    """Return the moment since when an image of a source is kept; nothing for one that keeps for ever."""
    retention = ExpressionWrapper(F(days) * Value(DAY), output_field=DurationField())
    return ExpressionWrapper(Value(clock.now()) - retention, output_field=DateTimeField())

"""Where images are on their way, under any policy."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models import DecisionWithdrawal, Image, PeopleDecision, QueueEntry

_OPEN = Q(state=QueueEntry.State.OPEN)
_FOR_ADJUDICATOR = Q(purpose=QueueEntry.Purpose.ADJUDICATION)


class Stage(models.TextChoices):
    """An image is in one stage per policy, so it may be found in several."""

    WAITING = "waiting", _("waiting")
    ON_SCREEN = "on_screen", _("on a screen now")
    ADJUDICATION = "adjudication", _("needs adjudication")
    DECIDED = "decided", _("decided")
    NOWHERE = "nowhere", _("in no queue")
    ERASED = "erased", _("erased")


def in_stage(images: QuerySet[Image], stage: str) -> QuerySet[Image]:
    """Return the images that are in this stage under some policy; `nowhere` and `erased`: under all."""
    leased = Q(leased_until__gt=clock.now())
    free = Q(leased_until=None) | Q(leased_until__lte=clock.now())
    if stage == Stage.WAITING:
        return images.filter(_entry(~_FOR_ADJUDICATOR & free))
    if stage == Stage.ON_SCREEN:
        return images.filter(_entry(~_FOR_ADJUDICATOR & leased))
    if stage == Stage.ADJUDICATION:
        return images.filter(_entry(_FOR_ADJUDICATOR))
    if stage == Stage.DECIDED:
        return images.filter(_decision())
    if stage == Stage.NOWHERE:
        return images.filter(~_entry(Q()), ~_decision(), ~_of_group(), erased_at=None)
    return images.filter(erased_at__isnull=False)


def decided_as(images: QuerySet[Image], category_id: int) -> QuerySet[Image]:
    """Return the images whose current decision under the category's policy is this category."""
    return images.filter(_decision(category=category_id))


def with_stages(images: QuerySet[Image]) -> QuerySet[Image]:
    """Fetch, in two more queries, what `stages_of` asks each image for.

    Of a copy also on which image of its group the question is asked or answered, and what the answer is.
    """
    entries = QueueEntry.objects.filter(_OPEN).select_related("policy").order_by("policy__name", "id")
    decisions = PeopleDecision.objects.filter(withdrawal=None).select_related("policy", "category").order_by("id")
    asked = QueueEntry.objects.filter(_OPEN, image__group=OuterRef("group"), reserved_for=None)
    answered = PeopleDecision.objects.filter(withdrawal=None, image__group=OuterRef("group"))
    images = images.annotate(
        asked_of=Subquery(asked.order_by("id").values("image")[:1]),
        answered_of=Subquery(answered.order_by("id").values("image")[:1]),
        answered_as=Subquery(answered.order_by("id").values("category__name")[:1]),
    )
    return images.prefetch_related(
        Prefetch("entries", queryset=entries, to_attr="open_entries"),
        Prefetch("decisions", queryset=decisions, to_attr="current_decisions"),
    )


def stages_of(image: Any) -> list[tuple[str, str]]:
    """Return (policy, stage in words) for an image from `with_stages`; a decided one names its category."""
    found = [(str(each.policy), str(each.category)) for each in image.current_decisions]
    found += [(str(entry.policy), str(_stage(entry).label)) for entry in image.open_entries]
    return sorted(found) or [("", _as_copy(image) or str((Stage.ERASED if image.erased_at else Stage.NOWHERE).label))]


def _as_copy(image: Any) -> str:
    """Say what holds for a copy of which nothing is asked by itself; empty for any other image."""
    if image.answered_of:
        words = {"category": image.answered_as, "image": image.answered_of}
        return _now("%(category)s, as a copy of image %(image)s") % words
    return _now("waits as a copy of image %s") % image.asked_of if image.asked_of else ""


def _stage(entry: QueueEntry) -> Stage:
    if entry.purpose == QueueEntry.Purpose.ADJUDICATION:
        return Stage.ADJUDICATION
    return Stage.ON_SCREEN if entry.leased_until and entry.leased_until > clock.now() else Stage.WAITING


def _entry(condition: Q) -> Exists:
    return Exists(QueueEntry.objects.filter(_OPEN & condition, image=OuterRef("pk")))


def _of_group() -> Q:
    """Whether another image of the group is asked about, or decided: then so is this one."""
    asked = QueueEntry.objects.filter(_OPEN, image__group=OuterRef("group"))
    withdrawn = Exists(DecisionWithdrawal.objects.filter(decision=OuterRef("pk")))
    return Q(Exists(asked)) | Q(Exists(PeopleDecision.objects.filter(~withdrawn, image__group=OuterRef("group"))))


def _decision(**conditions: int) -> Exists:
    # NOT EXISTS, not a LEFT JOIN: from that PostgreSQL expects hardly any standing decision, and plans for as few.
    withdrawn = Exists(DecisionWithdrawal.objects.filter(decision=OuterRef("pk")))
    return Exists(PeopleDecision.objects.filter(~withdrawn, image=OuterRef("pk"), **conditions))

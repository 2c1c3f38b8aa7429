"""All that happened to an image, in order of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from labeling.models import Adjudication, Arrival, Erasure, Image, Label, PeopleDecision, QueueEntry
from labeling.models.facts import Withdrawal

# The same picture may arrive a thousand times a day; its page shows the latest of each kind.
LATEST = 200


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history. `who` is empty for what happened by itself, `policy` for what concerns none."""

    at: datetime
    what: str
    policy: str = ""
    who: str = ""
    detail: str = ""


def image_history(image: Image) -> list[Event]:
    """Return all that happened to the image, with what was taken back, and how it was erased."""
    events = [*_arrivals(image), *_entries(image), *_labels(image), *_adjudications(image), *_decisions(image)]
    return sorted([*events, *_erasure(image)], key=lambda event: event.at)


def _arrivals(image: Image) -> Iterator[Event]:
    for arrival in Arrival.objects.filter(image=image).select_related("source").order_by("-id")[:LATEST]:
        yield Event(arrival.recorded_at, _("arrived"), detail=str(arrival))


def _entries(image: Image) -> Iterator[Event]:
    for entry in QueueEntry.objects.filter(image=image).select_related("policy").order_by("-id")[:LATEST]:
        detail = f"{entry.get_purpose_display()}: {entry.get_why_display()} ({entry.get_state_display()})"
        yield Event(entry.opened_at, _("queued"), str(entry.policy), detail=detail)


def _labels(image: Image) -> Iterator[Event]:
    labels = Label.objects.filter(image=image).order_by("-id")
    for label in labels.select_related("policy", "labeler", "category", "withdrawal__withdrawn_by")[:LATEST]:
        said = label.category or ", ".join(filter(None, [label.get_verdict_display(), label.get_reason_display()]))
        yield Event(label.recorded_at, _("label"), str(label.policy), str(label.labeler), str(said))
        yield from _withdrawal(label, _("label taken back"), str(said))


def _adjudications(image: Image) -> Iterator[Event]:
    found = Adjudication.objects.filter(image=image).order_by("-id")
    for each in found.select_related("policy", "adjudicator", "category", "withdrawal__withdrawn_by")[:LATEST]:
        detail = f"{each.category} ({each.get_cause_display()}): {each.reason}"
        yield Event(each.decided_at, _("adjudication"), str(each.policy), str(each.adjudicator), detail)
        yield from _withdrawal(each, _("adjudication taken back"), str(each.category))


def _decisions(image: Image) -> Iterator[Event]:
    found = PeopleDecision.objects.filter(image=image).order_by("-id")
    for each in found.select_related("policy", "category", "withdrawal__withdrawn_by")[:LATEST]:
        yield Event(each.decided_at, _("decision"), str(each.policy), detail=str(each.category))
        yield from _withdrawal(each, _("decision withdrawn"), str(each.category))


def _erasure(image: Image) -> Iterator[Event]:
    for each in Erasure.objects.filter(image=image).select_related("erased_by"):
        yield Event(each.erased_at, _("erased"), who=str(each.erased_by or ""), detail=each.why)


def _withdrawal(fact: Label | Adjudication | PeopleDecision, what: str, of: str) -> Iterator[Event]:
    taken: Withdrawal | None = getattr(fact, "withdrawal", None)
    if taken is not None:
        who = str(taken.withdrawn_by) if taken.withdrawn_by else ""
        yield Event(taken.withdrawn_at, what, str(fact.policy), who, f"{of}: {taken.cause}")

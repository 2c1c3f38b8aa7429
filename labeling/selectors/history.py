"""All that happened to a picture, in order of time: to an image, and to its copies, which share its decision."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from labeling.models import Adjudication, Arrival, Erasure, Image, Label, PeopleDecision, QueueEntry
from labeling.selectors.events import LATEST, Event, under, version_at, with_withdrawal
from labeling.selectors.history_copies import copies_found
from labeling.selectors.history_review import reviews


def image_history(image: Image, others: Iterable[Event] = ()) -> list[Event]:
    """Return all that happened to the image and its copies, with what was taken back, and how it was erased.

    `others` is what rooms know of it that may not be imported here.
    """
    group = image.group_id
    people = [*_entries(group), *_labels(group), *_adjudications(group), *_decisions(group), *reviews(group)]
    events = [*_arrivals(group), *copies_found(image), *people, *others, *_erasures(group)]
    return sorted(events, key=lambda event: event.at)


def _arrivals(group: int) -> Iterator[Event]:
    for arrival in Arrival.objects.filter(image__group=group).select_related("source").order_by("-id")[:LATEST]:
        yield Event(arrival.recorded_at, _("arrived"), arrival.image_id, detail=str(arrival))


def _entries(group: int) -> Iterator[Event]:
    entries = QueueEntry.objects.filter(image__group=group).select_related("policy", "reserved_for")
    for entry in entries.annotate(number=version_at("opened_at")).order_by("-id")[:LATEST]:
        detail = f"{entry.get_purpose_display()}: {entry.get_why_display()} ({entry.get_state_display()})"
        if entry.reserved_for:
            detail = _("%(what)s, for %(person)s") % {"what": detail, "person": entry.reserved_for}
        yield Event(entry.opened_at, _("queued"), entry.image_id, under(entry.policy, entry.number), detail=detail)


def _labels(group: int) -> Iterator[Event]:
    labels = Label.objects.filter(image__group=group).order_by("-id")
    labels = labels.select_related("policy_version__policy", "labeler", "category", "withdrawal__withdrawn_by")
    for label in labels[:LATEST]:
        said = str(label.category or ", ".join(filter(None, [label.get_verdict_display(), label.get_reason_display()])))
        detail = f"{said} ({label.get_purpose_display()})"
        line = Event(
            label.recorded_at, _("label"), label.image_id, str(label.policy_version), str(label.labeler), detail
        )
        yield from with_withdrawal(label, line, _("label taken back"), said)


def _adjudications(group: int) -> Iterator[Event]:
    found = Adjudication.objects.filter(image__group=group).order_by("-id")
    found = found.select_related("policy_version__policy", "adjudicator", "category", "withdrawal__withdrawn_by")
    for each in found[:LATEST]:
        detail = f"{each.category} ({each.get_cause_display()}): {each.reason}"
        version, who = str(each.policy_version), str(each.adjudicator)
        line = Event(each.decided_at, _("adjudication"), each.image_id, version, who, detail)
        yield from with_withdrawal(each, line, _("adjudication taken back"), str(each.category))


def _decisions(group: int) -> Iterator[Event]:
    found = PeopleDecision.objects.filter(image__group=group).order_by("-id")
    for each in found.select_related("policy_version__policy", "category", "withdrawal__withdrawn_by")[:LATEST]:
        said = str(each.category)
        line = Event(each.decided_at, _("decision"), each.image_id, str(each.policy_version), detail=said)
        yield from with_withdrawal(each, line, _("decision withdrawn"), said)


def _erasures(group: int) -> Iterator[Event]:
    for each in Erasure.objects.filter(image__group=group).select_related("erased_by"):
        yield Event(each.erased_at, _("erased"), each.image_id, who=str(each.erased_by or ""), detail=each.why)

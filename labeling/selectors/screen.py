"""What the labeling screen shows beside the images."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects

from labeling.models import Label, Person, Policy, PolicyVersion
from labeling.selectors.exemplars import shown_exemplars
from labeling.selectors.reach import within_reach


@dataclass(frozen=True)
class Answered:
    """One of a person's latest answers: to which assignment, in words, and when. `action` is its category's, or ""."""

    assignment: UUID
    said: str
    action: str
    at: datetime


def answered(*, person: Person, policy: Policy) -> list[Answered]:
    """Return the answers that the person can take back, the latest last."""
    labels = within_reach(person=person, policy_id=policy.pk).filter(assignment__isnull=False)
    return [_answered(label) for label in labels.select_related("category")][::-1]


def _answered(label: Label) -> Answered:
    said = label.category.name if label.category else label.get_verdict_display().capitalize()
    said = f"{said}: {label.get_reason_display()}" if label.reason else said
    assert label.assignment_id is not None  # noqa: S101 (the query has left others out)
    return Answered(label.assignment_id, said, label.category.action if label.category else "", label.decided_at)


def guideline_of(policy: Policy) -> PolicyVersion | None:
    """Return the newest version with the text of every category and its exemplars (`shown` on each guideline).

    None before the first is published.
    """
    version = policy.versions.prefetch_related("guidelines__category").first()
    if version:
        shown = Prefetch("guidelines__exemplars", shown_exemplars(version), to_attr="shown")
        prefetch_related_objects([version], shown)
    return version

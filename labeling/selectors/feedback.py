"""What became of a person's own answers: how adjudicators settled those images. Nothing about other people's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Exists, OuterRef

from labeling.models import Adjudication, Category, FeedbackReading, Image, Label, PeopleDecision, Person, QueueEntry
from labeling.selectors.given import OPINION_PURPOSES
from labeling.selectors.gold import GOLD_BATCH, gold_results
from labeling.selectors.reach import within_reach

# An image is told of once, by the person's latest opinion on it: that it came again is not theirs to know.
_SETTLED = """
SELECT * FROM (
    SELECT DISTINCT ON (a.image_id, a.policy_id) l.id, a.id AS adjudication, a.decided_at,
        CASE WHEN l.category_id IS NULL THEN 'open' WHEN l.category_id = a.category_id THEN 'same' ELSE 'other' END
    FROM labeling_label l
    JOIN labeling_image i ON i.id = l.image_id
    JOIN labeling_image f ON f.group_id = i.group_id
    JOIN labeling_adjudication a ON a.image_id = f.id AND a.policy_id = l.policy_id
        AND a.decided_at >= l.recorded_at
    WHERE l.labeler_id = %(person)s AND l.purpose = ANY(%(purposes)s)
      AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id)
      AND NOT EXISTS (SELECT 1 FROM labeling_adjudicationwithdrawal w WHERE w.adjudication_id = a.id)
    ORDER BY a.image_id, a.policy_id, a.decided_at DESC, a.id DESC, l.id DESC
) settled
ORDER BY decided_at DESC, id DESC
"""


class Compared(StrEnum):
    """The person's answer beside the adjudicator's; `open` if it named no category."""

    OTHER = "other"
    OPEN = "open"
    SAME = "same"


class Settled(NamedTuple):
    """One of the person's labels, and the adjudication of its image since; both by id."""

    label_id: int
    adjudication_id: int
    decided_at: datetime
    compared: str


@dataclass(frozen=True)
class Told:
    """What the person is told of one image. `has_picture`: it may be shown to them."""

    label: Label
    adjudication: Adjudication
    compared: str
    has_picture: bool


def settled(person: Person) -> list[Settled]:
    """Return the person's standing opinions on images that were adjudicated since.

    Those that differ come first, then those that named no category; within each the latest adjudication first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, {"person": person.pk, "purposes": [each.value for each in OPINION_PURPOSES]})
        rows = [Settled(*row) for row in cursor.fetchall()]
    order = list(Compared)
    return sorted(rows, key=lambda row: order.index(Compared(row.compared)))


def told(rows: Sequence[Settled]) -> list[Told]:
    """Return what is shown of these, in the same order."""
    labels = Label.objects.select_related("category", "policy", "image").in_bulk([row.label_id for row in rows])
    outcomes = Adjudication.objects.select_related("category").in_bulk([row.adjudication_id for row in rows])
    pictures = pictured(list(labels.values()))
    return [
        Told(labels[row.label_id], outcomes[row.adjudication_id], row.compared, row.label_id in pictures)
        for row in rows
    ]


def pictured(labels: Sequence[Label]) -> set[int]:
    """Return which of these labels the person may see the image of again.

    Not one whose bytes are gone, that the person called a restricted category, or of which any copy was decided to
    be one. What somebody else called it does not count: a missing picture would tell of their answer.
    """
    hidden = {label.pk for label in labels if label.category and label.category.restricted}
    if Category.objects.filter(restricted=True).exists():
        restricted = PeopleDecision.objects.filter(
            withdrawal=None, category__restricted=True, image__group=OuterRef("group")
        )
        images = Image.objects.filter(Exists(restricted), pk__in=[label.image_id for label in labels])
        found = set(images.values_list("pk", flat=True))
        hidden |= {label.pk for label in labels if label.image_id in found}
    return {label.pk for label in labels if label.pk not in hidden and label.image.thumb_key}


def unread(person: Person, rows: Sequence[Settled] | None = None) -> int:
    """Return how much came since the person last read: outcomes, and complete batches of known answers."""
    rows = settled(person) if rows is None else rows
    last = last_reading(person)
    if last is None:
        return len(rows) + gold_batches(person)
    fresh = sum(row.decided_at > last.read_at for row in rows)
    return fresh + max(gold_batches(person) - last.gold_batches, 0)


def last_reading(person: Person) -> FeedbackReading | None:
    """Return when the person last read."""
    return FeedbackReading.objects.filter(person=person).order_by("-read_at", "-id").first()


def gold_batches(person: Person) -> int:
    """Return how many complete batches of gold the person has answered, over all policies."""
    given = Label.objects.filter(labeler=person, purpose=QueueEntry.Purpose.GOLD, withdrawal=None)
    counts = given.order_by().values_list("policy").annotate(Count("id"))
    return sum(_complete(person, policy_id, count) for policy_id, count in counts if count >= GOLD_BATCH)


def _complete(person: Person, policy_id: int, count: int) -> int:
    """Return how many batches `count` answers make without those that can be taken back yet, as `selectors.gold`."""
    undoable = within_reach(person=person, policy_id=policy_id).filter(purpose=QueueEntry.Purpose.GOLD).count()
    return (count - undoable) // GOLD_BATCH


def told_label(person: Person, label_id: int) -> Label | None:
    """Return the person's own label if they are told of it and may see its image: an outcome, or a miss of gold."""
    label = Label.objects.select_related("category", "image").filter(pk=label_id, labeler=person).first()
    if label is None or label.pk not in pictured([label]):
        return None
    if any(row.label_id == label_id for row in settled(person)):
        return label
    misses = (miss for batch in gold_results(person) for miss in batch.misses)
    return label if any(miss.label.pk == label_id for miss in misses) else None

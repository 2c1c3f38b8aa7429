"""That a person has read their feedback."""

from datetime import datetime

from labeling.models import FeedbackReading, Person
from labeling.selectors.feedback import gold_batches, unread


def mark_read(*, person: Person, at: datetime) -> None:
    """Record that the person has read what there was at this moment; nothing where nothing was new."""
    if unread(person):
        FeedbackReading.objects.create(person=person, read_at=at, gold_batches=gold_batches(person))

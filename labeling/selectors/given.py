"""What people and machines have given about a picture, one row each: what a case is made of (`selectors.cases`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from labeling.models import QueueEntry
from labeling.ordering import Place

# Opinions on what an image shows; repeats and gold measure people instead.
OPINION_PURPOSES = frozenset({QueueEntry.Purpose.FIRST, QueueEntry.Purpose.SECOND})


@dataclass(frozen=True, slots=True)
class GivenLabel:
    """A label on the image; `standing` unless it was taken back."""

    id: int
    labeler_id: int
    purpose: str
    verdict: str
    category_id: int | None
    assignment_id: str | None
    image_id: int
    standing: bool
    version_id: int
    recorded_at: datetime

    @property
    def is_opinion(self) -> bool:
        """Whether it says what the image shows."""
        return self.purpose in OPINION_PURPOSES


@dataclass(frozen=True, slots=True)
class GivenDecision:
    """A decision of people on the image, current unless withdrawn."""

    id: int
    category_id: int
    adjudication_id: int | None
    image_id: int
    withdrawal_id: int | None


@dataclass(frozen=True, slots=True)
class GivenAdjudication:
    """An adjudicator's answer that was not taken back."""

    id: int
    category_id: int
    image_id: int
    version_id: int
    decided_at: datetime


class ModelAnswer(NamedTuple):
    """What a model holds most probable: the key of a category, the first of equals."""

    version: int
    says: str


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """An open queue entry that asks for an opinion or an adjudicator."""

    id: int
    image_id: int
    purpose: str
    why: str
    asked_after_id: int | None
    place: Place

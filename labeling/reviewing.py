"""Who is to look again at an image that is decided, and whether somebody has.

Pure; no Django here. A request to look again leaves the decision as it is: only a different answer takes it back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from labeling.consensus import CANNOT_JUDGE_LIMIT

# The reasons of requests to look again (QueueEntry.Why).
REASONS = ("model", "rare", "suspect", "recheck", "copy")


class Wish(NamedTuple):
    """What is wanted: `purpose` second or adjudication, `why` (QueueEntry.Why), and on which image.

    Nothing but a copy is asked about by itself: else the group's exemplar is shown.
    """

    purpose: str
    why: str
    copy_id: int | None = None

    @property
    def again(self) -> bool:
        """Whether another person is to look at what is decided."""
        return self.purpose == "second" and self.why in REASONS


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody is to look again: `purpose` second or adjudication, at a decision that rests on so many `opinions`.

    `value` is the expected loss of leaving it, in grades.

    Why `copy`: whether `image_id`, which came after the decision, is what was decided about.
    """

    id: int
    purpose: str
    why: str
    opinions: int
    image_id: int
    value: float
    requested_at: datetime


class Said(NamedTuple):
    """One standing opinion, and when it was recorded."""

    verdict: str
    category_id: int | None
    image_id: int
    recorded_at: datetime


def wish(
    requests: Sequence[Request],
    opinions: Sequence[Said],
    *,
    category_id: int,
    by_adjudicator: bool,
    erased: Collection[int] = (),
) -> Wish | None:
    """Return what the pending requests ask of people about a decision that says `category_id`, or None.

    `requests` are those that no adjudicator has answered since. An adjudicator's question comes before any other: the
    answer settles both. A decision of an adjudicator's outranks later opinions, so a further opinion that was asked
    for and differs asks the adjudicator again; one of people's has fallen by then (`consensus.weigh`). Nobody can look
    at a copy that is among the `erased`.
    """
    for request in requests:
        if request.purpose == "adjudication":
            return Wish("adjudication", request.why)
    open_one = None
    for request in requests:
        answers = [said for said in opinions if said.recorded_at > request.requested_at]
        if by_adjudicator and (why := _differs(answers, category_id)):
            return Wish("adjudication", why)
        copy_id = request.image_id if request.why == "copy" else None
        if open_one is None and copy_id not in erased and not _answered(request, opinions, answers):
            open_one = Wish("second", request.why, copy_id)
    return open_one


def _differs(answers: Sequence[Said], category_id: int) -> str:
    """Return how the answers differ: in conflict, unsure, or not at all, which is empty."""
    if any(said.verdict == "category" and said.category_id != category_id for said in answers):
        return "conflict"
    return "unsure" if any(said.verdict == "unsure" for said in answers) else ""


def _answered(request: Request, opinions: Sequence[Said], answers: Sequence[Said]) -> bool:
    """Whether one more person than the decision rests on has named a category since, or people cannot judge it.

    Counting alone would not do after an adjudication, which rests on few opinions of many; the time alone would not do
    where the only person took the answer back and gave another. Whether a copy is one, only a look at it can tell.
    """
    if request.why == "copy":
        answers = [said for said in answers if said.image_id == request.image_id]
        return any(said.verdict == "category" for said in answers) or len(answers) >= CANNOT_JUDGE_LIMIT
    if sum(said.verdict == "cannot_judge" for said in answers) >= CANNOT_JUDGE_LIMIT:
        return True
    named = sum(said.verdict == "category" for said in opinions)
    return named > request.opinions and any(said.verdict == "category" for said in answers)

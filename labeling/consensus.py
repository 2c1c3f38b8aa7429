"""What follows from people's opinions on one image: a decision, a further opinion, or an adjudicator.

Pure; no Django here. The one place where this rule stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# So many people who cannot judge an image are a sign that somebody must look into it.
CANNOT_JUDGE_LIMIT = 2


class Next(StrEnum):
    """What an image needs."""

    DECISION = "decision"
    OPINION = "opinion"
    ADJUDICATION = "adjudication"


@dataclass(frozen=True)
class Opinion:
    """One standing label: `verdict` is category, unsure or cannot_judge."""

    verdict: str
    category_id: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What is next and why; `category_id` for decisions; `opinions`: how many people named a category."""

    next: Next
    why: str
    opinions: int
    category_id: int | None = None


def weigh(opinions: Sequence[Opinion], *, required: int) -> Outcome:
    """Return what follows from the standing opinions when `required` people must agree.

    `unsure` always goes to an adjudicator: it is an opinion about the guideline. `cannot_judge` is none about the
    image, so the image is offered to somebody else, until CANNOT_JUDGE_LIMIT people could not judge it.
    """
    named = [opinion.category_id for opinion in opinions if opinion.verdict == "category"]
    if any(opinion.verdict == "unsure" for opinion in opinions):
        return Outcome(Next.ADJUDICATION, "unsure", len(named))
    if len(set(named)) > 1:
        return Outcome(Next.ADJUDICATION, "conflict", len(named))
    if len(named) >= required:
        return Outcome(Next.DECISION, "agreement", len(named), named[0])
    if sum(opinion.verdict == "cannot_judge" for opinion in opinions) >= CANNOT_JUDGE_LIMIT:
        return Outcome(Next.ADJUDICATION, "cannot_judge", len(named))
    return Outcome(Next.OPINION, "opinions" if named else "arrival", len(named))

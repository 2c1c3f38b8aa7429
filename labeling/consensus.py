"""What follows from people's opinions on one image: a decision, a further opinion, or an adjudicator.

Pure; no Django here. The one place where this rule stands.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# So many people who cannot judge an image are a sign that somebody must look into it.
CANNOT_JUDGE_LIMIT = 2
# So many people who are unsure say that the guideline is.
UNSURE_LIMIT = 2
# After an unsure it takes so many who agree; after a conflict, where a tie-break is wanted, so many in all.
AFTER_UNSURE = 2
TIE_BREAK_AT = 3


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
    """What is next and why (QueueEntry.Why, or agreement).

    `category_id` is set for decisions; `opinions` is then how many people agree, else how many named a category.
    """

    next: Next
    why: str
    opinions: int
    category_id: int | None = None


def weigh(opinions: Sequence[Opinion], *, required: int, second_on_unsure: bool, tie_break: bool) -> Outcome:
    """Return what follows from the standing opinions when `required` people must agree.

    `unsure` is an opinion about the guideline: it goes to an adjudicator, with `second_on_unsure` only when a second
    person is unsure too; one is overruled by AFTER_UNSURE people who agree. People who name different categories go to
    an adjudicator, with `tie_break` only when a third opinion leaves no majority of two thirds. `cannot_judge` is none
    about the image, so the image is offered to somebody else, until CANNOT_JUDGE_LIMIT people could not judge it.
    """
    count = Counter(opinion.category_id for opinion in opinions if opinion.verdict == "category")
    verdicts = Counter(opinion.verdict for opinion in opinions)
    if verdicts["unsure"] >= (UNSURE_LIMIT if second_on_unsure else 1):
        return Outcome(Next.ADJUDICATION, "unsure", count.total())
    if verdicts["unsure"]:
        required = max(required, AFTER_UNSURE)
    if len(count) > 1:
        outcome = _tie(count, required=required) if tie_break else _conflict(count)
    elif count.total() >= required:
        outcome = Outcome(Next.DECISION, "agreement", count.total(), next(iter(count)))
    else:
        outcome = _few(count.total(), unsure=verdicts["unsure"] > 0)
    if outcome.next is Next.OPINION and verdicts["cannot_judge"] >= CANNOT_JUDGE_LIMIT:
        why = outcome.why if outcome.why in ("conflict", "unsure") else "cannot_judge"
        return Outcome(Next.ADJUDICATION, why, outcome.opinions)
    return outcome


def _few(named: int, *, unsure: bool) -> Outcome:
    """Too few have named a category."""
    why = "unsure" if unsure else "opinions" if named else "arrival"
    return Outcome(Next.OPINION, why, named)


def _conflict(count: Counter[int | None]) -> Outcome:
    return Outcome(Next.ADJUDICATION, "conflict", count.total())


def _tie(count: Counter[int | None], *, required: int) -> Outcome:
    """Two thirds decide; where those still missing could make two thirds, they are asked."""
    (category_id, most), named = count.most_common(1)[0], count.total()
    missing = max(max(required, TIE_BREAK_AT) - named, 0)
    if 3 * (most + missing) < 2 * (named + missing):
        return _conflict(count)
    if missing:
        return Outcome(Next.OPINION, "conflict", named)
    return Outcome(Next.DECISION, "agreement", most, category_id)

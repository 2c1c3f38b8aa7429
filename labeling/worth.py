"""What looking again is worth: the chance that the decision is wrong, times what that costs. Pure; no Django here.

The value of looking again is that of the loss which it can avert: R. A. Howard, "Information value theory", IEEE
Transactions on Systems Science and Cybernetics 2 (1966) 22-26. A further look costs the same on every image, so the
highest expected loss comes first.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

# A block that should be none, or the other way round, weighs like so many grades on top of the difference in grade.
BLOCKING = 2.0
# What is measured counts fully only after some answers: the chance that a model gives is worth so many of them.
PRIOR_ANSWERS = 20
# Where no model has judged the image: about the share of decisions by one person that a second one contradicts.
UNKNOWN_CHANCE = 0.1


# Categories are told apart by whatever the caller knows them by.
K = TypeVar("K", bound=Hashable)


class Kind(NamedTuple):
    """What counts of a category: its grade of severity, and whether its images are blocked."""

    grade: int
    blocks: bool


class Measured(NamedTuple):
    """Of the `answers` to questions that were asked for the same reason, so many `differed` from the decision."""

    differed: int = 0
    answers: int = 0


def cost(decided: Kind, true: Kind) -> float:
    """Return what it costs that the decision says `decided` where `true` holds, in grades; 0 if they are alike."""
    return abs(decided.grade - true.grade) + (BLOCKING if decided.blocks != true.blocks else 0.0)


def worth(decided: K, *, kinds: Mapping[K, Kind], probabilities: Mapping[K, float] | None, measured: Measured) -> float:
    """Return the expected loss of the decision `decided`, in grades.

    `kinds` has every category of the policy by its key; `probabilities` are the model's, by the same keys, or None
    where it has not judged the image: then all other categories count alike. The model's chance that the decision is
    wrong is drawn towards the measured share of decisions that a second person contradicted, the more so the more
    answers there are (posterior mean under a beta prior that weighs PRIOR_ANSWERS answers).
    """
    others = [key for key in kinds if key != decided]
    weights = {key: 1.0 if probabilities is None else probabilities.get(key, 0.0) for key in others}
    total = sum(weights.values())
    if not total:
        return 0.0
    chance = UNKNOWN_CHANCE if probabilities is None else min(total, 1.0)
    chance = (PRIOR_ANSWERS * chance + measured.differed) / (PRIOR_ANSWERS + measured.answers)
    loss = sum(weight * cost(kinds[decided], kinds[key]) for key, weight in weights.items()) / total
    return chance * loss


def undecided(said: Sequence[K | None], kinds: Mapping[K, Kind]) -> float:
    """Return the expected loss of the best guess at what people differ on, in grades: what is lost if nobody looks.

    `said`: what each of them said, None for unsure or cannot judge, which counts for all categories alike.
    """
    belief = _belief(said, kinds)
    return min((_loss(guess, belief, kinds) for guess in kinds), default=0.0)


def doubted(decided: K, said: Sequence[K | None], kinds: Mapping[K, Kind]) -> float:
    """Return the expected loss of a decision that stands although people said otherwise; `said` as in `undecided`."""
    return _loss(decided, _belief([decided, *said], kinds), kinds)


def _belief(said: Sequence[K | None], kinds: Mapping[K, Kind]) -> dict[K, int]:
    """Return how much speaks for each category, in whole numbers. Nobody is certain: one more counts for all alike."""
    unknown = 1 + sum(each not in kinds for each in said)
    return {key: len(kinds) * sum(each == key for each in said) + unknown for key in kinds}


def _loss(guess: K, belief: Mapping[K, int], kinds: Mapping[K, Kind]) -> float:
    return sum(weight * cost(kinds[guess], kinds[key]) for key, weight in belief.items()) / sum(belief.values())

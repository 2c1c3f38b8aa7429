"""What a second opinion is worth: the chance that the decision is wrong, times what that costs. Pure; no Django here.

The value of looking again is that of the loss which it can avert: R. A. Howard, "Information value theory", IEEE
Transactions on Systems Science and Cybernetics 2 (1966) 22-26. A second opinion costs the same on every image, so the
highest expected loss comes first.
"""

from collections.abc import Mapping
from typing import NamedTuple

# A block that should be none, or the other way round, weighs like so many grades on top of the difference in grade.
BLOCKING = 2.0
# What is measured counts fully only after some answers: the chance that a model gives is worth so many of them.
PRIOR_ANSWERS = 20
# Where no model has judged the image: about the share of decisions by one person that a second one contradicts.
UNKNOWN_CHANCE = 0.1


class Kind(NamedTuple):
    """What counts of a category: its grade of severity, and whether its images are blocked."""

    grade: int
    blocks: bool


class Measured(NamedTuple):
    """Of the `answers` to second opinions that were asked for the same reason, so many `differed`."""

    differed: int = 0
    answers: int = 0


def cost(decided: Kind, true: Kind) -> float:
    """Return what it costs that the decision says `decided` where `true` holds, in grades; 0 if they are alike."""
    return abs(decided.grade - true.grade) + (BLOCKING if decided.blocks != true.blocks else 0.0)


def worth(
    decided: str, *, kinds: Mapping[str, Kind], probabilities: Mapping[str, float] | None, measured: Measured
) -> float:
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

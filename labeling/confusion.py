"""How a model's answers compare with people's decisions. Pure; no Django here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from labeling.intervals import Share, share

# Where the model says that it is so sure. The last one includes 1.
BANDS = (0.0, 0.5, 0.7, 0.9, 1.0)


class Compared(NamedTuple):
    """One image: people's category, the model's answer, and the probability that the model gave to its answer."""

    people: str
    model: str
    top: float

    @property
    def agree(self) -> bool:
        """Whether the model answers as people decided."""
        return self.people == self.model


@dataclass(frozen=True)
class CategoryResult:
    """One category: of what people decided so, how much the model finds; of what the model calls so, how much is."""

    key: str
    recall: Share
    precision: Share


@dataclass(frozen=True)
class Band:
    """Images on which the model is about equally sure: how sure on average, and how often it is right."""

    low: float
    high: float
    mean_top: float
    accuracy: Share


def answer(categories: Sequence[str], probabilities: Sequence[float]) -> tuple[str, float]:
    """Return the most probable category, the first of equals, and its probability."""
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    return categories[best], probabilities[best]


def accuracy(compared: Sequence[Compared]) -> Share:
    """Return how often the model answers as people decided."""
    return share(sum(each.agree for each in compared), len(compared))


def confusion(compared: Sequence[Compared], *, people: Sequence[str], model: Sequence[str]) -> list[list[int]]:
    """Return the counts, a row for each of people's categories, a column for each of the model's answers."""
    counts = Counter((each.people, each.model) for each in compared)
    return [[counts[row, column] for column in model] for row in people]


def by_category(compared: Sequence[Compared], keys: Sequence[str]) -> list[CategoryResult]:
    """Return recall and precision of each category, with how many images each rests on."""
    found = Counter(each.people for each in compared if each.agree)
    wanted, said = Counter(each.people for each in compared), Counter(each.model for each in compared)
    return [CategoryResult(key, share(found[key], wanted[key]), share(found[key], said[key])) for key in keys]


def bands(compared: Sequence[Compared]) -> list[Band]:
    """Return the reliability of the model's own sureness: in a well calibrated one both numbers of a band agree.

    After M. H. DeGroot and S. E. Fienberg, "The comparison and evaluation of forecasters", The Statistician 32 (1983),
    12-22. Bands without images are left out.
    """
    found = []
    for low, high in pairwise(BANDS):
        inside = [each for each in compared if low <= each.top < high or each.top == high == BANDS[-1]]
        if inside:
            found.append(Band(low, high, mean_top(inside), accuracy(inside)))
    return found


def mean_top(compared: Sequence[Compared]) -> float:
    """Return how sure the model is of its answers on average; 0 for none."""
    return sum(each.top for each in compared) / len(compared) if compared else 0.0

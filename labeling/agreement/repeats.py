"""How a person agrees with themself, from a table of first against second judgements. Pure; no Django here.

What became of each category; noise and drift on a scale in order: labeling/agreement/drift.py.
"""

from dataclasses import dataclass

import numpy as np

from labeling.agreement import cohen
from labeling.agreement.bootstrap import RESAMPLES
from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.agreement.ratings import NEVER, IntArray, Ratings
from labeling.intervals import Share, share, tango


@dataclass(frozen=True)
class Shift:
    """By how much the share of a category changed from first to second judgements, with a 95 % interval; -1 to 1."""

    category: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class SelfConsistency:
    """Repeats of one person, or of many together. `pairs`: (person, item) pairs judged twice.

    `same`: pairs judged the same, with Wilson's interval; 1 minus it is the inconsistency. `kappa`: with pooled
    margins. `shifts`: how the share of each category changed. `missing`: pairs lacking before any of these are given;
    they are None and empty then.
    """

    pairs: int
    missing: int
    same: Share | None
    kappa: Estimate
    shifts: tuple[Shift, ...]


def table(ratings: Ratings, rater: int | None = None) -> IntArray:
    """Return (k, k) counts of first against second judgements, of one person (a place in `raters`) or of all."""
    k = len(ratings.categories)
    twice = ratings.again != NEVER
    if rater is not None:
        twice &= ratings.rater == rater
    return np.bincount(ratings.label[twice] * k + ratings.again[twice], minlength=k * k).reshape(k, k)


def self_consistency(
    ratings: Ratings,
    rater: int | None = None,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    minimum: int = MIN_PAIRS,
) -> SelfConsistency:
    """Return how consistent one person is (a place in `raters`), or all are; rows must have been in order of time.

    Where the order of the judgements is not known, the shifts mean nothing; the rest holds.
    """
    found = table(ratings, rater)
    pairs, least = int(found.sum()), max(minimum, 1)
    kappa = cohen.of_table(found, pooled=True, resamples=resamples, seed=seed, minimum=least)
    if pairs < least:
        return SelfConsistency(pairs, least - pairs, None, kappa, ())
    same = share(int(np.trace(found)), pairs)
    shifts = tuple(shift(found, place, name) for place, name in enumerate(ratings.categories))
    return SelfConsistency(pairs, 0, same, kappa, shifts)


def shift(table: IntArray, category: int, name: str) -> Shift:
    """Return how the share of one category changed, with Tango's interval, for a (k, k) table with a pair at least."""
    n, stayed = int(table.sum()), int(table[category, category])
    came, left = int(table[:, category].sum()) - stayed, int(table[category].sum()) - stayed
    return Shift(name, (came - left) / n, *tango(came, left, n))

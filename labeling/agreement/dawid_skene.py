"""What an item most likely is, when each person errs in their own way: Dawid and Skene's EM. Pure; no Django here.

A. P. Dawid and A. M. Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm", Applied
Statistics 28 (1979), 20-28. It needs people with many items each; with few labels per person, or where nearly all
items are of one category, the plain majority is often better.
"""

from dataclasses import dataclass

import numpy as np

from labeling.agreement.ratings import FloatArray, IntArray, Ratings

SMOOTHING = 0.01  # pseudo-counts, so that an error that was never seen is unlikely, not impossible
TOLERANCE = 1e-4
MOST_ROUNDS = 1_000


@dataclass(frozen=True, eq=False)
class DawidSkene:
    """The fitted model.

    `posterior`: (items, k), how likely each item is in each category; rows sum to 1. `prior`: (k,) shares of the
    categories. `confusion`: (raters, k, k), how likely each person says the second category where the first is true.
    `converged`: whether the posterior had settled after `rounds`.
    """

    posterior: FloatArray
    prior: FloatArray
    confusion: FloatArray
    log_likelihood: float
    rounds: int
    converged: bool


def fit(
    ratings: Ratings,
    *,
    smoothing: float = SMOOTHING,
    tolerance: float = TOLERANCE,
    most_rounds: int = MOST_ROUNDS,
) -> DawidSkene:
    """Return the model for the ratings, started from the shares of each item's labels; ValueError without ratings.

    `smoothing`: above 0, is added to every count of prior and confusion. `tolerance`: the largest change of the
    posterior at which it is taken as settled.
    """
    if not len(ratings.label) or smoothing <= 0:
        raise ValueError("There are no ratings." if smoothing > 0 else "The smoothing must be above 0.")
    k, raters = len(ratings.categories), len(ratings.raters)
    said = ratings.rater * k + ratings.label  # a cell for each person and word of theirs
    by_item = _Sums(ratings.item, said, len(ratings.items))
    by_cell = _Sums(said, ratings.item, raters * k)
    counts = ratings.counts() + smoothing
    posterior, rounds, converged = counts / counts.sum(axis=1, keepdims=True), 0, False
    while not converged and rounds < most_rounds:
        prior = posterior.sum(axis=0) + smoothing
        prior /= prior.sum()
        confusion = by_cell(posterior).reshape(raters, k, k) + smoothing  # person, said, true
        confusion /= confusion.sum(axis=1, keepdims=True)
        before = posterior
        joint = by_item(np.log(confusion).reshape(raters * k, k)) + np.log(prior)
        posterior, log_likelihood = _normalised(joint)
        rounds, converged = rounds + 1, bool(np.abs(posterior - before).max() < tolerance)
    return DawidSkene(posterior, prior, confusion.transpose(0, 2, 1), log_likelihood, rounds, converged)


class _Sums:
    """Sums of rows of a table, by group: `__call__(table)[g]` adds `table[row]` over the places where group is g."""

    def __init__(self, group: IntArray, row: IntArray, groups: int) -> None:
        order = np.argsort(group, kind="stable")
        self._starts = np.flatnonzero(np.diff(group[order], prepend=-1))
        self._present, self._rows, self._groups = group[order][self._starts], row[order], groups

    def __call__(self, table: FloatArray) -> FloatArray:
        sums = np.zeros((self._groups, table.shape[1]))
        sums[self._present] = np.add.reduceat(table[self._rows], self._starts, axis=0)
        return sums


def _normalised(joint: FloatArray) -> tuple[FloatArray, float]:
    """Return the posterior for (items, k) joint log probabilities, and the log likelihood of all ratings."""
    top = joint.max(axis=1, keepdims=True)
    scaled = np.exp(joint - top)
    total = scaled.sum(axis=1, keepdims=True)
    return scaled / total, float((top + np.log(total)).sum())

"""Krippendorff's alpha for nominal, ordinal and interval scales. Pure; no Django here.

K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), https://repository.upenn.edu/asc_papers/43;
Content Analysis, 4th edition (2019), chapter 12. Items with one judgement do not count. With o[c, k] the coincidences,
n[c] their margins, n their sum and d[c, k] the squared distance of two categories:

    alpha = 1 - (n - 1) sum o[c, k] d[c, k] / sum n[c] n[k] d[c, k]
"""

from collections.abc import Callable, Sequence

import numpy as np

from labeling.agreement.bootstrap import Coefficient
from labeling.agreement.coefficients import ratio
from labeling.agreement.ratings import FloatArray, IntArray

Distances = Callable[[FloatArray], FloatArray]  # (..., k) margins -> (..., k, k) squared distances


def coincidences(counts: IntArray) -> FloatArray:
    """Return each item's coincidences, row by row: (items, k * k); zeros for items with less than two judgements."""
    raters = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(counts.shape[1], dtype=np.int64)
    shared = pairs / np.maximum(raters - 1, 1)[:, None, None]
    return np.where(raters[:, None] > 1, shared.reshape(len(counts), -1), 0.0)


def _nominal_sums(counts: IntArray) -> FloatArray:
    """Return the coincidences on the diagonal and the margins only, which is all that a nominal scale needs."""
    raters = counts.sum(axis=1, keepdims=True)
    same = counts * (counts - 1) / np.maximum(raters - 1, 1)
    return np.concatenate([same.sum(axis=1, keepdims=True), np.where(raters > 1, counts, 0)], axis=1)


def _nominal(sums: FloatArray) -> FloatArray:
    same, margins = sums[..., 0], sums[..., 1:]
    n = margins.sum(axis=-1)
    return 1 - ratio((n - 1) * (n - same), n**2 - (margins**2).sum(axis=-1))


def _with(distances: Distances) -> Coefficient:
    def of(sums: FloatArray) -> FloatArray:
        k = round(sums.shape[-1] ** 0.5)
        found = sums.reshape(*sums.shape[:-1], k, k)
        margins = found.sum(axis=-1)
        squared, n = distances(margins), margins.sum(axis=-1)
        expected = margins[..., :, None] * margins[..., None, :] * squared
        return 1 - ratio((n - 1) * (found * squared).sum(axis=(-2, -1)), expected.sum(axis=(-2, -1)))

    return Coefficient(coincidences, of)


def _between_ranks(margins: FloatArray) -> FloatArray:
    """Return the ordinal distances: the squared difference of the categories' middle ranks."""
    middles = margins.cumsum(axis=-1) - margins / 2
    return (middles[..., :, None] - middles[..., None, :]) ** 2


NOMINAL = Coefficient(_nominal_sums, _nominal)
"""Alpha of categories without an order."""

ORDINAL = _with(_between_ranks)
"""Alpha of categories in the order of the scale: near misses count less than far ones."""


def interval(values: Sequence[float]) -> Coefficient:
    """Return alpha of categories that stand for numbers, a number for each: squared differences are the distances."""
    squared = np.subtract.outer(np.asarray(values, dtype=np.float64), np.asarray(values, dtype=np.float64)) ** 2
    return _with(lambda _: squared)

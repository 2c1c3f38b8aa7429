"""Intervals for coefficients by drawing items again. Pure; no Django here.

Every coefficient here is a function of sums over items, so a resample is a weighted sum of the same rows, and all
resamples are one matrix product.

B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13 (percentile interval); items, not
judgements, are drawn: A. Zapf, S. Castell, L. Morawietz, A. Karch, "Measuring inter-rater reliability for nominal
data - which coefficients and confidence intervals are appropriate?", BMC Medical Research Methodology 16 (2016), 93.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.agreement.ratings import FloatArray, IntArray

RESAMPLES = 1_000
LEVEL = 0.95
CELLS = 2_000_000  # weights held at once; 16 MB


@dataclass(frozen=True)
class Coefficient:
    """A statistic of sums over items.

    `per_item`: (items, categories) counts -> (items, d) numbers that are added up over items.
    `of`: (..., d) such sums -> (...) values, NaN where the statistic is not defined.
    """

    per_item: Callable[[IntArray], FloatArray]
    of: Callable[[FloatArray], FloatArray]


def estimate(
    counts: IntArray,
    coefficients: Mapping[str, Coefficient],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    minimum: int = MIN_PAIRS,
) -> dict[str, Estimate]:
    """Return each coefficient of the (items, categories) counts with its interval; all share the same resamples."""
    raters = counts.sum(axis=1)
    items, pairs = int((raters > 1).sum()), int((raters * (raters - 1)).sum()) // 2
    if pairs < max(minimum, 1):
        return {name: Estimate.too_few(items=items, pairs=pairs, minimum=max(minimum, 1)) for name in coefficients}
    parts = [each.per_item(counts) for each in coefficients.values()]
    edges = np.cumsum([part.shape[1] for part in parts])[:-1]
    rows = np.concatenate(parts, axis=1)
    found, drawn = np.split(rows.sum(axis=0), edges), np.split(resampled(rows, resamples, seed), edges, axis=1)
    return {
        name: _one(float(each.of(sums)), each.of(again), items, pairs)
        for (name, each), sums, again in zip(coefficients.items(), found, drawn, strict=True)
    }


def resampled(rows: FloatArray, resamples: int, seed: int) -> FloatArray:
    """Return the column sums of `resamples` samples of as many rows, drawn with replacement: (resamples, d)."""
    sums = [weights @ rows for weights in _weights(len(rows), resamples, np.random.default_rng(seed))]
    return np.concatenate(sums) if sums else np.zeros((0, rows.shape[1]))


def percentiles(values: FloatArray) -> tuple[float | None, float | None]:
    """Return the percentile interval of the values, or nothing where less than half of them is defined."""
    defined = values[np.isfinite(values)]
    if not len(values) or 2 * len(defined) < len(values):
        return None, None
    places = np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2]) * (len(defined) - 1)
    low, high = np.interp(places, np.arange(len(defined)), np.sort(defined))  # np.quantile, at a tenth of its time
    return float(low), float(high)


def _weights(n: int, resamples: int, random: np.random.Generator) -> Iterator[FloatArray]:
    """Yield blocks of rows, each with how often each of n items was drawn."""
    block = max(1, CELLS // max(n, 1))
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        places = random.integers(0, n, size=(size, n)) + np.arange(size)[:, None] * n
        yield np.bincount(places.ravel(), minlength=size * n).reshape(size, n).astype(np.float64)


def _one(value: float, drawn: FloatArray, items: int, pairs: int) -> Estimate:
    if not np.isfinite(value):
        return Estimate(None, None, None, items, pairs)
    return Estimate(value, *percentiles(drawn), items, pairs)

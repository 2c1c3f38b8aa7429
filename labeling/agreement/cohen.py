"""Cohen's kappa of two people, and of one person's two looks. Pure; no Django here.

J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960), 37-46.
Pooled margins, for judgements whose order means nothing: W. A. Scott, "Reliability of content analysis: the case of
nominal scale coding", Public Opinion Quarterly 19 (1955), 321-325.
"""

import numpy as np

from labeling.agreement.bootstrap import RESAMPLES, percentiles
from labeling.agreement.coefficients import ratio
from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.agreement.ratings import FloatArray, IntArray, Ratings


def kappa(table: FloatArray, *, pooled: bool = False) -> FloatArray:
    """Return kappa of (..., k, k) tables of first against second judgements; NaN where only one category was used.

    `pooled`: both judgements have the same chances, the mean of both margins.
    """
    k = table.shape[-1]
    cells = table.reshape(*table.shape[:-2], k * k)  # sums as products: along short axes numpy adds slowly
    n, same = cells @ np.ones(k * k), cells @ np.eye(k).ravel()
    rows, columns = cells @ np.repeat(np.eye(k), k, axis=0), cells @ np.tile(np.eye(k), (k, 1))
    if pooled:
        rows = columns = (rows + columns) / 2
    chance = ratio(np.einsum("...k,...k", rows, columns), n**2)
    return ratio(ratio(same, n) - chance, 1 - chance)


def table_of_two(ratings: Ratings, one: int, other: int) -> IntArray:
    """Return (k, k) counts of the items that both people judged, by the first one's and the second one's category."""
    return tables_with(ratings, one)[other]


def tables_with(ratings: Ratings, one: int) -> IntArray:
    """Return one person's (k, k) table with each person, by the former's and the latter's category: (raters, k, k)."""
    k, said, own = len(ratings.categories), np.full(len(ratings.items), -1), ratings.rater == one
    said[ratings.item[own]] = ratings.label[own]
    theirs = said[ratings.item]
    both = theirs >= 0
    cells = (ratings.rater[both] * k + theirs[both]) * k + ratings.label[both]
    return np.bincount(cells, minlength=len(ratings.raters) * k * k).reshape(-1, k, k)


def of_two(
    ratings: Ratings, one: int, other: int, *, resamples: int = RESAMPLES, seed: int = 0, minimum: int = MIN_PAIRS
) -> Estimate:
    """Return Cohen's kappa of two people, given by their places in `ratings.raters`."""
    return of_table(table_of_two(ratings, one, other), resamples=resamples, seed=seed, minimum=minimum)


def of_table(
    table: IntArray,
    *,
    pooled: bool = False,
    resamples: int = RESAMPLES,
    seed: int = 0,
    minimum: int = MIN_PAIRS,
) -> Estimate:
    """Return kappa of a (k, k) table of pairs with its bootstrap interval over the pairs."""
    n = int(table.sum())
    if n < max(minimum, 1):
        return Estimate.too_few(items=n, pairs=n, minimum=max(minimum, 1))
    used = table.any(axis=0) | table.any(axis=1)  # others change nothing, and take time
    table = table[np.ix_(used, used)]
    value = float(kappa(table.astype(np.float64), pooled=pooled))
    if not np.isfinite(value):
        return Estimate(None, None, None, n, n)
    # One pair per item: drawing items again is drawing the table's cells from their shares.
    drawn = np.random.default_rng(seed).multinomial(n, table.ravel() / n, size=resamples)
    values = kappa(drawn.reshape(resamples, *table.shape).astype(np.float64), pooled=pooled)
    return Estimate(value, *percentiles(values), n, n)

"""Raw and specific agreement, Fleiss' kappa and Gwet's AC1, for differing numbers of people per item.

Pure; no Django here. n[i, k]: people who put item i into category k; r[i]: people who judged item i.
"""

import numpy as np

from labeling.agreement.bootstrap import Coefficient
from labeling.agreement.ratings import FloatArray, IntArray


def ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Return above / below, NaN where below is 0 (up to rounding)."""
    safe = np.abs(below) > 1e-12
    return np.where(safe, above / np.where(safe, below, 1.0), np.nan)


def agreeing(counts: IntArray) -> FloatArray:
    """Return for each item the share of its pairs of judgements that agree, 0 without a pair, and whether it has one.

    Shape (items, 2); the ratio of the column sums is the mean over the items with at least two judgements: P of
    J. L. Fleiss, "Measuring nominal scale agreement among many raters", Psychological Bulletin 76 (1971), 378-382.
    """
    raters = counts.sum(axis=1)
    pairs = raters * (raters - 1)
    shares = (counts * (counts - 1)).sum(axis=1) / np.maximum(pairs, 1)
    return np.stack([shares, pairs > 0], axis=1)


def _with_margins(counts: IntArray) -> FloatArray:
    """Return `agreeing`, whether the item has a judgement, and the shares of its categories: (items, 3 + k)."""
    raters = counts.sum(axis=1, keepdims=True)
    return np.concatenate([agreeing(counts), raters > 0, counts / np.maximum(raters, 1)], axis=1)


def _observed(sums: FloatArray) -> FloatArray:
    return ratio(sums[..., 0], sums[..., 1])


def _corrected(sums: FloatArray, chance: FloatArray) -> FloatArray:
    return ratio(_observed(sums) - chance, 1 - chance)


def _margins(sums: FloatArray) -> FloatArray:
    return ratio(sums[..., 3:], sums[..., 2:3])


def _fleiss(sums: FloatArray) -> FloatArray:
    return _corrected(sums, (_margins(sums) ** 2).sum(axis=-1))


def _ac1(sums: FloatArray) -> FloatArray:
    shares = _margins(sums)
    return _corrected(sums, (shares * (1 - shares)).sum(axis=-1) / max(shares.shape[-1] - 1, 1))


RAW = Coefficient(agreeing, _observed)
"""Observed agreement: the mean over items with at least two judgements of the share of agreeing pairs."""

FLEISS = Coefficient(_with_margins, _fleiss)
"""Fleiss' kappa (1971, as above), generalised to missing judgements.

K. L. Gwet, Handbook of Inter-Rater Reliability, 4th edition (2014), section 2.5: agreement is the mean over items with
at least two judgements; the chance term takes each category's share as the mean over all judged items of the share of
an item's judgements, once-judged items too. With equally many judgements per item it is Fleiss' own kappa.
"""

AC1 = Coefficient(_with_margins, _ac1)
"""Gwet's AC1, steady where one category is rare, unlike kappa.

K. L. Gwet, "Computing inter-rater reliability and its variance in the presence of high agreement", British Journal of
Mathematical and Statistical Psychology 61 (2008), 29-48: chance agreement is sum p(1 - p) / (categories - 1). Missing
judgements as for Fleiss' kappa. The categories are those of the scale, used or not.
"""


def specific(category: int) -> Coefficient:
    """Return the agreement specific to one category: how often a second judgement is in it where a first one is.

    sum n(n - 1) / sum n(r - 1) over items; of two categories, positive and negative agreement. D. V. Cicchetti and
    A. R. Feinstein, "High agreement but low kappa: II", Journal of Clinical Epidemiology 43 (1990), 551-558; for many
    people, differing in number: J. S. Uebersax, "A design-independent method for measuring the reliability of
    psychiatric diagnosis", Journal of Psychiatric Research 17 (1982), 335-342. All pairs weigh the same.
    """

    def per_item(counts: IntArray) -> FloatArray:
        here, raters = counts[:, category], counts.sum(axis=1)
        return np.stack([here * (here - 1), here * (raters - 1)], axis=1).astype(np.float64)

    return Coefficient(per_item, _observed)

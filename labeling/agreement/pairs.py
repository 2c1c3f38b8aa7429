"""Agreement pair by pair: two people, one person and all others, two answers to an image. Pure; no Django here."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from labeling.agreement import alpha, coefficients, cohen
from labeling.agreement.bootstrap import RESAMPLES, Coefficient, estimate, percentiles, resampled
from labeling.agreement.coefficients import ratio
from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.agreement.ratings import IntArray, Ratings
from labeling.intervals import Share, share

OVERALL: dict[str, Coefficient] = {
    "raw": coefficients.RAW,
    "alpha": alpha.NOMINAL,
    "alpha_ordinal": alpha.ORDINAL,
    "ac1": coefficients.AC1,
    "fleiss": coefficients.FLEISS,
}
"""The statistics of everybody together, by the names under which they are stored."""


@dataclass(frozen=True)
class Pair:
    """Two people, as places in `raters`: items that both judged, the same share of them, and Cohen's kappa.

    `raw` has Wilson's interval, for each item is one independent pair. It is None, and `kappa` without a value, where
    they share less than MIN_PAIRS items.
    """

    one: int
    other: int
    n: int
    raw: Share | None
    kappa: Estimate


def first_two(rows: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return of rows of (item, person, label), in order of time, those of the first two people on each item.

    Of each person the first: who judged two copies of a picture is still one rater.
    """
    seen: defaultdict[int, set[int]] = defaultdict(set)
    kept = []
    for item, person, label in rows:
        if len(seen[item]) < 2 and person not in seen[item]:
            seen[item].add(person)
            kept.append((item, person, label))
    return kept


def shared(ratings: Ratings) -> IntArray:
    """Return how many items each two people both judged: (raters, raters), their own items on the diagonal."""
    judged = np.zeros((len(ratings.raters), len(ratings.items)), dtype=np.float32)
    judged[ratings.rater, ratings.item] = 1
    return np.rint(judged @ judged.T).astype(np.int64)


def pairs(ratings: Ratings, *, among: Collection[Hashable] | None = None, minimum: int = MIN_PAIRS) -> list[Pair]:
    """Return every two people, of all or of those named, who judged an item in common."""
    both = shared(ratings)
    places = [place for place, rater in enumerate(ratings.raters) if among is None or rater in among]
    found = []
    for start, one in enumerate(places):
        tables = cohen.tables_with(ratings, one)
        found += [_pair(one, other, tables[other], minimum) for other in places[start + 1 :] if both[one, other]]
    return found


def _pair(one: int, other: int, table: IntArray, minimum: int) -> Pair:
    n = int(table.sum())
    raw = share(int(np.trace(table)), n) if n >= minimum else None
    return Pair(one, other, n, raw, cohen.of_table(table, minimum=minimum))


def by_category(ratings: Ratings, *, minimum: int = MIN_PAIRS) -> dict[str, Estimate]:
    """Return the agreement specific to each category (labeling/agreement/coefficients.py).

    `items` and `pairs` are those in which the category was named at least once: it rests on no others.
    """
    counts = ratings.counts()
    wanted = {name: coefficients.specific(place) for place, name in enumerate(ratings.categories)}
    found = estimate(counts, wanted, minimum=1)
    others, raters = counts.sum(axis=1, keepdims=True) - counts, counts.sum(axis=1)
    pairs = counts * (counts - 1) // 2 + counts * others
    items = ((counts > 0) & (raters > 1)[:, None]).sum(axis=0)
    return {
        name: replace(found[name], items=int(items[place]), pairs=int(pairs[:, place].sum()))
        if pairs[:, place].sum() >= minimum
        else Estimate.too_few(items=int(items[place]), pairs=int(pairs[:, place].sum()), minimum=minimum)
        for place, name in enumerate(ratings.categories)
    }


def with_others(ratings: Ratings, person: Hashable, *, minimum: int = MIN_PAIRS) -> Estimate:
    """Return how far one person (of `raters`) agrees with others: the mean over items of the share who say the same.

    The interval is a percentile interval over the items, as for everybody together (labeling/agreement/bootstrap.py).
    """
    own = ratings.rater == ratings.raters.index(person) if person in ratings.raters else np.zeros(0, dtype=bool)
    found = ratings.counts()[ratings.item[own]] if own.any() else np.zeros((0, max(len(ratings.categories), 1)), int)
    label = ratings.label[own] if own.any() else np.zeros(0, int)
    others = found.sum(axis=1) - 1
    same = found[np.arange(len(found)), label] - 1
    rows = np.stack([same / np.maximum(others, 1), others > 0], axis=1)[others > 0]
    items, pairs = len(rows), int(others.sum())
    if pairs < minimum:
        return Estimate.too_few(items=items, pairs=pairs, minimum=minimum)
    drawn = resampled(rows, RESAMPLES, 0)
    return Estimate(float(rows[:, 0].mean()), *percentiles(ratio(drawn[:, 0], drawn[:, 1])), items, pairs)


def by_disagreement(ratings: Ratings) -> list[tuple[int, float]]:
    """Return the places of the items on which people differ, with the share of differing pairs; most first.

    Of equals the one whose labels lie further apart on the scale comes first, then the later one.
    """
    counts = ratings.counts()
    agreeing = coefficients.agreeing(counts)
    grades = np.arange(counts.shape[1])
    used = counts > 0
    apart = np.where(used, grades, -1).max(axis=1, initial=-1) - np.where(used, grades, len(grades)).min(
        axis=1, initial=len(grades)
    )
    differing = np.where(agreeing[:, 1] > 0, 1 - agreeing[:, 0], 0.0)
    order = np.lexsort((-np.arange(len(counts)), -apart, -differing))
    return [(int(place), float(differing[place])) for place in order if differing[place] > 0]

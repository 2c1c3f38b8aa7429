"""Judgements for the tests of agreement: a textbook's, and random ones of labelers who err in their own ways."""

import numpy as np

from labeling.agreement.ratings import Ratings

# Four observers, twelve units, from K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section C;
# K. L. Gwet's Handbook of Inter-Rater Reliability (2014) uses the same table. 0: no judgement.
TEXTBOOK = """
1 2 3 3 2 1 4 1 2 0 0 0
1 2 3 3 2 2 4 1 2 5 0 3
0 3 3 3 2 3 4 2 2 5 1 0
1 2 3 3 2 4 4 1 2 5 1 0
"""


def textbook() -> Ratings:
    rows = [line.split() for line in TEXTBOOK.strip().splitlines()]
    return Ratings.of(
        (unit, observer, value)
        for observer, values in enumerate(rows)
        for unit, value in enumerate(values)
        if value != "0"
    )


def simulated(
    seed: int, *, items: int = 60, raters: int = 6, k: int = 3, seen: float = 0.6, right: float = 0.7
) -> tuple[Ratings, np.ndarray]:
    """Ratings in which each item-person pair is seen with a chance, and the true places of the items in `ratings`."""
    random = np.random.default_rng(seed)
    truth = random.integers(k, size=items)
    skill = np.clip(random.normal(right, 0.15, size=raters), 0.05, 0.99)
    said = np.where(random.random((items, raters)) < skill, truth[:, None], random.integers(k, size=(items, raters)))
    pairs = np.argwhere(random.random((items, raters)) < seen)
    rows = [(int(item), int(rater), str(said[item, rater])) for item, rater in pairs]
    ratings = Ratings.of(rows, categories=[str(name) for name in range(k)])
    return ratings, truth[np.array(ratings.items, dtype=int)]


def judged(ratings: Ratings) -> np.ndarray:
    """The (items, raters) matrix of places of categories, NaN where there is no judgement."""
    found = np.full((len(ratings.items), len(ratings.raters)), np.nan)
    found[ratings.item, ratings.rater] = ratings.label
    return found

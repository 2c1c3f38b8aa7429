"""All numbers on one set of labels. Pure; no Django here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labeling.agreement import alpha, bootstrap, coefficients, dawid_skene, majority, repeats
from labeling.agreement.bootstrap import RESAMPLES
from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.agreement.ratings import NEVER, IntArray, Ratings


@dataclass(frozen=True)
class Accuracy:
    """How often majority and Dawid-Skene are right, of the `items` with a known answer; None of none."""

    items: int
    majority: float | None
    dawid_skene: float | None


@dataclass(frozen=True)
class Report:
    """What `report` found. `specific`: agreement on each category, in the order of `categories`."""

    items: int
    labelers: int
    labels: int
    categories: tuple[str, ...]
    alpha: Estimate
    raw: Estimate
    specific: tuple[Estimate, ...]
    fleiss: Estimate
    ac1: Estimate
    itself: repeats.SelfConsistency
    accuracy: Accuracy

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values; `positive` and `negative` only where there are just two categories."""
        negative, positive = (each.value for each in self.specific) if len(self.specific) == 2 else (None, None)
        same = self.itself.same
        return {
            "items": self.items,
            "labelers": self.labelers,
            "labels": self.labels,
            "alpha": self.alpha.value,
            "alpha_interval": list(self.alpha.interval) if self.alpha.interval else None,
            "raw": self.raw.value,
            "positive": positive,
            "negative": negative,
            "fleiss": self.fleiss.value,
            "ac1": self.ac1.value,
            "self": {
                "pairs": self.itself.pairs,
                "raw": same.value if same else None,
                "kappa": self.itself.kappa.value,
            },
            "majority_accuracy": self.accuracy.majority,
            "dawid_skene_accuracy": self.accuracy.dawid_skene,
        }


def prepare(
    rows: Sequence[tuple[str, str, str]],
    truth: Mapping[str, str],
    *,
    positive: Collection[str] = (),
    scale: Sequence[str] = (),
) -> tuple[Ratings, IntArray]:
    """Return the ratings, and for each of their items the place of its known answer, or NEVER.

    `positive`: collapse both to two categories, these ones the second. `scale`: the categories in their order. An
    answer that nobody gave as a label stands beyond the last category. ValueError for categories that do not occur.
    """
    used = {label for _, _, label in rows} | (set(truth.values()) if positive else set())
    ratings = Ratings.of(rows, categories=scale or sorted(used))
    places = {name: place for place, name in enumerate(ratings.categories)}
    if positive:
        ratings, places = ratings.collapse(positive), {name: int(name in positive) for name in places}
    beyond = len(ratings.categories)
    known = [places.get(truth[str(item)], beyond) if item in truth else NEVER for item in ratings.items]
    return ratings, np.array(known, dtype=np.int64)


def report(
    ratings: Ratings,
    truth: IntArray | None = None,
    *,
    ordinal: bool = False,
    resamples: int = RESAMPLES,
    seed: int = 0,
    minimum: int = MIN_PAIRS,
) -> Report:
    """Return all numbers; those resting on less than `minimum` pairs only say how many are missing.

    `truth`: (items,) as from `prepare`. `ordinal`: alpha takes the categories as ordered.
    """
    names = range(len(ratings.categories))
    wanted = {"alpha": alpha.ORDINAL if ordinal else alpha.NOMINAL}
    wanted |= {"raw": coefficients.RAW, "fleiss": coefficients.FLEISS, "ac1": coefficients.AC1}
    wanted |= {f"specific {name}": coefficients.specific(name) for name in names}
    found = bootstrap.estimate(ratings.counts(), wanted, resamples=resamples, seed=seed, minimum=minimum)
    return Report(
        items=len(ratings.items),
        labelers=len(ratings.raters),
        labels=ratings.judgements,
        categories=ratings.categories,
        alpha=found["alpha"],
        raw=found["raw"],
        specific=tuple(found[f"specific {name}"] for name in names),
        fleiss=found["fleiss"],
        ac1=found["ac1"],
        itself=repeats.self_consistency(ratings, resamples=resamples, seed=seed, minimum=minimum),
        accuracy=accuracy(ratings, truth),
    )


def accuracy(ratings: Ratings, truth: IntArray | None) -> Accuracy:
    """Return how often majority and Dawid-Skene are right about the items whose truth is known."""
    if truth is None or (truth == NEVER).all():
        return Accuracy(0, None, None)
    by_majority, items = majority.accuracy(majority.majority(ratings.counts()), truth)
    likeliest = majority.top(dawid_skene.fit(ratings).posterior)
    return Accuracy(items, by_majority, majority.accuracy(likeliest, truth)[0])

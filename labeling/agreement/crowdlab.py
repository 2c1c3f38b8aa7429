"""Consensus of people and a model: CROWDLAB, by cleanlab. No Django here; cleanlab is loaded when it is asked for.

H. W. Goh, U. Tkachenko, J. Mueller, "CROWDLAB: supervised learning to infer consensus labels and quality scores for
data with multiple annotators", NeurIPS 2022 Human in the Loop Learning Workshop, arXiv:2210.06812. A weighted mean of
the model's probabilities and of each person's word, the weights from how far each agrees with the others.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from labeling.agreement.ratings import FloatArray, IntArray, Ratings


@dataclass(frozen=True, eq=False)
class Consensus:
    """What people and model together make of each item.

    `label`: (items,) places of categories. `quality`: (items,) how likely `label` is right, 0 to 1. `rater_quality`:
    (raters,) how right a person's labels are altogether; NaN for who shares no item with anybody. `model_weight` and
    `rater_weight` (raters,): how much each counts.
    """

    label: IntArray
    quality: FloatArray
    rater_quality: FloatArray
    model_weight: float
    rater_weight: FloatArray


def consensus(ratings: Ratings, probabilities: FloatArray, *, seed: int = 0) -> Consensus:
    """Return CROWDLAB's consensus.

    `probabilities`: (items, categories), of a model that was not trained on these items; its rows sum to 1. `seed`:
    for ties that neither the model nor people's quality breaks. ValueError where the shape is another, where there
    are less than two people, and where no item was judged by two. Time and memory grow with items x people.
    """
    if probabilities.shape != (len(ratings.items), len(ratings.categories)):
        raise ValueError(f"The probabilities have the shape {probabilities.shape}, not items x categories.")
    from cleanlab.multiannotator import get_label_quality_multiannotator

    judged = np.full((len(ratings.items), len(ratings.raters)), np.nan)
    judged[ratings.item, ratings.rater] = ratings.label
    with _seeded(seed):
        found = get_label_quality_multiannotator(
            judged, probabilities, consensus_method="best_quality", return_weights=True, verbose=False
        )
    items, raters = found["label_quality"], found["annotator_stats"].sort_index()
    return Consensus(
        items["consensus_label"].to_numpy(dtype=np.int64),
        items["consensus_quality_score"].to_numpy(dtype=np.float64),
        raters["annotator_quality"].to_numpy(dtype=np.float64),
        float(found["model_weight"]),
        found["annotator_weight"],
    )


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Fix numpy's global generator, which cleanlab breaks the last ties with, and put it back afterwards."""
    before = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(before)

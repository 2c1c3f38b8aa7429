"""Labels that are probably wrong: confident learning, by cleanlab. No Django here; cleanlab is loaded when asked for.

C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident learning: estimating uncertainty in dataset labels", Journal of
Artificial Intelligence Research 70 (2021), 1373-1411, arXiv:1911.00068. A label is suspect where another category is
at least as probable as it is on average for the examples that carry that category: a threshold of its own for each,
so that rare or hard categories are not suspected altogether.
"""

from dataclasses import dataclass

import numpy as np

from labeling.agreement.ratings import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Suspects:
    """Labels that are probably wrong: `place` (n,) of each, the worst first, and its `quality` (n,), 0 to 1."""

    place: IntArray
    quality: FloatArray


def suspects(labels: IntArray, probabilities: FloatArray) -> Suspects:
    """Return which of `labels` (n,) are suspect by `probabilities` (n, categories) of heads that have not seen them.

    Quality is the probability of the label itself (self-confidence, in the paper's words). ValueError where the shapes
    do not fit or less than two categories have labels.
    """
    if probabilities.ndim != 2 or len(probabilities) != len(labels):
        raise ValueError(f"Labels {labels.shape} and probabilities {probabilities.shape} do not fit each other.")
    there, given = np.unique(labels, return_inverse=True)
    if len(there) < 2:
        raise ValueError("At least two categories need labels.")
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    among = probabilities[:, there]
    among = among / among.sum(axis=1, keepdims=True)
    # One process: a worker of Celery may not start others.
    ranked = find_label_issues(given, among, return_indices_ranked_by="self_confidence", n_jobs=1)
    quality = get_label_quality_scores(given, among, method="self_confidence")
    place = np.asarray(ranked, dtype=np.int64)
    return Suspects(place, np.asarray(quality, dtype=np.float64)[place])

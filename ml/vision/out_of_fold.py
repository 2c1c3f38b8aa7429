"""Probabilities for labeled examples by heads that have not seen them: what a label is held against to find errors.

One multinomial logistic regression per fold on standardised features, the folds stratified by label.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# The middle of the strengths that committees choose from: nothing is chosen here, since choosing fits to the labels,
# and the labels are what is in doubt.
STRENGTH = 0.01
STEPS = 200


def probabilities(
    features: NDArray[np.floating], labels: NDArray[np.integer], categories: int, *, folds: int, seed: int
) -> NDArray[np.float64]:
    """Return (n, categories) probabilities for `features` (n, d) with `labels` (n,) below `categories`.

    A category without examples gets 0. Raises ValueError when lengths differ, features are not finite, labels are out
    of range, less than two categories have examples, or one that has some has less than `folds`.
    """
    x, y = np.asarray(features, dtype=np.float32), np.asarray(labels)
    _check(x, y, categories, folds)
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    head = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=STEPS, tol=1e-3))
    dealt = StratifiedKFold(folds, shuffle=True, random_state=seed)
    found = np.zeros((len(y), categories))
    found[:, np.unique(y)] = cross_val_predict(head, x, y, cv=dealt, method="predict_proba")
    return found


def _check(x: NDArray[Any], y: NDArray[Any], categories: int, folds: int) -> None:
    if x.ndim != 2 or len(x) != len(y):
        raise ValueError(f"Features {x.shape} and labels {y.shape} do not fit each other.")
    if not np.isfinite(x).all():
        raise ValueError("Some features are not finite.")
    if len(y) and not 0 <= y.min() <= y.max() < categories:
        raise ValueError(f"Labels must be numbers below {categories}.")
    counts = np.bincount(y, minlength=categories)
    if (counts > 0).sum() < 2:
        raise ValueError("At least two categories need examples.")
    if counts[counts > 0].min() < folds:
        raise ValueError(f"Each category needs an example for each of {folds} folds, or none.")

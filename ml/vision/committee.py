"""A committee of linear heads on frozen features: query by committee at the price of one pass through the network.

Source: Seung, Opper and Sompolinsky, "Query by Committee" (1992); disagreement as the mutual information of answer and
head, Houlsby et al., "Bayesian Active Learning for Classification and Preference Learning" (2011). Each head is a
multinomial logistic regression on a bootstrap sample of its own, drawn within each category so that none is left out.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from ml.results import Judgement, TrainedCommittee

HEADS = 5
FORMAT = "1"
# Inverse strengths of the regularisation that cross-validation chooses from.
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
FOLDS = 4
# The logit of a category that no example shows: a probability of practically nothing.
ABSENT = -30.0


class Heads(NamedTuple):
    """Linear heads: `weight` (heads, categories, dimensions) and `bias` (heads, categories)."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


def train(
    features: NDArray[np.floating],
    targets: NDArray[np.integer],
    categories: int,
    *,
    seed: int,
    weights: NDArray[np.floating] | None = None,
) -> TrainedCommittee:
    """Train heads on `features` (n, d) with `targets` (n,), numbers below `categories`, and sample `weights` (n,).

    The same input and seed give the same heads, but for the last digits. A category without examples gets a
    probability of practically nothing.
    Raises ValueError when lengths differ, features are not finite, or fewer than two categories have examples.
    """
    x = np.asarray(features, dtype=np.float64)
    y = np.asarray(targets)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
    _check(x, y, w, categories)
    mean, scale = x.mean(0), x.std(0)
    scale[scale < 1e-6] = 1.0
    z = (x - mean) / scale
    strength, accuracy = _choose(z, y, w, seed)
    dice = np.random.default_rng(seed)
    heads = [_fit(z[rows], y[rows], w[rows], strength) for rows in (_bootstrap(y, dice) for _ in range(HEADS))]
    folded = _fold(heads, np.unique(y), categories, mean, scale)
    metrics = {
        "examples": len(y),
        "examples_per_category": np.bincount(y, minlength=categories).tolist(),
        "cross_validated_accuracy": round(accuracy, 4),
        "majority_share": round(float(np.bincount(y).max() / len(y)), 4),
        "regularisation_c": strength,
        "heads": HEADS,
    }
    data = save(folded._asdict(), metadata={"format": FORMAT, "metrics": json.dumps(metrics, sort_keys=True)})
    return TrainedCommittee(data, sha256(data).hexdigest(), metrics)


def judge(data: bytes, features: NDArray[np.floating]) -> list[Judgement]:
    """Return the committee's answer for each row of `features` (n, d)."""
    heads = read(data)
    x = np.asarray(features, dtype=np.float32)
    if x.ndim != 2 or x.shape[1] != heads.weight.shape[2]:
        raise ValueError(f"The heads take {heads.weight.shape[2]} features an image; these are {x.shape}.")
    each = _softmax(np.einsum("nd,hcd->nhc", x, heads.weight, optimize=True) + heads.bias)
    mean = each.mean(1)
    entropy = _entropy(mean)
    disagreement = np.maximum(entropy - _entropy(each).mean(1), 0.0)
    return [
        Judgement(tuple(p.tolist()), float(h), float(d)) for p, h, d in zip(mean, entropy, disagreement, strict=True)
    ]


@lru_cache(maxsize=16)
def read(data: bytes) -> Heads:
    """Return the heads that safetensors bytes hold; ValueError for what is none."""
    try:
        return Heads(**load(data))
    except Exception as error:
        raise ValueError(f"These are no weights of a committee: {error}") from error


def _check(x: NDArray[Any], y: NDArray[Any], w: NDArray[Any], categories: int) -> None:
    if x.ndim != 2 or not len(x) == len(y) == len(w):
        raise ValueError(f"Features {x.shape}, targets {y.shape} and weights {w.shape} do not fit each other.")
    if not np.isfinite(x).all():
        raise ValueError("Some features are not finite.")
    if len(y) and not 0 <= y.min() <= y.max() < categories:
        raise ValueError(f"Targets must be numbers below {categories}.")
    if len(np.unique(y)) < 2:
        raise ValueError("At least two categories need examples.")


def _choose(z: NDArray[Any], y: NDArray[Any], w: NDArray[Any], seed: int) -> tuple[float, float]:
    """Return the regularisation with the best cross-validated accuracy, the stronger of equals, and that accuracy."""
    folds = _folds(y, seed)
    scores = [(_cross_validated(z, y, w, folds, strength), -strength) for strength in STRENGTHS]
    accuracy, negative = max(scores)
    return -negative, accuracy


def _folds(y: NDArray[Any], seed: int) -> NDArray[np.int64]:
    """Deal the examples of each category to the folds in turn."""
    dice, folds = np.random.default_rng(seed), np.empty(len(y), dtype=np.int64)
    for category in np.unique(y):
        rows = dice.permutation(np.flatnonzero(y == category))
        folds[rows] = np.arange(len(rows)) % FOLDS
    return folds


def _cross_validated(z: NDArray[Any], y: NDArray[Any], w: NDArray[Any], folds: NDArray[Any], strength: float) -> float:
    right = 0
    for fold in range(FOLDS):
        rest, held = folds != fold, folds == fold
        if held.any() and len(np.unique(y[rest])) > 1:
            right += int((_fit(z[rest], y[rest], w[rest], strength).predict(z[held]) == y[held]).sum())
    return right / len(y)


def _bootstrap(y: NDArray[Any], dice: np.random.Generator) -> NDArray[np.int64]:
    drawn = [dice.choice(rows, len(rows)) for rows in (np.flatnonzero(y == category) for category in np.unique(y))]
    return np.concatenate(drawn)


def _fit(z: NDArray[Any], y: NDArray[Any], w: NDArray[Any], strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=400, tol=1e-3).fit(z, y, sample_weight=w)


def _fold(heads: Sequence[Any], present: NDArray[Any], categories: int, mean: Any, scale: Any) -> Heads:
    """Return the heads as they apply to plain features, with an output for every category."""
    weight = np.zeros((len(heads), categories, len(mean)))
    bias = np.full((len(heads), categories), ABSENT)
    for number, head in enumerate(heads):
        binary = head.coef_.shape[0] == 1  # scikit-learn then gives the logit of the second category only
        coefficients = np.vstack([-head.coef_, head.coef_]) / 2 if binary else head.coef_
        intercepts = np.concatenate([-head.intercept_, head.intercept_]) / 2 if binary else head.intercept_
        weight[number, present] = coefficients / scale
        bias[number, present] = intercepts - (coefficients / scale) @ mean
    return Heads(weight.astype(np.float32), bias.astype(np.float32))


def _softmax(logits: NDArray[np.floating]) -> NDArray[np.floating]:
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _entropy(p: NDArray[np.floating]) -> NDArray[np.floating]:
    return -(p * np.log(np.maximum(p, 1e-12))).sum(-1)

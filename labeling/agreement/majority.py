"""The label that most people gave, and how often it is right. Pure; no Django here."""

import numpy as np

from labeling.agreement.ratings import NEVER, FloatArray, IntArray


def top(weights: FloatArray) -> FloatArray:
    """Return how much of a row's largest weight each category holds, for (items, categories) weights of 0 and more.

    1 for the only largest, 1/m for each of m equal ones, all 0 for a row of zeros.
    """
    largest = (weights == weights.max(axis=1, keepdims=True)) & (weights > 0)
    return largest / np.maximum(largest.sum(axis=1, keepdims=True), 1)


def majority(counts: IntArray) -> FloatArray:
    """Return what most people said of each item, ties split: (items, categories); zeros where nobody judged."""
    return top(counts.astype(np.float64))


def accuracy(held: FloatArray, truth: IntArray) -> tuple[float | None, int]:
    """Return which part of the items with a known answer is right, ties fractionally, and how many items these are.

    `held`: (items, categories) as from `top`; rows of zeros do not count. `truth`: (items,) the place of the true
    category; NEVER where it is not known; beyond the last for a category that nobody used, which counts as wrong.
    None of no items.
    """
    known = (truth != NEVER) & (held.sum(axis=1) > 0)
    if not known.any():
        return None, 0
    wide = np.pad(held[known], ((0, 0), (0, 1)))
    right = wide[np.arange(len(wide)), np.minimum(truth[known], held.shape[1])]
    return float(right.mean()), len(right)

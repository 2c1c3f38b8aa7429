"""Where a word's eyes are: from the attention of layers and heads to a grid per word."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray


@dataclass(frozen=True)
class Looks:
    """Which attention counts. `layers` and `heads` by their numbers, None for all.

    `before`: what the network looked at when it was about to say the word; otherwise, when it had just read it.
    `common`: how much of what all words of the sentence look at is taken away, since transformers have patches that
    every word looks at, whatever it means (Darcet et al., "Vision Transformers Need Registers", 2023).
    """

    layers: Sequence[int] | None = None
    heads: Sequence[int] | None = None
    before: bool = True
    common: float = 0.0


def grids(attentions: Sequence[torch.Tensor], words: Sequence[Sequence[int]], looks: Looks) -> NDArray[np.float32]:
    """Return a grid for each word, shape (words, rows, columns), each from 0 to 1.

    `attentions` are a picture's layers, each (heads, tokens, 1 + patches); `words` are the places of each word's
    tokens, which begin at 1: at 0 is the token that starts a sentence.
    """
    maps = _chosen(attentions, looks)
    across = math.isqrt(maps.shape[1])
    if not words:
        return np.zeros((0, across, across), np.float32)
    step = 1 if looks.before else 0
    found = np.stack([maps[[place - step for place in places]].mean(0) for places in words])
    found -= looks.common * found.mean(0)
    low, high = found.min(1, keepdims=True), found.max(1, keepdims=True)
    floor = np.maximum(low, 0)
    scaled = (found - floor) / np.maximum(high - floor, 1e-9)
    return scaled.clip(0, 1).reshape(len(words), across, across).astype(np.float32)


def _chosen(attentions: Sequence[torch.Tensor], looks: Looks) -> NDArray[np.float32]:
    """Return the mean attention of the chosen layers and heads to each patch: (tokens, patches)."""
    layers = attentions if looks.layers is None else [attentions[number] for number in looks.layers]
    chosen = [layer if looks.heads is None else layer[list(looks.heads)] for layer in layers]
    # The first column is the token of the whole picture, which is in no place.
    return torch.cat([layer[..., 1:] for layer in chosen]).mean(0).cpu().numpy()

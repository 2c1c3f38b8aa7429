"""The only door into ml. Takes pixels, bytes or numbers, returns ml.results; what is heavy is imported on first use."""

from typing import TYPE_CHECKING

from ml.results import COPY_RULE as COPY_RULE
from ml.results import DRAWN as DRAWN
from ml.results import (
    Caption,
    CopyCheck,
    FittedShortening,
    Heatmap,
    Judgement,
    NetworkCard,
    PerceptualHash,
    Scene,
    TrainedCommittee,
    Unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    import numpy as np
    from numpy.typing import NDArray


def hash_picture(rgb: "NDArray[np.uint8]") -> PerceptualHash:
    """Take upright sRGB pixels, shape (height, width, 3), and return their PDQ hash."""
    from ml.vision import hashing

    return hashing.pdq(rgb)


def draw_scene(seed: int) -> Scene:
    """Take a number and return the drawn picture of that number, the same bytes every time."""
    from ml.vision import scenes

    return scenes.draw(seed)


def edit_copy(jpeg: bytes, seed: int) -> bytes:
    """Take a picture and return an edited copy as people make them (cropped, re-encoded, framed, with a sticker...).

    Same bytes and seed, same copy. Raises `OSError` if the bytes are no picture.
    """
    from ml.vision.scenes import copies

    return copies.edit(jpeg, seed)


def check_copies(*, picture: "bytes | BinaryIO", others: "Sequence[bytes | BinaryIO]") -> "list[CopyCheck | None]":
    """Return for each of the others whether it is the same picture, edited, by `COPY_RULE`; None if it is unreadable.

    Each of the others costs its decoding and features, some 25 ms, so ask about the nearest. Raises `OSError` if the
    picture itself is none. No network is loaded.
    """
    from ml.vision import copies

    return copies.check(picture, others)


def device() -> str:
    """Return what networks run on here, for people."""
    import torch

    if torch.cuda.is_available():
        return f"cuda: {torch.cuda.get_device_name()}"
    return f"cpu ({torch.get_num_threads()} threads)"


def embedder_card() -> NetworkCard:
    """Return what the frozen embedder's vectors depend on."""
    from ml.vision import embedding

    return embedding.card()


def embed(files: "Sequence[bytes | BinaryIO]") -> "list[NDArray[np.float16] | Unreadable]":
    """Return the frozen embedder's vector, shape (1280,), of each file; `Unreadable` for what is no picture."""
    from ml.vision import embedding

    return embedding.embed(files)


def fit_shortening(embeddings: "NDArray[np.floating]") -> FittedShortening:
    """Return how embeddings (n, d) like these are best shortened. ValueError for fewer than are needed. No network."""
    from ml.vision import shortening

    return shortening.fit(embeddings)


def shorten(weights: bytes, embeddings: "NDArray[np.floating]") -> "NDArray[np.float16]":
    """Return short stand-ins, shape (n, 256), of embeddings (n, d): Euclidean distances are nearly those of before."""
    from ml.vision import shortening

    return shortening.shorten(weights, embeddings)


def embed_inside(files: "Sequence[bytes | BinaryIO]") -> "list[NDArray[np.float16] | Unreadable | None]":
    """Return the vector of the picture within each picture (on a screenshot, in a frame), to look up copies by.

    None where there is nothing around the picture; `Unreadable` for what is no picture.
    """
    from ml.vision import embedding

    return embedding.embed_inside(files)


def train_committee(
    features: "NDArray[np.floating]",
    targets: "NDArray[np.integer]",
    categories: int,
    seed: int,
    weights: "NDArray[np.floating] | None" = None,
) -> TrainedCommittee:
    """Train heads on features (n, d) with targets (n,) below `categories`; ValueError for what teaches nothing."""
    from ml.vision import committee

    return committee.train(features, targets, categories, seed=seed, weights=weights)


def out_of_fold(
    embeddings: "NDArray[np.floating]", labels: "NDArray[np.integer]", categories: int, folds: int, seed: int
) -> "NDArray[np.float64]":
    """Return (n, categories) probabilities for embeddings (n, d), each by a head that has not seen it nor its label.

    ValueError where a category has examples, but less than folds; see ml/vision/out_of_fold.py. No network is loaded.
    """
    from ml.vision import out_of_fold as heads

    return heads.probabilities(embeddings, labels, categories, folds=folds, seed=seed)


def judge(weights: bytes, features: "NDArray[np.floating]") -> list[Judgement]:
    """Return a committee's answer for each row of features (n, d). NumPy only: no network is loaded."""
    from ml.vision import committee

    return committee.judge(weights, features)


def explain(files: "Sequence[bytes | BinaryIO]", weights: bytes) -> list[Heatmap | Unreadable]:
    """Return where a committee on the frozen embedder looks in each file, for every category of its own."""
    from ml.vision import gradcam

    return gradcam.explain(files, weights)


def tagger_card() -> NetworkCard:
    """Return what key words depend on."""
    from ml.vision import tagging

    return tagging.card()


def tag(files: "Sequence[bytes | BinaryIO]") -> list[Caption | Unreadable]:
    """Return key words for each file, five at most, the most probable first, and where each comes from.

    They are what an ImageNet head knows, not a sentence: for pictures from elsewhere while no captioner is installed.
    """
    from ml.vision import tagging

    return tagging.tag(files)


def captioner_card(model: str) -> NetworkCard | None:
    """Return what captions depend on, or None if the model, a hub's name, a folder or `DRAWN`, is not installed here.

    Raises `ml.results.NotACaptioner` for a folder that holds no captioning model of the BLIP family.
    """
    from ml.vision import captioning

    return captioning.card(model)


def caption(files: "Sequence[bytes | BinaryIO]", model: str) -> list[Caption | Unreadable]:
    """Return a sentence about each file, with where the model looks for each word; the model has to be installed."""
    from ml.vision import captioning

    return captioning.caption(files, model)

"""Short stand-ins for embeddings, which an index can hold many of: their principal components.

Source: principal component analysis, I. T. Jolliffe, "Principal Component Analysis" (2002), by the eigenvectors of the
covariance. Between vectors of length 1 the squared Euclidean distance is twice the cosine distance wherever the origin
lies, so centring changes no order, and what the left-out components hold is all that is lost.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from ml.results import FittedShortening

KEPT = 256


class Components(NamedTuple):
    """`mean` (dimensions,) of embeddings of length 1, and `axes` (dimensions, KEPT)."""

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]


def fit(embeddings: NDArray[np.floating]) -> FittedShortening:
    """Fit the components to embeddings (n, dimensions). ValueError where n is not above KEPT: axes would be chance."""
    if len(embeddings) <= KEPT:
        raise ValueError(f"{len(embeddings)} embeddings are too few for {KEPT} components.")
    single = _unit(embeddings)
    mean = single.mean(0)
    values, axes = np.linalg.eigh(np.cov(single - mean, rowvar=False))
    kept = np.ascontiguousarray(axes[:, ::-1][:, :KEPT], dtype=np.float32)
    explained = float(values[::-1][:KEPT].sum() / values.sum())
    data = save(Components(mean.astype(np.float32), kept)._asdict())
    facts = {"embeddings": len(embeddings), "components": KEPT, "explained": round(explained, 4)}
    return FittedShortening(data, sha256(data).hexdigest(), facts)


def shorten(data: bytes, embeddings: NDArray[np.floating] | Sequence[NDArray[np.floating]]) -> NDArray[np.float16]:
    """Return the components of embeddings (n, dimensions), shape (n, KEPT)."""
    parts = _read(data)
    return np.asarray((_unit(np.asarray(embeddings)) - parts.mean) @ parts.axes, dtype=np.float16)


def _unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    rows = vectors.astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)


@lru_cache(maxsize=4)
def _read(data: bytes) -> Components:
    return Components(**load(data))

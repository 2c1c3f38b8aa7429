"""Embeddings to search among, in any number: photos' own, perturbed; who is nearest to whom; and how signs shorten.

All distances are cosine distances. A vector is rounded to half precision first, as PostgreSQL stores it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.copy_bank import bits_of, contrast, crowd_around, perturbed, unit
from benchmarks.photos import photos_in
from ml import services as ml

CHUNK = 20_000
PROBES = 200
NEAREST = 10
# Every so-manyth row was judged by people.
JUDGED_EVERY = 100


def photo_vectors(folder: Path, keep: Path | None) -> np.ndarray:
    """Return the photos' embeddings, shape (photos, 1280), of length 1; `keep` names a file that holds them."""
    if keep is not None and keep.exists():
        return np.asarray(np.load(keep))
    files = [path.read_bytes() for path in photos_in(folder)]
    vectors = unit(np.stack(ml.embed(files)))  # type: ignore[arg-type]
    if keep is not None:
        np.save(keep, vectors)
    return vectors


def photo_hashes(folder: Path, count: int) -> np.ndarray:
    """Return PDQ hashes of so many photos, shape (count, 256), zeros and ones."""
    from PIL import Image

    paths = photos_in(folder)[:count]
    return np.array([bits_of(ml.hash_picture(np.asarray(Image.open(path).convert("RGB")))) for path in paths])


class Crowd:
    """Perturbed embeddings of the first half of the photos; `probes`, of the second half, look for theirs.

    The rows are the same whatever their number: a million begins with the hundred thousand.
    """

    def __init__(self, photos: np.ndarray) -> None:
        half = len(photos) // 2
        self.parents = photos[:half]
        self.probes = photos[half : half + PROBES]
        # Of 20,000, so that the strength does not hang on how many are then asked for.
        self.facts: dict[str, Any] = crowd_around(photos, CHUNK)[1]

    def chunks(self, rows: int) -> Iterator[tuple[int, np.ndarray]]:
        """Yield the number of the first row of a chunk, and the chunk in half precision."""
        for number, start in enumerate(range(0, rows, CHUNK)):
            count = min(CHUNK, rows - start)
            made = perturbed(self.parents, CHUNK, self.facts["strength"], seed=100 + number)
            yield start, made[:count].astype(np.float16)


class Truth:
    """The rows nearest to each probe, exactly, gathered chunk by chunk; among all, or among the judged."""

    def __init__(self, probes: np.ndarray) -> None:
        self.probes = probes
        self.rows = np.zeros((len(probes), 0), np.int64)
        self.distances = np.zeros((len(probes), 0), np.float32)

    def add(self, numbers: np.ndarray, vectors: np.ndarray) -> None:
        """Take in rows with these numbers."""
        away = 1 - self.probes @ unit(vectors).T
        distances = np.hstack([self.distances, away])
        rows = np.hstack([self.rows, np.broadcast_to(numbers, away.shape)])
        if distances.shape[1] > NEAREST:
            first = np.argpartition(distances, NEAREST, axis=1)[:, :NEAREST]
            rows, distances = np.take_along_axis(rows, first, axis=1), np.take_along_axis(distances, first, axis=1)
        first = np.argsort(distances, axis=1)
        self.rows = np.take_along_axis(rows, first, axis=1)
        self.distances = np.take_along_axis(distances, first, axis=1)

    def recall(self, found: list[list[int]]) -> float:
        """Return the share of the nearest ten that were found."""
        hits = [len(set(row) & set(each)) for row, each in zip(self.rows.tolist(), found, strict=True)]
        return round(sum(hits) / self.rows.size, 4)


@dataclass(frozen=True)
class Signs:
    """Binary quantisation: on which side of the middle a vector lies, along axes turned by chance (or not turned)."""

    middle: np.ndarray
    turn: np.ndarray | None

    @classmethod
    def fitted(cls, vectors: np.ndarray) -> "Signs":
        """Centre on the rows' mean and draw a fixed random rotation."""
        dimensions = vectors.shape[1]
        turn = np.linalg.qr(np.random.default_rng(7).standard_normal((dimensions, dimensions)))[0]
        return cls(unit(vectors).mean(0), turn.astype(np.float32))

    def bits(self, vectors: np.ndarray) -> np.ndarray:
        """Return a bit for each dimension, packed, shape (n, dimensions / 8)."""
        centred = unit(vectors) - self.middle
        return np.packbits((centred if self.turn is None else centred @ self.turn) > 0, axis=1)


def spread(crowd: Crowd, rows: np.ndarray, truth: Truth) -> dict[str, float]:
    """Return the contrast of distances among so many rows as `copy_bank.contrast` does; `rows` are some of them."""
    tenth, any_ = float(np.median(truth.distances[:, -1])), contrast(crowd.probes, unit(rows))["any"]
    return {"tenth": round(tenth, 4), "any": any_, "ratio": round(tenth / any_, 4)}


def unseen(photos: np.ndarray, *, learnt_from: int = 1000) -> dict[int, float]:
    """Return by how many candidates hold which share of the ten nearest, among photos not learnt from."""
    shortening, others = ml.fit_shortening(photos[:learnt_from]), unit(photos[learnt_from:])
    short = ml.shorten(shortening.weights, others).astype(np.float32)
    squares = (short**2).sum(1)
    away = squares[None] - 2 * short[:PROBES] @ short.T  # the probe's own square changes no order
    order = np.argsort(away, axis=1)
    truth = np.argsort(1 - others[:PROBES] @ others.T, axis=1)[:, 1 : NEAREST + 1]
    pairs = list(zip(truth, order, strict=True))
    return {
        count: round(float(np.mean([np.isin(true, row[: count + 1]).mean() for true, row in pairs])), 4)
        for count in (20, 50, 100)
    }

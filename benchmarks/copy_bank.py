"""The bank that arrivals are held against: photos, made ready for comparison, and perturbed embeddings around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ml import services as ml
from ml.results import PerceptualHash
from ml.vision import copies
from ml.vision.copies import Features

# Pairs of photos within this are looked at, besides the ten nearest of each, to find which are copies of each other.
PERHAPS_PDQ = 60
PROBES = 100


@dataclass
class Bank:
    """`vectors` (n, 1280) are the photos' and `crowd` the perturbed ones, of length 1; `bits` (n, 256) are 0 or 1."""

    paths: list[Path]
    vectors: np.ndarray
    bits: np.ndarray
    quality: np.ndarray
    features: list[Features]
    crowd: np.ndarray

    def distances(self, hashed: PerceptualHash) -> np.ndarray:
        """Return the Hamming distance of each photo."""
        return (self.bits != bits_of(hashed)).sum(1)

    def without(self, left_out: set[int]) -> "Bank":
        """Return the bank without these photos."""
        kept = [number for number in range(len(self.paths)) if number not in left_out]
        paths, features = [self.paths[n] for n in kept], [self.features[n] for n in kept]
        return Bank(paths, self.vectors[kept], self.bits[kept], self.quality[kept], features, self.crowd)


def bits_of(hashed: PerceptualHash) -> np.ndarray:
    return np.unpackbits(np.frombuffer(hashed.digest, np.uint8))


def unit(vectors: np.ndarray) -> np.ndarray:
    """Return the rows with length 1, in single precision."""
    single = vectors.astype(np.float32)
    return single / np.linalg.norm(single, axis=1, keepdims=True)


def build(paths: Sequence[Path], entries: int) -> tuple[Bank, dict[str, Any]]:
    """Return the bank, each picture in it once, and what is to be known about it."""
    vectors = unit(np.stack(ml.embed([path.read_bytes() for path in paths])))  # type: ignore[arg-type]
    hashes, features = [], []
    for path in paths:
        rgb = np.asarray(Image.open(path).convert("RGB"))
        hashes.append(ml.hash_picture(rgb))
        features.append(copies.features(rgb))
    bits = np.array([bits_of(each) for each in hashes])
    quality = np.array([each.quality for each in hashes])
    bank = Bank(list(paths), vectors, bits, quality, features, vectors[:0])
    twins = true_copies(bank)
    bank = bank.without({second for _, second in twins})
    bank.crowd, around = crowd_around(bank.vectors, max(10, entries - len(bank.paths)))
    facts = {
        "photos": len(paths),
        "true_copies": [[paths[n].name for n in pair] for pair in twins],
        "bank": len(bank.paths),
        "crowd": around,
    }
    return bank, facts


def true_copies(bank: Bank) -> list[tuple[int, int]]:
    """Return the pairs of photos that are the same picture, among those that are alike in any way."""
    likeness = bank.vectors @ bank.vectors.T
    np.fill_diagonal(likeness, -1)
    near = np.argpartition(-likeness, 10, axis=1)[:, :10]
    pairs = {(min(a, int(b)), max(a, int(b))) for a, row in enumerate(near) for b in row}
    for a, row in enumerate(bank.bits):
        close = np.flatnonzero((bank.bits[a + 1 :] != row).sum(1) <= PERHAPS_PDQ)
        pairs |= {(a, a + 1 + int(b)) for b in close}
    found = []
    for a, b in sorted(pairs):
        one = bank.features[a]
        if copies.is_copy(copies.compare(one, copies.mirror(one), bank.features[b])):
            found.append((a, b))
    return found


def contrast(probes: np.ndarray, entries: np.ndarray) -> dict[str, float]:
    """Return median cosine distances of the probes: to the tenth nearest entry, to any, and the ratio of the two."""
    away = np.sort(1 - probes @ entries.T, axis=1)
    tenth, any_ = float(np.median(away[:, 9])), float(np.median(away))
    return {"tenth": round(tenth, 4), "any": round(any_, 4), "ratio": round(tenth / any_, 4)}


def perturbed(parents: np.ndarray, count: int, strength: float, seed: int = 1) -> np.ndarray:
    """Return parents' vectors, each mixed with two others so that mean and variances stay as they are; of length 1."""
    dice = np.random.default_rng(seed)
    first, second, third = (dice.integers(0, len(parents), count) for _ in range(3))
    middle = parents.mean(0)
    spread = parents - middle
    others = (spread[second] + spread[third]) / np.sqrt(2)
    return unit(middle + np.cos(strength) * spread[first] + np.sin(strength) * others)


def crowd_around(vectors: np.ndarray, count: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Return so many perturbed vectors, made of the first half, and what is to be known about them.

    The strength is chosen so that they stand to photos of the second half, which tables report on, as photos of the
    first half do. Made of the very photos that arrive, dozens would lie nearer to each than any other photo does.
    """
    half = len(vectors) // 2
    parents, probes = vectors[:half], vectors[half : half + PROBES]
    wanted = contrast(probes, parents)
    low, high = 0.0, float(np.arctan(np.sqrt(2)))  # up to equal shares of all three
    for _ in range(8):
        strength = (low + high) / 2
        crowd = perturbed(parents, count, strength)
        # The more they are mixed, the less they differ in how far they are from a photo.
        if contrast(probes, crowd)["ratio"] < wanted["ratio"]:
            low = strength
        else:
            high = strength
    facts = {"entries": count, "strength": round(strength, 3), "photos": wanted, "perturbed": contrast(probes, crowd)}
    return crowd, facts

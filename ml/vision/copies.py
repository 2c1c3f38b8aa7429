"""The proof that two pictures are one and the same picture, edited: cropped, framed, mirrored, written on...

Local features propose how one picture lies on the other, and pixels decide. Lowe, "Distinctive Image Features from
Scale-Invariant Keypoints" (2004), with the square root of Arandjelović and Zisserman, "Three things everyone should
know to improve object retrieval" (2012); RANSAC by Fischler and Bolles (1981). Features alone are no proof: other
things before the same background give as many matches as a copy. So the pictures are laid on one another, and cell by
cell they have to show the same; `tests/ml/test_copies.py` holds it to that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.results import CopyCheck, Unreadable
from ml.vision import alignment, decoding
from ml.vision.alignment import Agreement

# The side of a square with as many pixels as the pictures are brought to: larger ones give hardly more matches.
SIDE = 256
MOST_FEATURES = 300
# SIFT's floor for the contrast of a feature. Lower than usual (0.04), for plain things before plain walls.
CONTRAST = 0.01
# A match is kept where the second-best is so much farther (Lowe's ratio).
RATIO = 0.85
# Pixels at that size: how far a match may lie from where the transform sends it.
TOLERANCE = 4.0
# What a copy has to reach; see `is_copy`. Chosen by `make bench NAME=copies`, on one half of its photos.
INLIERS = 10
AGREEMENT = 0.75
STRUCTURE = 0.65
LIKENESS = 0.9
OVERLAP = 0.25
TEXTURED = 12


@dataclass(frozen=True)
class Features:
    """A picture made ready for comparison, once for all: small pixels, and its features' points and descriptors."""

    rgb: NDArray[Any]
    points: NDArray[np.float32]
    descriptors: NDArray[np.float32]


@dataclass(frozen=True)
class Comparison:
    """How well a picture lies on another. `inliers`: matches that follow one transform."""

    inliers: int
    mirrored: bool
    agreement: Agreement


class _Proposal(NamedTuple):
    inliers: int
    mirrored: bool
    transform: Any


@cache
def _detector() -> Any:
    return cv2.SIFT.create(MOST_FEATURES, 3, CONTRAST)


def small(rgb: NDArray[np.uint8]) -> NDArray[Any]:
    """Return a picture without its frame, at the size at which pictures are compared."""
    inner = alignment.without_frame(rgb)
    height, width = inner.shape[:2]
    factor = SIDE / (height * width) ** 0.5
    size = max(8, round(width * factor)), max(8, round(height * factor))
    return cv2.resize(inner, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)


def features(rgb: NDArray[np.uint8]) -> Features:
    """Return the features of upright pixels, shape (height, width, 3)."""
    seen = small(rgb)
    keypoints, raw = _detector().detectAndCompute(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), None)
    points = np.array([keypoint.pt for keypoint in keypoints], np.float32).reshape(-1, 2)
    if raw is None:
        return Features(seen, points, np.zeros((0, 128), np.float32))
    return Features(seen, points, np.sqrt(raw / np.maximum(1, raw.sum(1, keepdims=True))))


# A descriptor is 4 x 4 cells of 8 directions in the feature's own frame. In a mirror the rows change places, and
# directions turn the other way round.
MIRROR = np.arange(128).reshape(4, 4, 8)[::-1][:, :, -np.arange(8) % 8].ravel()


def mirror(picture: Features) -> Features:
    """Return what `features` would say about the picture in a mirror, without computing it anew."""
    points = picture.points.copy()
    points[:, 0] = picture.rgb.shape[1] - 1 - points[:, 0]
    return Features(np.ascontiguousarray(picture.rgb[:, ::-1]), points, picture.descriptors[:, MIRROR])


def compare(one: Features, in_mirror: Features, other: Features) -> Comparison:
    """Return how well `other` lies on `one`, or on `one` in a mirror, whichever has more features that fit."""
    found = max((_propose(one, other, False), _propose(in_mirror, other, True)), key=lambda each: each.inliers)
    if found.transform is None:
        return Comparison(found.inliers, found.mirrored, alignment.NONE)
    seen = in_mirror if found.mirrored else one
    return Comparison(found.inliers, found.mirrored, alignment.agreement(seen.rgb, other.rgb, found.transform))


def is_copy(found: Comparison) -> bool:
    """Tell whether a comparison proves a copy."""
    laid = found.agreement
    return (
        found.inliers >= INLIERS
        and laid.score >= AGREEMENT
        and laid.structure >= STRUCTURE
        and laid.ncc >= LIKENESS
        and laid.cover >= OVERLAP
        and laid.textured >= TEXTURED
    )


def rule() -> str:
    """Return the rule in words, for whoever asks later by which one two pictures were called copies."""
    return (
        f"sift-1: {INLIERS} inliers, {AGREEMENT} of cells agree, {STRUCTURE} of those with structure, "
        f"likeness {LIKENESS}, overlap {OVERLAP}, {TEXTURED} cells"
    )


def check(picture: bytes | BinaryIO, others: Sequence[bytes | BinaryIO]) -> list[CopyCheck | None]:
    """Compare a picture with others; None stands for what cannot be decoded. OSError if the picture itself cannot."""
    seen = decoding.upright(picture, SIDE)
    if isinstance(seen, Unreadable):
        raise OSError(seen.reason)
    one = features(seen)
    in_mirror = mirror(one)
    return [_checked(one, in_mirror, decoding.upright(other, SIDE)) for other in others]


def _checked(one: Features, in_mirror: Features, other: NDArray[np.uint8] | Unreadable) -> CopyCheck | None:
    if isinstance(other, Unreadable):
        return None
    found = compare(one, in_mirror, features(other))
    laid = found.agreement
    return CopyCheck(
        is_copy(found), found.inliers, found.mirrored, laid.score, laid.structure, laid.ncc, min(1.0, laid.cover)
    )


def matches(one: Features, other: Features) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the points of features that are each other's nearest, and clearly so."""
    if min(len(one.points), len(other.points)) < INLIERS:
        return one.points[:0], other.points[:0]
    likeness = one.descriptors @ other.descriptors.T
    forth, back = likeness.argmax(1), likeness.argmax(0)
    rows = np.arange(len(likeness))
    best = likeness[rows, forth].copy()
    likeness[rows, forth] = -1
    # Unit vectors: their distance squared is 2 - 2 cos.
    clear = (1 - best) < RATIO**2 * (1 - likeness.max(1))
    kept = rows[clear & (back[forth] == rows)]
    return one.points[kept], other.points[forth[kept]]


def _propose(one: Features, other: Features, mirrored: bool) -> _Proposal:
    """Find the affine transform that most matches follow; none where it is no transform of an edited copy."""
    here, there = matches(one, other)
    if len(here) < INLIERS:
        return _Proposal(0, mirrored, None)
    transform, kept = cv2.estimateAffine2D(there, here, ransacReprojThreshold=TOLERANCE, maxIters=500, confidence=0.99)
    if transform is None or not alignment.plausible(transform):
        return _Proposal(0, mirrored, None)
    inliers = int(kept.sum())
    return _Proposal(inliers, mirrored, transform if inliers >= INLIERS else None)

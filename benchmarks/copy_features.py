"""Which local features should propose how one picture lies on another? The same proof with SIFT and with ORB.

    make bench NAME=copy_features ARGS="--photos FOLDER"

Edited copies of some photos are held against their own photo, and each photo against the one after it; no bank. For
each kind, number and picture size: the share of copies that is proved, the weakest edits, wrong ones, and ms of
processor time.
"""

import argparse
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from benchmarks import edits, site
from benchmarks.photos import photos_in
from ml.vision import copies
from ml.vision.copies import Features

Matches = Callable[[Features, Features], tuple[np.ndarray, np.ndarray]]


def orb_features(detector: cv2.ORB, rgb: np.ndarray) -> Features:
    """Return ORB's features of pixels at the size that `copies.features` works with."""
    keypoints, descriptors = detector.detectAndCompute(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), None)
    points = np.array([keypoint.pt for keypoint in keypoints], np.float32).reshape(-1, 2)
    return Features(rgb, points, np.zeros((0, 32), np.uint8) if descriptors is None else descriptors)  # type: ignore[arg-type]


def orb_matches(one: Features, other: Features) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of features that are each other's nearest, and clearly so, by Hamming distance."""
    if min(len(one.points), len(other.points)) < copies.INLIERS:
        return one.points[:0], other.points[:0]
    forth = cv2.batchDistance(one.descriptors, other.descriptors, cv2.CV_32S, normType=cv2.NORM_HAMMING, K=2)
    back = cv2.batchDistance(other.descriptors, one.descriptors, cv2.CV_32S, normType=cv2.NORM_HAMMING, K=1)
    nearest = forth[1][:, 0]
    mutual = back[1][nearest, 0] == np.arange(len(nearest))
    clear = forth[0][:, 0] < copies.RATIO * forth[0][:, 1]
    kept = np.flatnonzero(mutual & clear)
    return one.points[kept], other.points[nearest[kept]]


class Design:
    """Puts a kind of features in the place of the shipped ones."""

    def __init__(self, name: str, side: int, most: int) -> None:
        self.name, self.side = f"{name}, {most} of {side} x {side} pixels", side
        self.orb = cv2.ORB.create(most, fastThreshold=6) if name == "ORB" else None
        self.sift = cv2.SIFT.create(most, 3, copies.CONTRAST)
        self.shipped = copies.matches

    def __enter__(self) -> "Design":
        self.before = copies.SIDE, copies._detector, copies.matches
        copies.SIDE = self.side
        copies._detector = lambda: self.sift  # type: ignore[assignment]
        copies.matches = orb_matches if self.orb else self.shipped  # type: ignore[assignment]
        return self

    def __exit__(self, *_error: object) -> None:
        copies.SIDE, copies._detector, copies.matches = self.before

    def both(self, rgb: np.ndarray) -> tuple[Features, Features]:
        """Return a picture's features, and those in a mirror."""
        if self.orb is None:
            found = copies.features(rgb)
            return found, copies.mirror(found)
        small = copies.small(rgb)
        return orb_features(self.orb, small), orb_features(self.orb, np.ascontiguousarray(small[:, ::-1]))


DESIGNS = (("SIFT", 256, 300), ("SIFT", 320, 400), ("SIFT", 192, 200), ("ORB", 256, 500), ("ORB", 320, 800))


def row(design: Design, originals: list[np.ndarray], edited: list[list[np.ndarray]]) -> dict[str, Any]:
    """Return a design's line of the table."""
    start = time.process_time()
    known = [design.both(rgb)[0] for rgb in originals]
    made = time.process_time() - start
    proved, wrong, spent = [], 0, 0.0
    for number, copied in enumerate(edited):
        found = [design.both(rgb) for rgb in copied]
        proved.append([copies.is_copy(copies.compare(*each, known[number])) for each in found])
        start = time.process_time()
        wrong += sum(copies.is_copy(copies.compare(*each, known[number - 1])) for each in found)
        spent += time.process_time() - start
    shares = dict(zip(edits.EDITS, np.mean(proved, axis=0), strict=True))
    return {
        "proved": round(float(np.mean(proved)), 4),
        "weakest": {name: round(float(shares[name]), 3) for name in sorted(shares, key=lambda name: shares[name])[:4]},
        "wrong": wrong,
        "ms_features": round(1000 * made / len(originals), 1),
        "ms_other_picture": round(1000 * spent / np.size(proved), 2),
    }


def main() -> None:
    """Compare the designs and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=Path, required=True, help="a folder of photos")
    parser.add_argument("--some", type=int, default=60, help="how many of them")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    pictures = [Image.open(path).convert("RGB") for path in photos_in(arguments.photos.resolve())[: arguments.some]]
    edited = [
        [
            np.asarray(Image.open(io.BytesIO(edits.copy_of(picture, name, str(number)))).convert("RGB"))
            for name in edits.EDITS
        ]
        for number, picture in enumerate(pictures)
    ]
    table = {}
    for parts in DESIGNS:
        with Design(*parts) as design:
            table[design.name] = row(design, [np.asarray(picture) for picture in pictures], edited)
        print(design.name, json.dumps(table[design.name]), file=sys.stderr, flush=True)
    print(json.dumps({"photos": len(pictures), "edits": len(edits.EDITS), "designs": table}))


if __name__ == "__main__":
    site.as_worker()
    main()

"""The pointing game: does the hottest point of a heatmap lie on the risky thing, and how sure is that.

Source: Zhang et al., "Top-down Neural Attention by Excitation Backprop" (2016), who count 15 pixels beside as a hit.
The intervals are of 95 %: Wilson's for shares, the normal one for paired differences.
"""

import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.drawn import GRADES, targets
from ml.results import Box, Scene

TOLERANCE = 15
SMALL = 0.02  # of the picture's area


def hottest(grid: np.ndarray, size: tuple[int, int]) -> tuple[float, float]:
    """Return the point (x, y) of the picture where the grid, enlarged to it as in the overlay, is highest."""
    enlarged = np.asarray(Image.fromarray(grid.astype(np.float32)).resize(size, Image.Resampling.BICUBIC))
    y, x = np.unravel_index(int(enlarged.argmax()), enlarged.shape)
    return float(x), float(y)


def risky_boxes(scene: Scene) -> list[Box]:
    return [thing.box for thing in scene.things if thing.risky]


def hit(point: tuple[float, float], scene: Scene, tolerance: int) -> bool:
    """Whether the point lies within the box of a risky thing, or at most so many pixels beside it."""
    x, y = point
    return any(
        box.left - tolerance <= x < box.right + tolerance and box.top - tolerance <= y < box.bottom + tolerance
        for box in risky_boxes(scene)
    )


def size_of(scene: Scene) -> tuple[int, int]:
    return Image.open(io.BytesIO(scene.jpeg)).size


def is_small(scene: Scene) -> bool:
    """Whether all its risky things together cover little of the picture."""
    width, height = size_of(scene)
    return sum((box.right - box.left) * (box.bottom - box.top) for box in risky_boxes(scene)) < SMALL * width * height


def fixed_point(drawn: Sequence[Scene]) -> tuple[float, float]:
    """Return the place, as shares of width and height, that hits the most boxes of these scenes."""
    steps = np.linspace(0.025, 0.975, 20)
    places = [(x, y) for x in steps for y in steps]
    sizes = [size_of(scene) for scene in drawn]

    def hits(place: tuple[float, float]) -> int:
        return sum(hit((place[0] * w, place[1] * h), scene, 0) for scene, (w, h) in zip(drawn, sizes, strict=True))

    return max(places, key=hits)


def wilson(hits: np.ndarray) -> list[float]:
    """Return Wilson's interval of a share at 95 %."""
    n, p, z = max(1, len(hits)), float(hits.mean()) if len(hits) else 0.0, 1.96
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return [round((middle + sign * half) / (1 + z * z / n), 3) for sign in (-1, 1)]


def difference(hits: np.ndarray, base: np.ndarray) -> dict[str, Any]:
    """Return the paired difference of two shares with its interval at 95 %."""
    d = hits.astype(float) - base
    half = 1.96 * d.std(ddof=1) / math.sqrt(len(d))
    return {"difference": round(d.mean(), 3), "interval": [round(d.mean() - half, 3), round(d.mean() + half, 3)]}


def row(where: Sequence[tuple[float, float]], drawn: Sequence[Scene]) -> dict[str, Any]:
    """Return the figures of one way, as shares; `hits` are the outcomes, scene by scene."""
    hits = np.array([hit(point, scene, 0) for point, scene in zip(where, drawn, strict=True)])
    near = np.array([hit(point, scene, TOLERANCE) for point, scene in zip(where, drawn, strict=True)])
    small = np.array([is_small(scene) for scene in drawn])
    figures = {"share": hits, "within_15_px": near, "small_boxes": hits[small], "large_boxes": hits[~small]}
    figures |= {grade: hits[targets(drawn) == GRADES.index(grade)] for grade in GRADES[1:]}
    rounded = {key: round(float(each.mean()), 3) if len(each) else None for key, each in figures.items()}
    return rounded | {"interval": wilson(hits), "small_interval": wilson(hits[small]), "hits": hits}

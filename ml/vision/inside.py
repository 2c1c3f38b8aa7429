"""The picture within a picture: on a screenshot, in a frame, between bars. For looking up what it may be a copy of.

Around it is one colour, with words and signs on it. A row belongs to the picture if most of it is of other colours;
the longest run of such rows is kept, of these the longest run of columns, and once more. Where a thing stands before a
plain wall, that cuts too deep, which costs a look-up and decides nothing.
"""

import numpy as np
from numpy.typing import NDArray

# Grey levels from the colour around, and the share of a row.
APART, MOST = 14, 0.5
# Shares of the width and height, and of the area: less is a detail, more is the picture itself.
LEAST, WHOLE = 0.15, 0.95


def picture_within(rgb: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return the part of upright pixels (height, width, 3) that is the picture, or None if that is all or nothing."""
    step = max(1, min(rgb.shape[:2]) // 100)
    few = rgb[::step, ::step].astype(np.int16)
    around = np.median(np.concatenate([few[0], few[-1], few[:, 0], few[:, -1]]), axis=0)
    apart = np.abs(few - around).max(2) > APART
    top, bottom, left, right = 0, apart.shape[0], 0, apart.shape[1]
    for _ in range(2):
        first, last = _longest(apart[top:bottom, left:right].mean(1) > MOST)
        top, bottom = top + first, top + last
        if bottom - top < max(2, LEAST * apart.shape[0]):
            return None
        first, last = _longest(apart[top:bottom, left:right].mean(0) > MOST)
        left, right = left + first, left + last
        if right - left < max(2, LEAST * apart.shape[1]):
            return None
    if (bottom - top) * (right - left) > WHOLE * apart.size:
        return None
    return rgb[top * step : bottom * step, left * step : right * step]


def _longest(alive: NDArray[np.bool_]) -> tuple[int, int]:
    """Return where the longest run of True begins, and where it has ended."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], alive, [False]]).astype(np.int8)))
    if not len(edges):
        return 0, 0
    longest = int((edges[1::2] - edges[::2]).argmax())
    return int(edges[2 * longest]), int(edges[2 * longest + 1])

"""Two pictures laid on one another: do they show the same, cell by cell? Copes with light, colour, JPEG and blur."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

# OpenCV says of what it returns only that it is an array of numbers.
Pixels = NDArray[Any]
Plane = NDArray[Any]
# Width of a cell, and of the blur before, in pixels at the size of `ml.vision.copies.SIDE`.
CELL = 16
BLUR = 1.5
# Grey levels: a cell with less is plain.
PLAIN = 4.0
BAR = 14
ALIKE = 0.8
SHIFT = 24.0
# Grey levels between the channels; JPEG makes a few of its own.
COLOURFUL = 10
BLACK, WHITE = 5.0, 250.0


@dataclass(frozen=True)
class Agreement:
    """What an overlap says. Shares are of its cells, except `cover`, the overlap's share of the other picture.

    `score`: cells that show the same. `structure`: the same among those in which there is anything to see, in either
    picture, for all plain walls are alike. `textured`: how many of these show the same. `ncc`: their correlation, the
    median.
    """

    score: float
    structure: float
    textured: int
    ncc: float
    cover: float


NONE = Agreement(0.0, 0.0, 0, 0.0, 0.0)


def without_frame(rgb: Pixels) -> Pixels:
    """Return the picture without the bars of one colour around it; as it is where hardly anything would be left."""
    step = max(1, min(rgb.shape[:2]) // 100)
    few = rgb[::step, ::step].astype(np.int16)
    top, bottom = _within_bars(few)
    left, right = _within_bars(few[top:bottom].swapaxes(0, 1))
    return rgb[top * step : bottom * step, left * step : right * step]


def _within_bars(rows: NDArray[np.int16]) -> tuple[int, int]:
    """Return the first row that is not of one colour, and the row after the last one."""
    middle = np.sort(rows, axis=1)[:, rows.shape[1] // 2 : rows.shape[1] // 2 + 1]
    away = np.abs(rows - middle).max(2) > BAR
    alive = np.flatnonzero(away.mean(1) > 0.02)
    if len(alive) < len(rows) / 10:
        return 0, len(rows)
    return int(alive[0]), int(alive[-1]) + 1


def plausible(transform: Plane) -> bool:
    """Tell whether an affine transform (2, 3) may come of editing: sizes change, but it hardly shears."""
    linear = transform[:, :2]
    if np.linalg.det(linear) <= 0:
        return False
    first, second = np.linalg.norm(linear, axis=0)
    skew = abs(linear[:, 0] @ linear[:, 1]) / (first * second)
    return bool(
        0.15 < first < 6 and 0.15 < second < 6 and max(first, second) < 2.5 * min(first, second) and skew < 0.15
    )


def _without_colour_if_either_is(one: Pixels, other: Pixels) -> tuple[Pixels, Pixels]:
    """Return both pictures in grey if one of them is, else as they are: colours cannot be held against a grey copy."""
    for each in (one, other):
        if np.quantile(np.ptp(each[::4, ::4].astype(np.int16), axis=2), 0.99) > COLOURFUL:
            continue
        grey = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (one, other)]
        return cv2.merge([grey[0]] * 3), cv2.merge([grey[1]] * 3)
    return one, other


def agreement(one: Pixels, other: Pixels, transform: Plane) -> Agreement:
    """Lay `other` on `one` by the transform and compare them where they overlap."""
    one, other = _without_colour_if_either_is(one, other)
    size = one.shape[1], one.shape[0]
    laid = cv2.warpAffine(other, transform, size, flags=cv2.INTER_AREA).astype(np.float32)
    mask = cv2.warpAffine(np.ones(other.shape[:2], np.float32), transform, size, flags=cv2.INTER_NEAREST)
    mask = cv2.erode(mask, np.ones((5, 5), np.uint8))
    inside = _cells(mask) > 0.5
    if inside.sum() < 12:
        return NONE
    a, b = (cv2.GaussianBlur(each, (0, 0), BLUR) for each in (one.astype(np.float32), laid))
    b = _in_the_light_of(a, b, mask > 0)
    same, textured, ncc = _same(a, b, mask)
    telling = inside & textured
    if not telling.any():
        return NONE
    area = abs(np.linalg.det(transform[:, :2])) * other.shape[0] * other.shape[1]
    return Agreement(
        float(same[inside].mean()),
        float(same[telling].mean()),
        int(same[telling].sum()),
        float(np.median(ncc[telling])),
        float(mask.sum() / max(area, 1)),
    )


def _cells(values: Plane) -> Plane:
    """Return the means over cells."""
    height, width = values.shape[:2]
    return cv2.resize(values, (max(1, width // CELL), max(1, height // CELL)), interpolation=cv2.INTER_AREA)


def _in_the_light_of(a: Plane, b: Plane, mask: NDArray[np.bool_]) -> Plane:
    """Return `b` with the brightness and contrast of `a`: a straight line for each channel, through most pixels.

    What is burnt out in `b` may be anything brighter in `a`, and the black likewise.
    """
    x, y = b[mask][::7], a[mask][::7]
    fitted = np.empty_like(b)
    for channel in range(3):
        gain, offset = _line(x[:, channel], y[:, channel])
        before, seen = b[..., channel], a[..., channel]
        light = np.clip(gain * before + offset, 0, 255)
        light = np.where(before >= WHITE, np.maximum(light, seen), light)
        fitted[..., channel] = np.where(before <= BLACK, np.minimum(light, seen), light)
    return fitted


def _line(x: Plane, y: Plane) -> tuple[float, float]:
    """Return gain and offset of the line from x to y that most points follow; saturated ones do not count."""
    fair = (x > BLACK) & (x < WHITE) & (y > BLACK) & (y < WHITE)
    if fair.sum() < 50:
        return 1.0, 0.0
    x, y = x[fair], y[fair]
    kept = np.ones(len(x), bool)
    gain, offset = 1.0, 0.0
    for _ in range(4):
        u, v = x[kept] - x[kept].mean(), y[kept] - y[kept].mean()
        gain = float(np.clip((u * v).mean() / (u.var() + 1e-6), 0.4, 2.5))
        offset = float(y[kept].mean() - gain * x[kept].mean())
        away = np.abs(y - gain * x - offset)
        kept = away <= max(4.0, float(np.quantile(away, 0.6)))
    return gain, offset


def _same(a: Plane, b: Plane, mask: Plane) -> tuple[NDArray[np.bool_], NDArray[np.bool_], Plane]:
    """Return for each cell whether it shows the same, and whether there is anything to see in it."""
    weight = np.maximum(_cells(mask), 1e-6)

    def mean(values: Plane) -> Plane:
        return _cells(values * mask) / weight

    colour = np.stack([mean(a[..., c]) - mean(b[..., c]) for c in range(3)], -1)
    x, y = a.mean(2), b.mean(2)
    mx, my = mean(x), mean(y)
    vx, vy = np.maximum(mean(x * x) - mx * mx, 0), np.maximum(mean(y * y) - my * my, 0)
    ncc = (mean(x * y) - mx * my) / np.sqrt(np.maximum(vx * vy, 1e-6))
    textured = np.maximum(vx, vy) > PLAIN**2
    alike = np.where(textured, ncc > ALIKE, True)
    return alike & (np.abs(colour).max(2) < SHIFT), textured, ncc

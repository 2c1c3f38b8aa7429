"""Lines with interval bands over time, as numbers for an SVG (see labeling/plots.py). Pure; no Django here."""

from collections.abc import Sequence
from dataclasses import dataclass

from labeling.plots import WIDTH

HEIGHT = 120


@dataclass(frozen=True)
class Point:
    """A value with its interval at a moment `x`, and what it says."""

    x: float
    value: float
    low: float
    high: float
    says: str


@dataclass(frozen=True)
class Place:
    """A point, or with `y` 0 a vertical line, in the plot's units."""

    x: float
    y: float
    says: str


@dataclass(frozen=True)
class LinePlot:
    """A line through `dots`, with `band` around it, and vertical `marks`; `line` and `band` are SVG path data.

    `top` and `bottom` name the ends of the upright scale, `left` and `right` those of the other. `title` and
    `description` are read out by screen readers.
    """

    key: str
    title: str
    description: str
    left: str
    right: str
    top: str
    bottom: str
    line: str
    band: str
    dots: tuple[Place, ...]
    marks: tuple[Place, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Words:
    """What a plot says beside its line."""

    title: str
    description: str
    left: str
    right: str
    top: str
    bottom: str


def line_plot(
    key: str, points: Sequence[Point], marks: Sequence[tuple[float, str]], *, low: float, high: float, words: Words
) -> LinePlot:
    """Return a plot of points in the order of x on a scale from `low` to `high`, which must differ and hold them all.

    Marks before the first point or after the last are left out. A single point stands in the middle.
    """
    start, end = points[0].x, points[-1].x

    def across(x: float) -> float:
        return round((x - start) / (end - start) * WIDTH, 2) if end > start else WIDTH / 2

    def up(value: float) -> float:
        return round((high - value) / (high - low) * HEIGHT, 2)

    there = [(across(point.x), up(point.low)) for point in points]
    back = [(across(point.x), up(point.high)) for point in reversed(points)]
    return LinePlot(
        key,
        **vars(words),
        line=_path([(across(point.x), up(point.value)) for point in points]),
        band=f"{_path([*there, *back])}Z",
        dots=tuple(Place(across(point.x), up(point.value), point.says) for point in points),
        marks=tuple(Place(across(x), 0, says) for x, says in marks if start <= x <= end),
    )


def _path(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)

"""Plots as numbers for an SVG: pages may not carry styles or scripts of their own. Pure; no Django here."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 600, 80, 2
# The height of a line of a dot plot.
LINE = 20


@dataclass(frozen=True)
class Bar:
    """A rectangle of the plot, in its units, and what it says to somebody who points at it."""

    x: float
    y: float
    width: float
    height: float
    says: str


@dataclass(frozen=True)
class BarPlot:
    """A plot of counts. `title` and `description` are read out by screen readers; `left` and `right` name the ends.

    `highest` is the largest value, the height of the whole plot.
    """

    key: str
    title: str
    description: str
    left: str
    right: str
    highest: int
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT


def bar_plot(
    key: str, values: Sequence[int], says: Sequence[str], *, title: str, description: str, left: str, right: str
) -> BarPlot:
    """Return a plot of the values from left to right, each above 0 at least a line high; `key` is its name in HTML."""
    highest = max(values, default=0)
    step = WIDTH / max(len(values), 1)
    bars = (
        _bar(number * step, step - GAP, value / highest * HEIGHT, words)
        for number, (value, words) in enumerate(zip(values, says, strict=True))
        if value
    )
    return BarPlot(key, title, description, left, right, highest, tuple(bars))


def _bar(x: float, width: float, height: float, says: str) -> Bar:
    height = max(height, 1.0)
    return Bar(round(x, 2), round(HEIGHT - height, 2), round(width, 2), round(height, 2), says)


@dataclass(frozen=True)
class Mark:
    """A value with its interval, on the plot's own scale, and what it says; `kind` gives its shape."""

    kind: str
    value: float
    low: float
    high: float
    says: str


@dataclass(frozen=True)
class Dot:
    """A mark in the plot's units: a dot at `x`, and a line from `left` to `right`."""

    kind: str
    x: float
    left: float
    right: float
    y: float
    says: str


@dataclass(frozen=True)
class DotPlot:
    """A plot of values with their intervals, one under the other. Texts as in a BarPlot."""

    key: str
    title: str
    description: str
    left: str
    right: str
    dots: tuple[Dot, ...]
    height: int
    width: int = WIDTH


def dot_plot(
    key: str, marks: Sequence[Mark], *, low: float, high: float, title: str, description: str, left: str, right: str
) -> DotPlot:
    """Return a plot of the marks on a scale from `low` to `high`, which must differ and hold them all."""
    dots = (_dot(mark, LINE // 2 + LINE * number, low, high) for number, mark in enumerate(marks))
    return DotPlot(key, title, description, left, right, tuple(dots), LINE * len(marks))


def _dot(mark: Mark, y: float, low: float, high: float) -> Dot:
    x, left, right = (round((value - low) / (high - low) * WIDTH, 2) for value in (mark.value, mark.low, mark.high))
    return Dot(mark.kind, x, left, right, y, mark.says)


@dataclass(frozen=True)
class Step:
    """A bar of a waterfall: a rectangle from `x` on, on a line of its own at `y`, with what it says.

    The words stand at `words_x`, on the side with more room: their `anchor` is that of SVG, start or end.
    """

    x: float
    y: float
    width: float
    says: str
    words_x: float
    anchor: str


@dataclass(frozen=True)
class StepPlot:
    """Parts of a whole, each beginning where the one before ends. Texts as in a BarPlot."""

    key: str
    title: str
    description: str
    steps: tuple[Step, ...]
    height: int
    width: int = WIDTH


def step_plot(key: str, parts: Sequence[tuple[int, str]], *, title: str, description: str) -> StepPlot:
    """Return a waterfall of counts and what they say, whose sum is the whole width."""
    whole = sum(count for count, _ in parts)
    steps, begun = [], 0
    for number, (count, says) in enumerate(parts):
        x, width = begun / whole * WIDTH, max(count / whole * WIDTH, 1.0)
        steps.append(_step(x, LINE * number, width, says))
        begun += count
    return StepPlot(key, title, description, tuple(steps), LINE * len(parts))


def _step(x: float, y: float, width: float, says: str) -> Step:
    roomier_left = x > WIDTH - x - width
    words_x = x - GAP * 3 if roomier_left else x + width + GAP * 3
    return Step(round(x, 2), y, round(width, 2), says, round(words_x, 2), "end" if roomier_left else "start")

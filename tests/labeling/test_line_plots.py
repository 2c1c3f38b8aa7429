"""Lines over time: every point and mark at its place, within the plot."""

from labeling.line_plots import HEIGHT, Point, Words, line_plot
from labeling.plots import WIDTH

WORDS = Words(title="A", description="B", left="C", right="D", top="E", bottom="F")
POINTS = [Point(10, 0.5, 0.4, 0.6, "first"), Point(20, 0.8, 0.7, 1.0, "second"), Point(50, 0.6, 0.5, 0.7, "third")]


def plot(points=POINTS, marks=()):
    return line_plot("key", points, marks, low=0.0, high=1.0, words=WORDS)


def test_points_stand_by_time_and_value():
    dots = plot().dots
    assert [(dot.x, dot.y) for dot in dots] == [(0, 0.5 * HEIGHT), (WIDTH / 4, 24), (WIDTH, 0.4 * HEIGHT)]
    assert [dot.says for dot in dots] == ["first", "second", "third"]


def test_the_line_goes_through_them_and_the_band_around_them():
    found = plot()
    assert found.line == "M0 60L150 24L600 48"
    assert found.band == "M0 72L150 36L600 60L600 36L150 0L0 48Z"


def test_marks_within_the_time_stand_there():
    marks = plot(marks=[(9, "before"), (30, "there"), (51, "after")]).marks
    assert [(mark.x, mark.says) for mark in marks] == [(WIDTH / 2, "there")]


def test_a_single_point_stands_in_the_middle():
    assert [dot.x for dot in plot(POINTS[:1]).dots] == [WIDTH / 2]


def test_the_words_are_kept():
    found = plot()
    assert (found.title, found.description, found.left, found.right, found.top, found.bottom) == tuple("ABCDEF")

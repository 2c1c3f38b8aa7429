"""Bars and dots of an SVG: inside its box, where what they stand for belongs."""

from labeling.plots import HEIGHT, LINE, WIDTH, Mark, bar_plot, dot_plot

WORDS = {"title": "t", "description": "d", "left": "old", "right": "new"}


def test_bars_are_as_high_as_their_values_and_stand_on_the_ground():
    plot = bar_plot("k", [0, 5, 10], ["none", "five", "ten"], **WORDS)
    assert [(bar.says, bar.height, bar.y) for bar in plot.bars] == [
        ("five", HEIGHT / 2, HEIGHT / 2),
        ("ten", HEIGHT, 0),
    ]
    assert plot.highest == 10
    assert plot.bars[-1].x + plot.bars[-1].width <= WIDTH


def test_little_beside_much_is_still_to_be_seen():
    assert bar_plot("k", [1, 100_000], ["", ""], **WORDS).bars[0].height == 1.0


def test_nothing_is_an_empty_plot():
    assert bar_plot("k", [0] * 60, [""] * 60, **WORDS).bars == ()


def test_dots_lie_on_their_scale_one_under_the_other():
    marks = [Mark("with", 0.6, 0.5, 0.7, "one"), Mark("without", 0.9, 0.8, 1.0, "two")]
    plot = dot_plot("k", marks, low=0.5, high=1.0, **WORDS)
    places = [(dot.kind, dot.left, dot.x, dot.right, dot.y) for dot in plot.dots]
    assert places == [
        ("with", 0, 0.2 * WIDTH, 0.4 * WIDTH, LINE / 2),
        ("without", 0.6 * WIDTH, 0.8 * WIDTH, WIDTH, 1.5 * LINE),
    ]
    assert (plot.width, plot.height) == (WIDTH, 2 * LINE)

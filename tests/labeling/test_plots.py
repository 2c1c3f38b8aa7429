"""Bars of an SVG: inside its box, as high as what they stand for."""

from labeling.plots import HEIGHT, WIDTH, bar_plot

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

"""A model's answers beside people's decisions, counted by hand."""

import pytest

from labeling.confusion import Compared, accuracy, answer, bands, by_category, confusion, mean_top

# Three safe, of which one is called harmful; two harmful, both found.
COMPARED = [
    Compared("safe", "safe", 0.9),
    Compared("safe", "safe", 0.6),
    Compared("safe", "harmful", 0.5),
    Compared("harmful", "harmful", 1.0),
    Compared("harmful", "harmful", 0.45),
]


def test_accuracy_counts_equal_answers():
    assert (accuracy(COMPARED).hits, accuracy(COMPARED).n) == (4, 5)


def test_the_table_has_people_in_rows_and_the_model_in_columns():
    assert confusion(COMPARED, people=["safe", "low", "harmful"], model=["safe", "harmful"]) == [[2, 1], [0, 0], [0, 2]]


def test_recall_is_of_what_people_said_and_precision_of_what_the_model_said():
    safe, low, harmful = by_category(COMPARED, ["safe", "low", "harmful"])
    assert [(safe.recall.hits, safe.recall.n), (safe.precision.hits, safe.precision.n)] == [(2, 3), (2, 2)]
    assert [(harmful.recall.hits, harmful.recall.n), (harmful.precision.hits, harmful.precision.n)] == [(2, 2), (2, 3)]
    assert (low.recall.n, low.precision.n) == (0, 0)


def test_bands_hold_each_image_once_and_certainty_too():
    found = [(band.low, band.high, band.accuracy.n, band.accuracy.hits) for band in bands(COMPARED)]
    assert found == [(0.0, 0.5, 1, 1), (0.5, 0.7, 2, 1), (0.9, 1.0, 2, 2)]
    assert bands(COMPARED)[1].mean_top == pytest.approx(0.55)


def test_the_mean_of_nothing_is_nothing():
    assert (mean_top(COMPARED), mean_top([])) == (pytest.approx(0.69), 0.0)


def test_the_answer_is_the_first_of_the_most_probable():
    assert answer(["a", "b", "c"], [0.2, 0.4, 0.4]) == ("b", 0.4)

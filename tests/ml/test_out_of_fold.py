"""Heads judge examples that they have not seen, so that a wrong label does not confirm itself."""

import numpy as np
import pytest

from ml import services


@pytest.fixture(scope="module")
def data():
    """Three clouds in ten dimensions, and the number of a fourth category that nobody used."""
    dice = np.random.default_rng(0)
    labels = np.repeat([0, 1, 3], [40, 40, 20])
    return (dice.normal(size=(4, 10)) * 3)[labels] + dice.normal(size=(100, 10)), labels


def test_probabilities_are_of_every_category_and_sum_to_one(data):
    features, labels = data
    p = services.out_of_fold(features, labels, 4, 5, 0)
    assert p.shape == (100, 4)
    assert p.sum(1) == pytest.approx(np.ones(100))
    assert p[:, 2].max() == 0
    assert np.mean(p.argmax(1) == labels) > 0.95


def test_what_says_nothing_of_its_label_is_judged_by_chance():
    dice = np.random.default_rng(1)
    labels = np.repeat([0, 1], 30)
    p = services.out_of_fold(dice.normal(size=(60, 200)), labels, 2, 5, 0)
    assert np.mean(p.argmax(1) == labels) < 0.8  # seen, sixty points in two hundred dimensions are all told apart


def test_a_wrong_label_is_outvoted(data):
    features, labels = data
    wrong = labels.copy()
    wrong[0] = 1
    p = services.out_of_fold(features, wrong, 4, 5, 0)
    assert p[0].argmax() == 0


def test_the_same_seed_gives_the_same(data):
    once, again = (services.out_of_fold(data[0], data[1], 4, 5, 7) for _ in range(2))
    assert once == pytest.approx(again)


@pytest.mark.parametrize(
    ("features", "labels", "said"),
    [
        (np.zeros((4, 2)), [0, 0, 0, 0], "two categories"),
        (np.zeros((4, 2)), [0, 1, 0], "do not fit"),
        (np.full((4, 2), np.nan), [0, 1, 0, 1], "not finite"),
        (np.zeros((4, 2)), [0, 1, 0, 3], "below 3"),
        (np.zeros((5, 2)), [0, 0, 0, 1, 1], "each of 3 folds"),
    ],
)
def test_what_cannot_be_dealt_is_refused(features, labels, said):
    with pytest.raises(ValueError, match=said):
        services.out_of_fold(features, np.array(labels), 3, 3, 0)

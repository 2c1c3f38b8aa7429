import numpy as np
import pytest

from labeling.agreement import majority
from labeling.agreement.ratings import NEVER

COUNTS = np.array([[3, 1, 0], [2, 2, 0], [1, 1, 1], [0, 0, 0]])


def test_ties_are_shared():
    held = majority.majority(COUNTS)
    assert held == pytest.approx(np.array([[1, 0, 0], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3], [0, 0, 0]]))


def test_accuracy_counts_a_shared_tie_in_part_and_passes_over_the_unknown_and_the_unjudged():
    held = majority.majority(COUNTS)
    assert majority.accuracy(held, np.array([0, 1, 2, 0])) == (pytest.approx((1 + 0.5 + 1 / 3) / 3), 3)
    assert majority.accuracy(held, np.array([NEVER, 1, NEVER, 0])) == (0.5, 1)


def test_a_category_that_nobody_used_is_wrong():
    assert majority.accuracy(majority.majority(COUNTS), np.array([3, 0, NEVER, NEVER])) == (0.25, 2)


def test_there_is_no_accuracy_without_known_answers():
    assert majority.accuracy(majority.majority(COUNTS), np.full(4, NEVER)) == (None, 0)

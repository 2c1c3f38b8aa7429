"""Cohen's kappa against scikit-learn and statsmodels, labels missing."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

from labeling.agreement import cohen
from labeling.agreement.ratings import Ratings
from tests.labeling.agreement_data import judged, simulated


@pytest.mark.parametrize("seed", range(10))
def test_kappa_of_two_people_is_that_of_the_libraries(seed):
    ratings, _ = simulated(seed, k=2 + seed % 3, items=80)
    one, other = judged(ratings)[:, :2].T
    both = ~np.isnan(one) & ~np.isnan(other)
    found = cohen.of_two(ratings, 0, 1)
    assert found.value == pytest.approx(cohen_kappa_score(one[both], other[both]), abs=1e-12)
    table = cohen.table_of_two(ratings, 0, 1)
    assert found.value == pytest.approx(cohens_kappa(table).kappa, abs=1e-12)
    assert found.pairs == both.sum() == table.sum()
    assert found.low < found.value < found.high


def test_the_interval_is_about_that_of_large_samples():
    table = np.array([[200, 30], [20, 150]])
    found, known = cohen.of_table(table, resamples=4_000), cohens_kappa(table)
    assert found.low == pytest.approx(known.kappa_low, abs=0.01)
    assert found.high == pytest.approx(known.kappa_upp, abs=0.01)


def test_pooled_margins_are_scotts():
    # W. A. Scott's pi: (po - pe) / (1 - pe) with pe of the mean margins; here 0.7 and pe = 0.65^2 + 0.35^2.
    table = np.array([[50, 10], [20, 20]])
    assert cohen.of_table(table, pooled=True).value == pytest.approx((0.7 - 0.545) / (1 - 0.545))
    assert cohen.of_table(table).value == pytest.approx((0.7 - 0.54) / (1 - 0.54))


def test_two_people_who_share_too_little_get_no_number():
    rows = [(item, rater, "ab"[item % 2]) for item in range(12) for rater in "xy"] + [(99, "x", "a")]
    found = cohen.of_two(Ratings.of(rows), 0, 1)
    assert (found.value, found.pairs, found.missing) == (None, 12, 8)
    assert cohen.of_two(Ratings.of(rows), 0, 1, minimum=12).value == 1.0


def test_kappa_is_not_defined_where_both_always_say_the_same_word():
    found = cohen.of_table(np.array([[30, 0], [0, 0]]))
    assert (found.value, found.interval, found.missing) == (None, None, 0)

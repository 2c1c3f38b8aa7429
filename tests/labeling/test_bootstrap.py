"""The short way to a median's bootstrap interval gives what drawing the samples gives."""

import numpy as np
import pytest

from labeling.bootstrap import interval, medians


@pytest.mark.parametrize("n", [1, 2, 7, 40, 301])
def test_it_is_what_resampling_gives(n):
    values = np.random.default_rng(5).lognormal(1, 0.5, n)
    dice = np.random.default_rng(6)
    drawn = np.median(dice.choice(values, (20_000, n)), axis=1)
    found = medians(list(values), seed=7)
    spread = drawn.std()
    assert found.mean() == pytest.approx(drawn.mean(), abs=0.06 * spread + 1e-9)
    assert found.std() == pytest.approx(spread, rel=0.06)
    assert interval(found) == pytest.approx(interval(drawn), abs=0.35 * spread + 1e-9)


def test_the_same_seed_gives_the_same_interval():
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    assert interval(medians(values, seed=1)) == interval(medians(values, seed=1))


def test_the_interval_covers_the_true_median_about_as_often_as_it_says():
    dice, covered = np.random.default_rng(8), 0
    for trial in range(400):
        low, high = interval(medians(list(dice.lognormal(0, 1, 60)), seed=trial))
        covered += low <= 1.0 <= high
    # 95 % of 400 is 380; four standard deviations are 17, and the percentile interval is a little short for medians.
    assert covered > 355


def test_nothing_has_no_median():
    with pytest.raises(ValueError, match="no median"):
        medians([], seed=0)

"""Wilson's, Newcombe's and Tango's intervals against published values."""

import pytest

from labeling.intervals import Z95, newcombe, share, tango, wilson

# R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998),
# table I, method 3 (score without continuity correction).
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662)),
    (15, 148, (0.0624, 0.1605)),
    (0, 20, (0.0, 0.1611)),
    (1, 29, (0.0061, 0.1718)),
]


@pytest.mark.parametrize(("hits", "n", "known"), NEWCOMBE)
def test_the_interval_is_the_published_one(hits, n, known):
    assert wilson(hits, n) == pytest.approx(known, abs=5e-5)


def test_it_is_symmetric_and_stays_within_bounds():
    low, high = wilson(3, 40)
    assert wilson(37, 40) == pytest.approx((1 - high, 1 - low))
    assert wilson(40, 40)[1] == 1.0
    assert wilson(0, 40)[0] == 0.0


def test_an_empty_sample_says_nothing():
    assert (share(0, 0).value, *wilson(0, 0)) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(hits, n):
    with pytest.raises(ValueError, match="is no share"):
        wilson(hits, n)


# R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17
# (1998), table II, method 10 (hybrid score without continuity correction).
DIFFERENCES = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("first", "second", "known"), DIFFERENCES)
def test_the_interval_of_a_difference_is_the_published_one(first, second, known):
    assert newcombe(share(*first), share(*second)) == pytest.approx(known, abs=5e-5)
    low, high = known
    assert newcombe(share(*second), share(*first)) == pytest.approx((-high, -low), abs=5e-5)


def test_a_difference_from_nothing_is_unknown():
    low, high = newcombe(share(0, 0), share(5, 10))
    assert low < -0.7
    assert high > 0.3


def test_tangos_interval_is_the_published_one():
    # M. W. Fagerlund, S. Lydersen, P. Laake, "Recommended tests and confidence intervals for paired binomial
    # proportions", Statistics in Medicine 33 (2014), 2850-2875, airway hyper-responsiveness before and after.
    assert tango(1, 7, 21) == pytest.approx((-0.517, -0.026), abs=5e-4)


def test_without_changes_tangos_limits_are_known():
    squared = Z95**2
    assert tango(0, 0, 30) == pytest.approx((-squared / (30 + squared), squared / (30 + squared)))


def test_tangos_interval_turns_round_with_the_sign_and_stays_within_bounds():
    low, high = tango(9, 2, 60)
    assert low < 7 / 60 < high
    assert tango(2, 9, 60) == pytest.approx((-high, -low))
    assert tango(20, 0, 20)[1] == 1.0
    assert tango(0, 20, 20)[0] == -1.0


@pytest.mark.parametrize(("gained", "lost", "n"), [(-1, 0, 5), (4, 2, 5), (0, 0, 0)])
def test_impossible_changes_are_refused(gained, lost, n):
    with pytest.raises(ValueError, match="are no shares"):
        tango(gained, lost, n)

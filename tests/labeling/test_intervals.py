"""Wilson's interval against published values."""

import pytest

from labeling.intervals import share, wilson

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

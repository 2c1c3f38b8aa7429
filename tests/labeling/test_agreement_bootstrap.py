import numpy as np
import pytest

from labeling.agreement import alpha, coefficients
from labeling.agreement.bootstrap import estimate, percentiles, resampled
from labeling.agreement.estimates import MIN_PAIRS
from tests.labeling.agreement_data import simulated

ALL = {"raw": coefficients.RAW, "alpha": alpha.NOMINAL, "ordinal": alpha.ORDINAL, "ac1": coefficients.AC1}


def test_a_resample_has_as_many_items_and_any_item_several_times():
    rows = np.column_stack([np.ones(50), np.eye(50)])
    found = resampled(rows, 200, seed=1)
    assert (found[:, 0] == 50).all()
    assert found[:, 1:].max() > 1
    assert found[:, 1:].mean() == pytest.approx(1.0)


def test_many_resamples_of_many_items_are_drawn_in_blocks_that_add_up(monkeypatch):
    rows = np.ones((30, 1))
    monkeypatch.setattr("labeling.agreement.bootstrap.CELLS", 100)
    assert resampled(rows, 10, seed=1).tolist() == [[30.0]] * 10


def test_the_interval_holds_the_value_and_the_same_seed_gives_the_same():
    counts = simulated(4)[0].counts()
    found = estimate(counts, ALL, seed=7)
    assert found == estimate(counts, ALL, seed=7)
    for each in found.values():
        assert each.low < each.value < each.high
        assert each.interval == (each.low, each.high)


def test_more_items_make_the_interval_narrower():
    few, many = (estimate(simulated(4, items=n)[0].counts(), ALL)["raw"] for n in (40, 640))
    assert (many.high - many.low) < (few.high - few.low) / 2.5


def test_it_counts_items_with_two_judgements_and_pairs():
    found = estimate(np.array([[1, 0], [2, 0], [1, 1], [2, 2]]), ALL, minimum=1)["raw"]
    assert (found.items, found.pairs, found.missing) == (3, 8, 0)


def test_too_few_pairs_give_no_number_but_how_many_are_missing():
    counts = np.array([[1, 1]] * (MIN_PAIRS - 3) + [[1, 0]] * 9)
    found = estimate(counts, ALL)["alpha"]
    assert (found.value, found.interval, found.pairs, found.missing) == (None, None, MIN_PAIRS - 3, 3)
    assert estimate(np.zeros((0, 2), dtype=int), ALL, minimum=0)["raw"].missing == 1


def test_what_is_not_defined_has_neither_value_nor_missing_pairs():
    found = estimate(np.array([[3, 0]] * 20), ALL)["alpha"]
    assert (found.value, found.interval, found.missing) == (None, None, 0)


def test_the_interval_leaves_a_fortieth_of_the_resamples_on_either_side():
    assert percentiles(np.arange(1_001.0)) == (pytest.approx(25.0), pytest.approx(975.0))


def test_no_interval_where_most_resamples_are_undefined():
    assert percentiles(np.array([np.nan, np.nan, 0.5])) == (None, None)
    assert percentiles(np.array([np.nan, 0.5, 0.5])) == (0.5, 0.5)


def test_about_95_of_100_intervals_hold_the_truth():
    # Three people who each say yes with chance p, p differing by item: how often two agree is known exactly.
    random = np.random.default_rng(11)
    shares = np.array([0.1, 0.5, 0.9])
    truth = np.mean(shares**2 + (1 - shares) ** 2)
    hits = 0
    for seed in range(300):
        yes = random.binomial(3, random.choice(shares, size=120))
        found = estimate(np.column_stack([3 - yes, yes]), {"raw": coefficients.RAW}, resamples=400, seed=seed)["raw"]
        hits += found.low <= truth <= found.high
    assert 0.91 <= hits / 300 <= 0.98

"""Noise and drift: known answers, other libraries' tests, and intervals that hold as often as they say."""

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar

from labeling.agreement.drift import noise_and_drift, of_table, sign_test


def answers(table):
    """First and later answers of a table of first against later ones."""
    pairs = [(row, column) for row, cells in enumerate(table) for column, n in enumerate(cells) for _ in range(n)]
    return np.array(pairs).T


def found(table, **options):
    return noise_and_drift(*answers(table), **options)


def test_flips_both_ways_are_noise_and_no_drift():
    numbers = found([[40, 6], [6, 48]])
    assert (numbers.pairs, numbers.differs.value, numbers.noise.value, numbers.drift.value) == (100, 0.12, 0.12, 0.0)
    assert numbers.drift.low == pytest.approx(-numbers.drift.high)
    assert numbers.p_value == 1.0


def test_flips_one_way_are_drift_and_no_noise():
    up, down = found([[40, 9], [0, 51]]), found([[40, 0], [9, 51]])
    assert (up.drift.value, up.noise.value, up.differs.value) == (0.09, 0.0, 0.09)
    assert up.drift.low > 0
    assert (down.drift.value, down.drift.low, down.drift.high) == (-0.09, -up.drift.high, pytest.approx(-up.drift.low))


def test_on_a_scale_every_step_up_counts_once_however_far():
    numbers = found([[20, 3, 4], [1, 30, 2], [1, 0, 39]])
    assert (numbers.up, numbers.down) == (9, 2)
    assert (numbers.differs.value, numbers.noise.value, numbers.drift.value) == (0.11, 0.04, 0.07)
    assert numbers.differs.value == pytest.approx(numbers.noise.value + abs(numbers.drift.value))


def test_a_table_gives_what_its_pairs_give():
    table = np.array([[20, 3, 4], [1, 30, 2], [1, 0, 39]])
    assert of_table(table) == found(table)


def test_the_test_of_no_drift_is_mcnemars():
    for up, down in ((9, 2), (0, 7), (5, 5), (1, 0), (30, 14)):
        known = mcnemar([[50, up], [down, 40]], exact=True).pvalue
        assert sign_test(up, down) == pytest.approx(known)
    assert sign_test(0, 0) == 1.0


def test_too_few_pairs_give_no_number_but_how_many_are_missing():
    numbers = found([[6, 1], [1, 4]])
    for each in (numbers.differs, numbers.noise, numbers.drift):
        assert (each.value, each.interval, each.pairs, each.missing) == (None, None, 12, 8)
    assert numbers.p_value is None
    assert found([[6, 1], [1, 4]], minimum=12).differs.value == pytest.approx(2 / 12)
    nobody = noise_and_drift(np.zeros(0, int), np.zeros(0, int), minimum=0)
    assert (nobody.pairs, nobody.drift.missing) == (0, 1)


def test_somebody_who_never_changes_may_still_be_unsteady():
    numbers = found([[10, 0], [0, 10]])
    assert (numbers.differs.value, numbers.drift.value) == (0.0, 0.0)
    assert numbers.differs.high > 0.1
    assert numbers.drift.low == pytest.approx(-numbers.drift.high) != 0
    assert numbers.noise.high > 0.1


def test_answers_that_are_no_pairs_are_refused():
    with pytest.raises(ValueError, match="no pairs"):
        noise_and_drift(np.zeros(3, int), np.zeros(2, int))


@pytest.mark.parametrize("n", [40, 120])
@pytest.mark.parametrize(("up", "down"), [(0.12, 0.0), (0.10, 0.02), (0.05, 0.05), (0.04, 0.14)])
def test_about_95_of_100_intervals_hold_the_truth(n, up, down):
    times = np.random.default_rng(3).multinomial(n, [up, down, (1 - up - down) / 2, (1 - up - down) / 2], size=800)
    numbers = [of_table(np.array([[same, goes_up], [goes_down, rest]])) for goes_up, goes_down, same, rest in times]
    truths = {"differs": up + down, "noise": 2 * min(up, down), "drift": up - down}
    for name, truth in truths.items():
        held = np.mean([getattr(each, name).low <= truth <= getattr(each, name).high for each in numbers])
        # Of what is as often up as down the noise's interval holds more often than it says, never less.
        assert 0.92 <= held <= (1.0 if name == "noise" else 0.985), name


def test_the_noise_of_somebody_who_drifts_holds_its_truth_however_small():
    # True noise 0.0008: a single flip back among 300 pairs must not rule it out, as Wilson's interval alone would.
    assert found([[150, 30], [1, 119]]).noise.low < 0.0008
    assert found([[150, 30], [4, 116]]).noise.low > 0.008

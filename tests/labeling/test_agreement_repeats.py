import numpy as np
import pytest

from labeling.agreement.ratings import Ratings
from labeling.agreement.repeats import self_consistency, shift
from labeling.intervals import share


def ratings_of(table: list[list[int]], rater: str = "ann", names: str = "ab") -> list[tuple[str, str, str]]:
    """Rows of a person whose first and second judgements make up the table."""
    pairs = [(row, column) for row, cells in enumerate(table) for column, n in enumerate(cells) for _ in range(n)]
    first = [(f"{rater} {item}", rater, names[row]) for item, (row, _) in enumerate(pairs)]
    return first + [(f"{rater} {item}", rater, names[column]) for item, (_, column) in enumerate(pairs)]


def test_flips_both_ways_shift_nothing():
    found = self_consistency(Ratings.of(ratings_of([[40, 5], [5, 50]])))
    assert (found.pairs, found.same.hits) == (100, 90)
    assert [each.value for each in found.shifts] == [0.0, 0.0]


def test_flips_one_way_shift_the_categories():
    found = self_consistency(Ratings.of(ratings_of([[40, 8], [0, 52]])))
    assert [(each.category, each.value) for each in found.shifts] == [("a", -0.08), ("b", 0.08)]
    assert found.shifts[1].low > 0


def test_shifts_are_the_changes_of_the_margins():
    found = self_consistency(Ratings.of(ratings_of([[20, 6, 1], [2, 30, 3], [0, 1, 37]], names="abc")))
    # Margins: a 27 -> 22, b 35 -> 37, c 38 -> 41.
    assert [each.value for each in found.shifts] == pytest.approx([-0.05, 0.02, 0.03])


def test_kappa_of_a_person_with_themself_has_pooled_margins():
    found = self_consistency(Ratings.of(ratings_of([[50, 10], [20, 20]])))
    assert found.kappa.value == pytest.approx((0.7 - 0.545) / (1 - 0.545))


def test_of_one_person_only_their_own_pairs_count():
    rows = ratings_of([[30, 0], [0, 30]], "ann") + ratings_of([[10, 20], [10, 20]], "bob")
    ratings = Ratings.of(rows)
    ann, bob = (self_consistency(ratings, ratings.raters.index(name)) for name in ("ann", "bob"))
    assert (ann.same.value, bob.same.value) == (1.0, 0.5)
    assert self_consistency(ratings).pairs == 120


def test_too_few_pairs_give_no_number_but_how_many_are_missing():
    found = self_consistency(Ratings.of(ratings_of([[6, 1], [1, 4]])))
    assert (found.pairs, found.missing, found.same) == (12, 8, None)
    assert (found.kappa.value, found.shifts) == (None, ())


def test_another_persons_label_is_no_repeat():
    rows = [(item, rater, "a") for item in range(40) for rater in ("ann", "bob")]
    assert self_consistency(Ratings.of(rows)).pairs == 0


@pytest.mark.parametrize("cells", [(0.88, 0.06, 0.02, 0.04), (0.55, 0.03, 0.07, 0.35), (0.60, 0.05, 0.05, 0.30)])
@pytest.mark.parametrize("n", [80, 300])
def test_about_95_of_100_intervals_hold_the_true_drift_and_inconsistency(cells, n):
    tables = np.random.default_rng(5).multinomial(n, cells, size=2_000).reshape(-1, 2, 2)
    drift, same = cells[1] - cells[2], cells[0] + cells[3]
    shifts = [shift(table, 1, "b") for table in tables]
    assert 0.93 <= np.mean([each.low <= drift <= each.high for each in shifts]) <= 0.98
    shares = [share(int(np.trace(table)), n) for table in tables]
    assert 0.93 <= np.mean([each.low <= same <= each.high for each in shares]) <= 0.98

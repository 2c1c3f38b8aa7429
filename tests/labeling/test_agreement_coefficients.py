"""Every coefficient against published values, other libraries, and its definition in plain loops."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score
from statsmodels.stats.inter_rater import fleiss_kappa

from labeling.agreement import alpha, coefficients
from labeling.agreement.bootstrap import Coefficient
from labeling.agreement.ratings import IntArray
from tests.labeling.agreement_data import judged, simulated, textbook


def value(coefficient: Coefficient, counts: IntArray) -> float:
    return float(coefficient.of(coefficient.per_item(counts).sum(axis=0)))


# Krippendorff (2011), section C, prints 0.743, 0.815 and 0.849; Gwet's Handbook (2014), for the same table, Fleiss'
# kappa as 0.7612, AC1 as 0.7754 and the observed agreement as 0.8182.
@pytest.mark.parametrize(
    ("coefficient", "published"),
    [
        (alpha.NOMINAL, 0.743),
        (alpha.ORDINAL, 0.815),
        (alpha.interval([1, 2, 3, 4, 5]), 0.849),
        (coefficients.FLEISS, 0.7612),
        (coefficients.AC1, 0.7754),
        (coefficients.RAW, 0.8182),
    ],
)
def test_the_textbook_example_gives_the_published_value(coefficient, published):
    assert value(coefficient, textbook().counts()) == pytest.approx(published, abs=6e-4)


def test_fleiss_own_example_gives_his_kappa():
    # J. L. Fleiss, "Measuring nominal scale agreement among many raters" (1971), as worked out in many textbooks.
    counts = np.array(
        [
            *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
            *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
        ]
    )
    assert value(coefficients.FLEISS, counts) == pytest.approx(0.210, abs=5e-4)


@pytest.mark.parametrize("seed", range(10))
def test_fleiss_kappa_is_that_of_statsmodels_on_complete_data(seed):
    counts = simulated(seed, seen=1.0, k=2 + seed % 3)[0].counts()
    assert value(coefficients.FLEISS, counts) == pytest.approx(fleiss_kappa(counts, method="fleiss"), abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_of_two_people_labels_missing_it_is_what_the_libraries_say_of_what_both_judged(seed):
    k = 2 + seed % 3
    ratings, _ = simulated(seed, items=80, raters=2, k=k, seen=0.7)
    one, other = judged(ratings).T
    both = ~np.isnan(one) & ~np.isnan(other)
    assert 20 < both.sum() < len(both), "nothing is missing"
    first, second, counts = one[both], other[both], ratings.counts()
    assert value(coefficients.RAW, counts) == pytest.approx(accuracy_score(first, second), abs=1e-12)
    # What is called F1 of a classifier is the specific agreement of two people.
    known = f1_score(first, second, labels=range(k), average=None)
    assert [value(coefficients.specific(place), counts) for place in range(k)] == pytest.approx(known, abs=1e-12)
    # Krippendorff's chance draws without putting back, Fleiss' with: of n labels that is a factor of (n - 1) / n.
    n = 2 * both.sum()
    fleiss = fleiss_kappa(counts[counts.sum(axis=1) == 2], method="fleiss")
    assert value(alpha.NOMINAL, counts) == pytest.approx(1 - (1 - fleiss) * (n - 1) / n, abs=1e-12)


def lists(counts: IntArray) -> list[list[int]]:
    """The judgements of each item, as places of categories."""
    return [[k for k, n in enumerate(row) for _ in range(n)] for row in counts.tolist()]


def raw_by_loops(counts: IntArray) -> float:
    shares = [
        np.mean([one == other for one, other in combinations(item, 2)]) for item in lists(counts) if len(item) > 1
    ]
    return float(np.mean(shares))


def ac1_by_loops(counts: IntArray) -> float:
    k = counts.shape[1]
    shares = [np.mean([item.count(c) / len(item) for item in lists(counts) if item]) for c in range(k)]
    chance = sum(p * (1 - p) for p in shares) / (k - 1)
    return (raw_by_loops(counts) - chance) / (1 - chance)


def fleiss_by_loops(counts: IntArray) -> float:
    shares = [np.mean([item.count(c) / len(item) for item in lists(counts) if item]) for c in range(counts.shape[1])]
    chance = sum(p * p for p in shares)
    return (raw_by_loops(counts) - chance) / (1 - chance)


def alpha_by_loops(counts: IntArray, ordinal: bool) -> float:
    """1 - mean disagreement within items / mean disagreement of any two of the judgements that can be paired."""
    items = [item for item in lists(counts) if len(item) > 1]
    values = [label for item in items for label in item]

    def apart(one: int, other: int) -> float:
        if not ordinal:
            return float(one != other)
        low, high = sorted((one, other))
        between = sum(values.count(g) for g in range(low, high + 1))
        return (between - (values.count(low) + values.count(high)) / 2) ** 2

    within = sum(2 * sum(apart(*pair) for pair in combinations(item, 2)) / (len(item) - 1) for item in items)
    overall = 2 * sum(apart(*pair) for pair in combinations(values, 2)) / (len(values) - 1)
    return 1 - within / overall


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("coefficient", "by_loops"),
    [
        (coefficients.RAW, raw_by_loops),
        (coefficients.AC1, ac1_by_loops),
        (coefficients.FLEISS, fleiss_by_loops),
        (alpha.NOMINAL, lambda counts: alpha_by_loops(counts, ordinal=False)),
        (alpha.ORDINAL, lambda counts: alpha_by_loops(counts, ordinal=True)),
    ],
)
def test_with_missing_labels_it_is_what_its_definition_says(seed, coefficient, by_loops):
    counts = simulated(seed, items=25, k=4, seen=0.4)[0].counts()
    assert (counts.sum(axis=1) == 1).any(), "no item was judged once"
    assert value(coefficient, counts) == pytest.approx(by_loops(counts), abs=1e-12)


def test_specific_agreement_of_two_people_is_cicchettis_and_feinsteins():
    a, b, c, d = 40, 9, 6, 45  # both positive, one positive (two ways), both negative
    counts = np.array([[0, 2]] * a + [[1, 1]] * (b + c) + [[2, 0]] * d)
    assert value(coefficients.specific(1), counts) == pytest.approx(2 * a / (2 * a + b + c))
    assert value(coefficients.specific(0), counts) == pytest.approx(2 * d / (2 * d + b + c))


def test_specific_agreement_of_many_is_the_chance_that_a_second_label_is_the_same():
    counts = simulated(1)[0].counts()
    pairs = [pair for item in lists(counts) for pair in combinations(item, 2)]
    ordered = pairs + [(other, one) for one, other in pairs]
    seconds = [other for one, other in ordered if one == 2]
    assert value(coefficients.specific(2), counts) == pytest.approx(np.mean(np.array(seconds) == 2))


def test_where_only_one_category_was_used_alpha_and_kappa_say_nothing_and_ac1_is_one():
    counts = np.array([[3, 0], [2, 0], [4, 0]])
    assert np.isnan(value(alpha.NOMINAL, counts))
    assert np.isnan(value(alpha.ORDINAL, counts))
    assert np.isnan(value(coefficients.FLEISS, counts))
    assert np.isnan(value(coefficients.specific(1), counts))
    assert value(coefficients.AC1, counts) == 1.0

"""Pairs of people, one person and the others, and images by disagreement, against slow and plain counting."""

from itertools import combinations

import numpy as np
import pytest

from labeling.agreement import cohen
from labeling.agreement.bootstrap import estimate
from labeling.agreement.coefficients import specific
from labeling.agreement.estimates import MIN_PAIRS
from labeling.agreement.pairs import by_category, by_disagreement, first_two, pairs, shared, with_others
from labeling.agreement.ratings import Ratings
from labeling.intervals import share

SCALE = ("a", "b", "c")


@pytest.fixture(params=range(3))
def rows(request):
    """Random labels with missing ones, as (item, person, label)."""
    dice = np.random.default_rng(request.param)
    everything = [(item, person, SCALE[dice.integers(3)]) for item in range(60) for person in "pqrs"]
    return [row for row in everything if dice.random() < 0.7]


def by_item(rows):
    found = {}
    for item, person, label in rows:
        found.setdefault(item, {})[person] = label
    return found


def test_two_people(rows):
    ratings = Ratings.of(rows, categories=SCALE)
    found = {frozenset((ratings.raters[each.one], ratings.raters[each.other])): each for each in pairs(ratings)}
    assert len(found) == 6
    for one, other in combinations("pqrs", 2):
        both = [said for said in by_item(rows).values() if one in said and other in said]
        each = found[frozenset((one, other))]
        assert each.raw == share(sum(said[one] == said[other] for said in both), len(both))
        assert each.kappa == cohen.of_two(ratings, each.one, each.other)
        assert shared(ratings)[each.one, each.other] == each.n == len(both)


def test_only_some_people():
    ratings = Ratings.of([(item, person, "a") for item in range(30) for person in "pqr"], categories=SCALE)
    assert len(pairs(ratings, among={"p", "r"})) == 1


def test_too_few_items_give_no_number_of_two_people():
    ratings = Ratings.of([(item, person, "a") for item in range(MIN_PAIRS - 1) for person in "pq"], categories=SCALE)
    (only,) = pairs(ratings)
    assert (only.n, only.raw, only.kappa.value) == (MIN_PAIRS - 1, None, None)


def test_one_person_and_the_others(rows):
    ratings = Ratings.of(rows, categories=SCALE)
    for person in "pqrs":
        shares = []
        for said in by_item(rows).values():
            others = [label for who, label in said.items() if who != person]
            if person in said and others:
                shares.append((others.count(said[person]) / len(others), len(others)))
        found = with_others(ratings, person)
        assert found.value == pytest.approx(np.mean([each for each, _ in shares]))
        assert (found.items, found.pairs) == (len(shares), sum(n for _, n in shares))
        assert found.low < found.value < found.high


def test_the_interval_narrows_with_more_items():
    def width(n):
        dice = np.random.default_rng(1)
        rows = [(item, person, SCALE[dice.integers(2)]) for item in range(n) for person in "pq"]
        found = with_others(Ratings.of(rows, categories=SCALE), "p")
        return found.high - found.low

    assert width(400) == pytest.approx(width(100) / 2, rel=0.2)
    assert width(400) == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.15)


def test_agreement_on_a_category_rests_on_the_pairs_that_name_it(rows):
    ratings = Ratings.of(rows, categories=SCALE)
    whole = estimate(ratings.counts(), {"b": specific(1)})["b"]
    found = by_category(ratings)["b"]
    named = [[*said.values()] for said in by_item(rows).values() if len(said) > 1 and "b" in said.values()]
    assert (found.value, found.interval, found.items) == (whole.value, whole.interval, len(named))
    assert found.pairs == sum("b" in pair for labels in named for pair in combinations(labels, 2))


def test_a_category_that_is_hardly_named_gets_no_number():
    rows = [(item, person, "b" if item < MIN_PAIRS - 1 else "a") for item in range(60) for person in "pq"]
    found = by_category(Ratings.of(rows, categories=SCALE))
    assert [(found[name].value, found[name].missing) for name in SCALE] == [(1.0, 0), (None, 1), (None, MIN_PAIRS)]


def test_who_judged_nothing_lacks_all_pairs():
    for rows in ([], [(1, "p", "a")]):
        found = with_others(Ratings.of(rows, categories=SCALE), "nobody")
        assert (found.value, found.missing) == (None, MIN_PAIRS)


def test_images_by_disagreement():
    said = {1: "ab", 2: "ac", 3: "aa", 4: "abc", 5: "aab", 6: "ab", 7: "c"}
    rows = [(item, person, label) for item, labels in said.items() for person, label in enumerate(labels)]
    ratings = Ratings.of(rows, categories=SCALE)
    found = [(ratings.items[place], round(differing, 3)) for place, differing in by_disagreement(ratings)]
    assert found == [(4, 1.0), (2, 1.0), (6, 1.0), (1, 1.0), (5, 0.667)]


def test_the_first_two_of_each_item():
    rows = [(1, 5, "a"), (2, 5, "b"), (1, 6, ""), (1, 7, "a"), (2, 6, "c")]
    assert first_two(rows) == [(1, 5, "a"), (2, 5, "b"), (1, 6, ""), (2, 6, "c")]

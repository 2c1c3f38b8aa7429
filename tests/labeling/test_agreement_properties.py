"""What must hold of any judgements."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.agreement import alpha, coefficients, dawid_skene, majority
from labeling.agreement.bootstrap import estimate
from labeling.agreement.ratings import Ratings

NOMINAL = {"raw": coefficients.RAW, "fleiss": coefficients.FLEISS, "ac1": coefficients.AC1, "alpha": alpha.NOMINAL}
EVERY = NOMINAL | {"ordinal": alpha.ORDINAL}
judgements = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 4), st.sampled_from("abc")), min_size=4, max_size=60)


def values(ratings: Ratings, wanted=EVERY) -> dict[str, float | None]:
    found = estimate(ratings.counts(), wanted, resamples=0, minimum=1)
    return {name: each.value for name, each in found.items()}


def same(one, other) -> bool:
    return all(
        (one[name] is None) == (other[name] is None) and (one[name] is None or one[name] == pytest.approx(other[name]))
        for name in one
    )


@given(judgements, st.permutations(range(8)), st.permutations(range(5)))
def test_it_does_not_matter_who_is_who_or_which_item_is_which(rows, items, raters):
    renamed = [(items[item], raters[rater], label) for item, rater, label in rows]
    assert same(values(Ratings.of(rows, categories="abc")), values(Ratings.of(renamed, categories="abc")))


@given(judgements, st.permutations("abc"))
def test_the_names_of_categories_do_not_matter_without_an_order(rows, names):
    renamed = [(item, rater, names["abc".index(label)]) for item, rater, label in rows]
    scale = Ratings.of(rows, categories="abc"), Ratings.of(renamed, categories="abc")
    assert same(values(scale[0], NOMINAL), values(scale[1], NOMINAL))


@given(judgements)
def test_turning_the_order_round_does_not_change_the_ordinal_alpha(rows):
    one, other = Ratings.of(rows, categories="abc"), Ratings.of(rows, categories="cba")
    assert same(values(one), values(other))


@given(judgements, st.randoms(use_true_random=False))
def test_the_order_of_different_peoples_rows_does_not_matter(rows, random):
    firsts = list({(item, rater): label for item, rater, label in reversed(rows)}.items())
    shuffled = [(*pair, label) for pair, label in random.sample(firsts, len(firsts))]
    assert same(values(Ratings.of(rows, categories="abc")), values(Ratings.of(shuffled, categories="abc")))


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=12), st.integers(2, 5))
def test_perfect_agreement_is_one_wherever_it_is_defined(truth, raters):
    rows = [(item, rater, label) for item, label in enumerate(truth) for rater in range(raters)]
    found = values(Ratings.of(rows, categories="abc"))
    assert found["raw"] == found["ac1"] == 1.0
    for name in ("fleiss", "alpha", "ordinal"):
        assert found[name] == (pytest.approx(1.0) if len(set(truth)) > 1 else None)


@given(judgements)
def test_no_coefficient_is_above_one_and_shares_lie_between_0_and_1(rows):
    found = values(Ratings.of(rows, categories="abc"), EVERY | {"on b": coefficients.specific(1)})
    assert all(value is None or value <= 1 + 1e-9 for value in found.values())
    assert all(found[name] is None or 0 <= found[name] <= 1 for name in ("raw", "on b"))


@given(judgements)
def test_collapsing_is_renaming_before_everything(rows):
    collapsed = Ratings.of(rows, categories="abc").collapse(["b", "c"])
    renamed = Ratings.of([(item, rater, "p" if label in "bc" else "n") for item, rater, label in rows], categories="np")
    assert same(values(collapsed), values(renamed))
    assert collapsed.again.tolist() == renamed.again.tolist()


@given(judgements)
def test_of_two_categories_ordinal_and_nominal_alpha_are_the_same(rows):
    found = values(Ratings.of(rows, categories="abc").collapse(["c"]))
    assert found["alpha"] == (None if found["ordinal"] is None else pytest.approx(found["ordinal"]))


@given(judgements)
def test_a_persons_repeats_never_count_as_another_person(rows):
    again = [(item, rater, "a") for item, rater, _ in rows]
    assert same(values(Ratings.of(rows, categories="abc")), values(Ratings.of(rows + again, categories="abc")))


@settings(max_examples=30)
@given(judgements, st.permutations(range(5)))
def test_dawid_skene_and_majority_do_not_mind_who_is_who(rows, raters):
    ratings = Ratings.of(rows, categories="abc")
    renamed = replace(
        ratings, raters=tuple(range(5)), rater=np.array([raters[ratings.raters[place]] for place in ratings.rater])
    )
    one, other = (dawid_skene.fit(each, most_rounds=20) for each in (ratings, renamed))
    assert one.posterior == pytest.approx(other.posterior, abs=1e-6)
    assert (majority.majority(ratings.counts()) == majority.majority(renamed.counts())).all()

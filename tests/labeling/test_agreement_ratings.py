import numpy as np
import pytest

from labeling.agreement.ratings import NEVER, Ratings

ROWS = [("a", "ann", "no"), ("a", "bob", "yes"), ("b", "ann", "yes"), ("a", "ann", "yes"), ("a", "ann", "no")]


def test_the_first_judgement_of_a_person_on_an_item_counts():
    ratings = Ratings.of(ROWS)
    found = {
        (ratings.items[item], ratings.raters[rater]): ratings.categories[label]
        for item, rater, label in zip(ratings.item, ratings.rater, ratings.label, strict=True)
    }
    assert found == {("a", "ann"): "no", ("a", "bob"): "yes", ("b", "ann"): "yes"}
    assert ratings.counts().tolist() == [[1, 1], [0, 1]]


def test_the_second_one_stands_apart_and_later_ones_only_in_the_number_of_judgements():
    ratings = Ratings.of(ROWS)
    assert sorted(ratings.again.tolist()) == [NEVER, NEVER, ratings.categories.index("yes")]
    assert ratings.again[(ratings.item == 0) & (ratings.rater == 0)].tolist() == [1]
    assert ratings.judgements == 5


def test_categories_keep_the_order_of_the_scale_and_those_that_nobody_used():
    ratings = Ratings.of(ROWS, categories=("yes", "no", "unclear"))
    assert ratings.categories == ("yes", "no", "unclear")
    assert ratings.counts().tolist() == [[1, 1, 0], [1, 0, 0]]


def test_a_scale_without_a_used_category_or_with_one_twice_is_refused():
    with pytest.raises(ValueError, match="lacks yes"):
        Ratings.of(ROWS, categories=("no",))
    with pytest.raises(ValueError, match="twice"):
        Ratings.of(ROWS, categories=("no", "yes", "no"))


def test_collapsing_joins_categories_in_first_and_second_judgements():
    rows = [("a", "ann", "G"), ("a", "ann", "X"), ("b", "ann", "R"), ("c", "ann", "P"), ("c", "ann", "G")]
    two = Ratings.of(rows, categories=tuple("GPRX")).collapse(["R", "X"])
    assert two.categories == ("G, P", "R, X")
    assert two.label.tolist() == [0, 1, 0]
    assert two.again.tolist() == [1, NEVER, 0]


@pytest.mark.parametrize(
    ("positive", "problem"), [(["Z"], "no category Z"), ([], "must be positive"), (["no", "yes"], "must be positive")]
)
def test_collapsing_needs_two_sides_that_exist(positive, problem):
    with pytest.raises(ValueError, match=problem):
        Ratings.of(ROWS).collapse(positive)


def test_no_rows_are_no_ratings():
    ratings = Ratings.of([])
    assert (ratings.items, ratings.judgements, ratings.counts().shape) == ((), 0, (0, 0))


def test_first_and_second_in_a_long_list_are_those_of_a_plain_loop():
    random = np.random.default_rng(3)
    rows = [(int(i), int(r), str(c)) for i, r, c in random.integers(6, size=(400, 3))]
    seen: dict[tuple[int, int], list[str]] = {}
    for item, rater, label in rows:
        seen.setdefault((item, rater), []).append(label)
    ratings = Ratings.of(rows)
    for item, rater, label, again in zip(ratings.item, ratings.rater, ratings.label, ratings.again, strict=True):
        labels = seen.pop((ratings.items[item], ratings.raters[rater]))
        expected = ratings.categories.index(labels[1]) if len(labels) > 1 else NEVER
        assert (ratings.categories[label], again) == (labels[0], expected)
    assert seen == {}

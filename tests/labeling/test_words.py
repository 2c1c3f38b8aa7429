"""Words and categories: what is counted, what is sure enough to be shown, what counts as the same word."""

import math

import numpy as np
import pytest

from labeling.words import SUPPORT, associate, choose, content_words, fold, named_by


def table(*rows):
    """Of one word: each row is (category, images with it, images without)."""
    presence, decided = [], []
    for category, has, lacks in rows:
        presence += [True] * has + [False] * lacks
        decided += [category] * (has + lacks)
    return associate(np.array(presence)[:, None], np.array(decided), 1 + max(row[0] for row in rows))


def test_the_log_odds_are_those_of_the_table_with_a_half_in_each_cell():
    found = table((0, 8, 12), (1, 3, 27))
    assert found.log_odds[0, 0] == pytest.approx(math.log(8.5 * 27.5 / (12.5 * 3.5)))
    assert found.standard_error[0, 0] == pytest.approx(math.sqrt(1 / 8.5 + 1 / 12.5 + 1 / 3.5 + 1 / 27.5))
    assert found.log_odds[1, 0] == pytest.approx(-found.log_odds[0, 0])
    assert (found.images.tolist(), found.in_category.tolist()) == ([11], [[8], [3]])


def test_a_category_is_compared_with_all_others_together():
    found = table((0, 8, 12), (1, 1, 10), (2, 2, 17))
    assert found.log_odds[0, 0] == pytest.approx(table((0, 8, 12), (1, 3, 27)).log_odds[0, 0])


def test_a_word_is_marked_for_one_category_at_most():
    assert table((0, 30, 10), (1, 28, 12), (2, 1, 99)).marked().tolist() == [0]


def test_few_images_or_an_even_spread_mark_nothing():
    assert table((0, SUPPORT - 1, 0), (1, 0, 500)).marked().tolist() == [-1]
    assert table((0, SUPPORT, 0), (1, 0, 500)).marked().tolist() == [0]
    assert table((0, 20, 20), (1, 20, 20)).marked().tolist() == [-1]


def test_a_word_that_is_rarer_in_a_category_does_not_speak_for_it():
    found = table((0, 1, 99), (1, 30, 70), (2, 30, 70))
    assert abs(found.z[0, 0]) > abs(found.z[1, 0])
    assert found.marked().tolist() == [1]


def test_a_word_in_every_caption_and_no_word_at_all_are_no_trouble():
    assert table((0, 50, 0), (1, 50, 0)).marked().tolist() == [-1]
    nothing = associate(np.zeros((3, 0), bool), np.array([0, 1, 1]), 2)
    assert nothing.marked().tolist() == []


def named(*words):
    """Which word is named for which category: of three."""
    return np.array([[number in categories for categories in words] for number in range(3)])


def test_what_is_measured_comes_before_what_the_guideline_names():
    found = table((0, 30, 70), (1, 2, 98), (2, 2, 98))
    assert choose(found, named({1})) == choose(found, named({0, 1})) == choose(found, named(set())) == [0]


def test_a_word_that_one_category_alone_names_speaks_for_it_unless_decisions_speak_against_that():
    found = table((0, 3, 97), (1, 2, 98), (2, 2, 98))
    assert choose(found, named({2})) == [2]
    assert choose(found, named({1, 2})) == choose(found, named(set())) == [-1]
    assert choose(table((0, 0, 100), (1, 10, 90), (2, 9, 91)), named({0})) == [-1]


def test_a_category_names_not_alone_what_a_text_about_all_names_too():
    found = table((0, 3, 97), (1, 2, 98), (2, 2, 98))
    introduced = np.vstack([named({2}), [[True]]])
    assert choose(found, introduced) == [-1]
    assert choose(found, np.vstack([named({2}), [[False]]])) == [2]


def test_a_text_gives_its_category_only_where_decisions_do_not_point_elsewhere():
    assert choose(table((0, 0, 40), (1, 3, 37)), named({0})) == [-1]
    assert choose(table((0, 4, 36), (1, 6, 34)), named({0})) == [0]  # hardly elsewhere
    assert choose(table((0, 0, 90), (1, 0, 10)), named({0})) == [0]  # no image has the word


def test_everybody_in_one_category_marks_nothing():
    assert table((0, 30, 70)).marked().tolist() == [-1]


def test_chance_alone_marks_about_as_many_as_it_may():
    dice = np.random.default_rng(3)
    presence, decided = dice.random((400, 500)) < 0.1, dice.integers(0, 2, 400)
    share = (associate(presence, decided, 2).marked() >= 0).mean()
    assert 0.02 < share < 0.08


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Knives", "knife"),
        ("knife,", "knife"),
        ("bottles;", "bottle"),
        ("bodies", "body"),
        ("lies", "lie"),
        ("boxes", "box"),
        ("axes", "axe"),
        ("glasses", "glass"),
        ("grass", "grass"),
        ("cactus", "cactus"),
        ("gas", "gas"),
        ("women", "woman"),
        ("water jugs", "water jug"),
        ("T-shirt", "t-shirt"),
        ("jack-o'-lanterns", "jack-o'-lantern"),
        ("the", ""),
        ("The,", ""),
        (";", ""),
        ("12", ""),
    ],
)
def test_what_counts_as_the_same_word(word, folded):
    assert fold(word) == folded


def test_the_words_of_a_text_without_those_that_only_hold_it_together():
    assert content_words("A knife lies on the table, or the knives lie there: see the picture.") == {
        "knife",
        "lie",
        "table",
    }


def test_what_a_guideline_says_of_judging_names_nothing_that_is_to_be_seen():
    text = "Look for knives; judge what you see and do not guess."
    assert content_words(text) == {"knife"}
    assert named_by(text, {"look", "judge", "knife"}) == {"knife"}


def test_a_guideline_names_words_in_singular_or_plural_and_phrases_as_a_whole():
    text = "Somebody holds a KNIFE, or a water pistol; axes hang on a wall."
    words = {"knife", "axe", "water pistol", "water jug", "pistol", "wall", "hold", "rifle", "all"}
    assert named_by(text, words) == {"knife", "axe", "water pistol", "pistol", "wall", "hold"}

"""The arms side by side, against numbers worked out by hand, and silent where too little is known."""

import math
from dataclasses import replace

import pytest

from labeling.effect import ENOUGH, Answer, Measure, compare
from labeling.intervals import newcombe, share, wilson


def answers(arm, hits, n, *, start=0, **fields):
    """`n` answers of one person to an image each, of which `hits` name the category "safe" and the rest "low"."""
    made = [Answer(start + at, 1, arm, "safe" if at < hits else "low", 2.0) for at in range(n)]
    return [replace(each, **fields) for each in made]


def found(given, measure):
    return next(each for each in compare(given) if each.measure == measure)


def both(with_help, without, **fields):
    return answers("with", *with_help, **fields) + answers("without", *without, start=1000, **fields)


def test_accuracy_is_the_share_of_answers_as_decided_in_each_arm_and_their_difference():
    accuracy = found(both((80, 100), (30, 50), decided="safe"), Measure.ACCURACY)
    assert (accuracy.with_help.n, accuracy.with_help.value) == (100, 0.8)
    assert (accuracy.without.n, accuracy.without.value) == (50, 0.6)
    assert (accuracy.with_help.low, accuracy.with_help.high) == wilson(80, 100)
    assert accuracy.difference.value == pytest.approx(0.2)
    assert (accuracy.difference.low, accuracy.difference.high) == newcombe(share(80, 100), share(30, 50))
    assert accuracy.is_shown


def test_an_answer_to_an_image_that_is_not_settled_by_several_counts_for_no_accuracy():
    given = both((30, 30), (30, 30), decided="safe") + answers("with", 0, 40, start=2000)
    assert found(given, Measure.ACCURACY).with_help.n == 30
    assert found(given, Measure.NAMED).with_help.n == 70


def test_unsure_is_neither_right_nor_left_out():
    given = both((30, 30), (30, 30), decided="safe")
    given += answers("without", 0, 10, start=2000, category="", decided="safe")
    accuracy, named = found(given, Measure.ACCURACY), found(given, Measure.NAMED)
    assert (accuracy.without.n, accuracy.without.value) == (40, 0.75)
    assert (named.without.n, named.without.value, named.with_help.value) == (40, 0.75, 1.0)


def test_pairs_count_once_and_belong_to_help_only_if_both_had_it():
    one = [Answer(1, 1, "with", "safe", 1), Answer(1, 2, "with", "safe", 1), Answer(1, 3, "without", "low", 1)]
    other = [Answer(2, 1, "without", "low", 1), Answer(2, 2, "without", "low", 1)]
    unsure = [Answer(3, 1, "with", "", 1), Answer(3, 2, "with", "", 1)]
    alone = [Answer(4, 1, "with", "safe", 1)]
    agreement = found(one + other + unsure + alone, Measure.AGREEMENT)
    # With: safe/safe and unsure/unsure. Without: twice safe/low, and low/low.
    assert (agreement.with_help.n, agreement.with_help.value) == (2, 0.5)
    assert (agreement.without.n, agreement.without.value) == (3, pytest.approx(1 / 3))


def test_leaning_on_the_model_is_looked_for_only_where_it_is_wrong():
    misled = both((30, 40), (10, 40), decided="low", model="safe")
    right = answers("with", 50, 50, start=5000, decided="safe", model="safe")
    unjudged = answers("with", 50, 50, start=6000, decided="low")
    leaning = found(misled + right + unjudged, Measure.MODEL)
    assert (leaning.with_help.n, leaning.with_help.value) == (40, 0.75)
    assert (leaning.without.n, leaning.without.value) == (40, 0.25)


def test_time_is_the_median_with_an_interval_from_the_bootstrap():
    quick = [replace(each, seconds=1 + each.group_id / 10) for each in answers("with", 40, 41)]
    slow = [replace(each, seconds=6 + each.group_id / 10) for each in answers("without", 40, 41)]
    seconds = found(quick + slow, Measure.SECONDS)
    assert (seconds.with_help.value, seconds.without.value) == (3.0, 8.0)
    assert seconds.with_help.low < 3.0 < seconds.with_help.high
    assert seconds.difference.value == -5.0
    assert seconds.difference.low < -5.0 < seconds.difference.high < 0
    assert found(quick + slow, Measure.SECONDS) == seconds


def test_too_little_in_either_arm_is_called_too_little():
    given = both((ENOUGH, ENOUGH), (ENOUGH - 4, ENOUGH - 4), decided="safe", model="low")
    for each in compare(given):
        assert not each.is_shown
        if each.measure != Measure.AGREEMENT:
            assert (each.lacks("with"), each.lacks("without")) == (0, 4)
    assert math.isnan(found(given, Measure.SECONDS).without.value)


def test_nothing_at_all_is_no_error():
    assert [each.is_shown for each in compare([])] == [False] * len(Measure)


def test_while_much_waits_for_an_adjudicator_the_settled_rest_says_nothing():
    settled = both((60, 60), (40, 40), decided="safe", model="low")
    few = answers("without", 0, 11, start=3000, waits=True)
    many = answers("without", 0, 12, start=3000, waits=True)
    assert found(settled + few, Measure.ACCURACY).is_shown
    for measure in (Measure.ACCURACY, Measure.MODEL):
        held_back = found(settled + many, measure)
        assert (held_back.waiting, held_back.is_waiting, held_back.is_shown) == (12, True, False)
    assert found(settled + many, Measure.NAMED).is_shown

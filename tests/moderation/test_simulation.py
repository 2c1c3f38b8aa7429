"""The tendencies that are written down show up in what the simulated labelers say."""

import random
from statistics import median

import pytest

from moderation.simulation import CAREFUL, FAST, GRADES, LABELERS, LENIENT, STRICT, Sight, answer, answer_again, opened

MANY = 4000
CLEAR = {grade: Sight(grade, disputed=False, progress=0.5, clarified=False) for grade in GRADES}
OPEN = Sight("low_exposure", disputed=True, progress=0.2, clarified=False)
SETTLED = Sight("low_exposure", disputed=True, progress=0.8, clarified=True)


def said(labeler, sight, seed=0):
    dice = random.Random(seed)
    return [answer(labeler, sight, dice) for _ in range(MANY)]


def share(answers, category):
    named = [each.category for each in answers if each.verdict == "category"]
    return named.count(category) / len(named)


def test_the_same_dice_give_the_same_answers():
    assert said(FAST, OPEN) == said(FAST, OPEN)
    assert said(FAST, OPEN) != said(FAST, OPEN, seed=1)


@pytest.mark.parametrize("labeler", LABELERS, ids=lambda each: each.name)
def test_mostly_they_are_right_about_clear_pictures(labeler):
    assert all(share(said(labeler, sight), grade) > 0.7 for grade, sight in CLEAR.items())


def test_the_strict_one_is_harsher_and_the_lenient_one_milder():
    low = CLEAR["low_exposure"]
    assert share(said(STRICT, low), "harmful") > 0.08 > 0.04 > share(said(LENIENT, low), "harmful")
    assert share(said(LENIENT, low), "safe") > 0.15 > 0.05 > share(said(STRICT, low), "safe")


def test_the_lenient_one_drifts_and_nobody_else_does():
    def change(labeler):
        first, last = (Sight("low_exposure", False, progress, False) for progress in (0.0, 1.0))
        return share(said(labeler, first), "safe") - share(said(labeler, last), "safe")

    assert change(LENIENT) == pytest.approx(LENIENT.milder - LENIENT.milder_later, abs=0.03)
    assert all(abs(change(each)) < 0.03 for each in LABELERS if each != LENIENT)


def test_the_fast_one_looks_shortest_and_slips_most():
    def slips(labeler):
        return 1 - share(said(labeler, CLEAR["harmful"]), "harmful")

    def look(labeler):
        return median(each.looked_s for each in said(labeler, CLEAR["safe"]))

    assert min(LABELERS, key=look) == max(LABELERS, key=slips) == FAST
    assert max(LABELERS, key=look) == min(LABELERS, key=slips) == CAREFUL
    assert look(FAST) == pytest.approx(FAST.seconds, rel=0.1)


def test_they_disagree_where_the_guideline_leaves_it_open_and_less_once_it_does_not():
    def agreement(sight):
        pairs = zip(said(STRICT, sight), said(LENIENT, sight, seed=1), strict=True)
        both = [(a.category, b.category) for a, b in pairs if a.verdict == b.verdict == "category"]
        return sum(a == b for a, b in both) / len(both)

    assert agreement(OPEN) < 0.4
    assert agreement(OPEN) + 0.2 < agreement(SETTLED) < 0.8
    assert agreement(CLEAR["safe"]) > 0.8


def test_disputed_pictures_take_longer_and_make_the_careful_one_unsure():
    clear, disputed = said(CAREFUL, CLEAR["low_exposure"]), said(CAREFUL, OPEN)
    assert median(each.looked_s for each in disputed) > 1.5 * median(each.looked_s for each in clear)
    unsure = sum(each.verdict == "unsure" for each in disputed) / MANY
    assert unsure == pytest.approx(CAREFUL.hesitates, abs=0.02)


@pytest.mark.parametrize("labeler", LABELERS, ids=lambda each: each.name)
def test_asked_again_they_are_as_steady_as_is_written_down(labeler):
    def key(each):
        return (each.verdict, each.category, each.reason)

    dice = random.Random(3)
    firsts = said(labeler, OPEN, seed=4)
    same = sum(key(answer_again(labeler, first, OPEN, dice)) == key(first) for first in firsts) / MANY
    by_chance = sum(key(a) == key(b) for a, b in zip(said(labeler, OPEN, 5), firsts, strict=True)) / MANY
    assert same == pytest.approx(labeler.steady + (1 - labeler.steady) * by_chance, abs=0.03)


def test_an_answer_is_one_that_the_labeling_screen_knows():
    for labeler in LABELERS:
        for each in said(labeler, OPEN):
            assert (each.verdict == "category") == (each.category in GRADES)
            assert (each.verdict == "cannot_judge") == (each.reason in {"unreadable", "context"})
            assert each.looked_s >= 0.4


def test_help_is_opened_more_often_for_hard_pictures_and_within_the_look():
    dice = random.Random(0)
    hard, easy = ([opened(sight, 4.0, dice) for _ in range(MANY)] for sight in (OPEN, CLEAR["safe"]))
    assert sum(map(bool, hard)) > 4 * sum(map(bool, easy)) > 0
    assert all(0 < seconds < 4.0 for each in hard for seconds in each.values())

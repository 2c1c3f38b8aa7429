import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.consensus import Next, Opinion, weigh
from labeling.reviewing import Request, Said, Wish, wish

SAFE, LOW, HARMFUL = (Opinion("category", n) for n in (1, 2, 3))
UNSURE, CANNOT = Opinion("unsure"), Opinion("cannot_judge")
PLAIN = {"second_on_unsure": False, "tie_break": False}

opinions_in_any_order = st.lists(st.sampled_from([SAFE, SAFE, LOW, HARMFUL, UNSURE, CANNOT]), max_size=7)
rules = st.fixed_dictionaries(
    {"required": st.integers(1, 4), "second_on_unsure": st.booleans(), "tie_break": st.booleans()}
)


@pytest.mark.parametrize(
    ("opinions", "required", "expected", "why"),
    [
        ([], 1, Next.OPINION, "arrival"),
        ([SAFE], 1, Next.DECISION, "agreement"),
        ([SAFE], 2, Next.OPINION, "opinions"),
        ([SAFE, SAFE], 2, Next.DECISION, "agreement"),
        ([SAFE, HARMFUL], 1, Next.ADJUDICATION, "conflict"),
        ([SAFE, HARMFUL], 2, Next.ADJUDICATION, "conflict"),
        ([UNSURE], 1, Next.ADJUDICATION, "unsure"),
        ([SAFE, SAFE, UNSURE], 2, Next.ADJUDICATION, "unsure"),
        ([CANNOT], 1, Next.OPINION, "arrival"),
        ([CANNOT, SAFE], 1, Next.DECISION, "agreement"),
        ([CANNOT, SAFE], 2, Next.OPINION, "opinions"),
        ([CANNOT, CANNOT], 1, Next.ADJUDICATION, "cannot_judge"),
        ([CANNOT, CANNOT, SAFE], 1, Next.DECISION, "agreement"),
        ([CANNOT, CANNOT, SAFE], 2, Next.ADJUDICATION, "cannot_judge"),
    ],
)
def test_what_follows_from_opinions(opinions, required, expected, why):
    outcome = weigh(opinions, required=required, **PLAIN)
    assert (outcome.next, outcome.why) == (expected, why)


@pytest.mark.parametrize(
    ("opinions", "required", "expected", "why"),
    [
        ([UNSURE], 1, Next.OPINION, "unsure"),
        ([UNSURE, SAFE], 1, Next.OPINION, "unsure"),
        ([UNSURE, SAFE, SAFE], 1, Next.DECISION, "agreement"),
        ([UNSURE, SAFE, SAFE], 3, Next.OPINION, "unsure"),
        ([UNSURE, SAFE, HARMFUL], 1, Next.ADJUDICATION, "conflict"),
        ([UNSURE, UNSURE], 1, Next.ADJUDICATION, "unsure"),
        ([UNSURE, SAFE, SAFE, UNSURE], 1, Next.ADJUDICATION, "unsure"),
        ([UNSURE, CANNOT], 1, Next.OPINION, "unsure"),
        ([UNSURE, CANNOT, CANNOT], 1, Next.ADJUDICATION, "unsure"),
        ([SAFE], 1, Next.DECISION, "agreement"),
    ],
)
def test_one_who_is_unsure_asks_others_first(opinions, required, expected, why):
    outcome = weigh(opinions, required=required, second_on_unsure=True, tie_break=False)
    assert (outcome.next, outcome.why) == (expected, why)


@pytest.mark.parametrize(
    ("opinions", "required", "expected", "why"),
    [
        ([SAFE, HARMFUL], 1, Next.OPINION, "conflict"),
        ([SAFE, HARMFUL, SAFE], 1, Next.DECISION, "agreement"),
        ([SAFE, HARMFUL, LOW], 1, Next.ADJUDICATION, "conflict"),
        ([SAFE, SAFE, HARMFUL], 4, Next.OPINION, "conflict"),
        ([SAFE, SAFE, HARMFUL, SAFE], 4, Next.DECISION, "agreement"),
        ([SAFE, SAFE, HARMFUL, HARMFUL], 2, Next.ADJUDICATION, "conflict"),
        ([SAFE, HARMFUL, CANNOT, CANNOT], 1, Next.ADJUDICATION, "conflict"),
        ([SAFE, HARMFUL, UNSURE], 1, Next.OPINION, "conflict"),
        ([SAFE, HARMFUL, UNSURE, UNSURE], 1, Next.ADJUDICATION, "unsure"),
        ([SAFE, SAFE], 2, Next.DECISION, "agreement"),
    ],
)
def test_a_third_opinion_breaks_a_tie(opinions, required, expected, why):
    outcome = weigh(opinions, required=required, second_on_unsure=True, tie_break=True)
    assert (outcome.next, outcome.why) == (expected, why)


def test_a_decision_names_its_category_and_how_many_agreed():
    outcome = weigh([HARMFUL, HARMFUL], required=2, **PLAIN)
    assert (outcome.category_id, outcome.opinions) == (3, 2)
    outcome = weigh([SAFE, HARMFUL, HARMFUL], required=1, second_on_unsure=True, tie_break=True)
    assert (outcome.category_id, outcome.opinions) == (3, 2)


@given(opinions_in_any_order, rules, st.randoms())
def test_the_order_of_opinions_does_not_matter(opinions, rule, chance: random.Random):
    mixed = list(opinions)
    chance.shuffle(mixed)
    assert weigh(opinions, **rule) == weigh(mixed, **rule)


@given(opinions_in_any_order, rules)
def test_only_enough_agreement_decides(opinions, rule):
    outcome = weigh(opinions, **rule)
    assert (outcome.category_id is not None) == (outcome.next is Next.DECISION)
    if outcome.next is Next.DECISION:
        named = [opinion.category_id for opinion in opinions if opinion.verdict == "category"]
        assert outcome.opinions == named.count(outcome.category_id)
        assert len(named) >= rule["required"]
        assert outcome.opinions * 3 >= len(named) * 2 if rule["tie_break"] else outcome.opinions == len(named)


@given(rules, st.lists(st.sampled_from([SAFE, LOW, HARMFUL, UNSURE, CANNOT]), min_size=20, max_size=20))
def test_nobody_is_asked_for_ever(rule, opinions):
    said: list[Opinion] = []
    while weigh(said, **rule).next is Next.OPINION:
        said.append(opinions[len(said)])
    assert len(said) <= 2 + 2 + rule["required"]


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEFORE, AFTER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
IMAGE, LATER = 7, 8  # of one copy group
SECOND = Request(1, "second", "model", 1, IMAGE, 1.0, NOON)
ADJUDICATE = Request(2, "adjudication", "suspect", 1, IMAGE, 1.0, NOON)
COPY = Request(3, "second", "copy", 1, LATER, 1.0, NOON)


def said(at, category_id=1, verdict="category", image=IMAGE):
    return Said(verdict, category_id if verdict == "category" else None, image, at)


@pytest.mark.parametrize(
    ("requests", "opinions", "by_adjudicator", "expected"),
    [
        ([], [said(BEFORE)], False, None),
        ([SECOND], [said(BEFORE)], False, ("second", "model")),
        ([SECOND], [said(BEFORE), said(AFTER)], False, None),
        # The only person answered anew, or somebody answered at the same moment: that is no second one.
        ([SECOND], [said(AFTER)], False, ("second", "model")),
        ([SECOND], [said(BEFORE), said(NOON)], False, ("second", "model")),
        ([SECOND], [said(BEFORE), said(AFTER, verdict="cannot_judge")], False, ("second", "model")),
        ([SECOND], [said(BEFORE), *[said(AFTER, verdict="cannot_judge")] * 2], False, None),
        ([SECOND, ADJUDICATE], [said(BEFORE)], False, ("adjudication", "suspect")),
        ([SECOND], [said(BEFORE), said(BEFORE, 2)], True, ("second", "model")),
        ([SECOND], [said(BEFORE), said(BEFORE, 2), said(AFTER)], True, None),
        ([SECOND], [said(BEFORE), said(BEFORE, 2), said(AFTER, 2)], True, ("adjudication", "conflict")),
        ([SECOND], [said(BEFORE), said(AFTER, verdict="unsure")], True, ("adjudication", "unsure")),
        # Whether a copy is one, only a look at that very image can tell.
        ([COPY], [said(BEFORE)], False, ("second", "copy", LATER)),
        ([COPY], [said(BEFORE), said(AFTER)], False, ("second", "copy", LATER)),
        ([COPY], [said(BEFORE), said(AFTER, image=LATER)], False, None),
        ([COPY], [said(BEFORE), said(AFTER, verdict="unsure", image=LATER)], False, ("second", "copy", LATER)),
        ([COPY, SECOND], [said(BEFORE), said(AFTER, image=LATER)], False, None),
    ],
)
def test_what_a_request_to_look_again_asks_for(requests, opinions, by_adjudicator, expected):
    assert wish(requests, opinions, category_id=1, by_adjudicator=by_adjudicator) == (expected and Wish(*expected))

"""Second opinions are asked for where one person's decision is most likely wrong and dearest."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling import clock
from labeling.models import PeopleDecision, ReviewRequest
from labeling.selectors import second_opinions as selector
from labeling.services import second_opinions
from labeling.tasks import plan_second_opinions
from labeling.worth import Kind, Measured, doubted, undecided, worth
from tests import factories as make

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KINDS = {"safe": Kind(0, False), "low": Kind(1, False), "harmful": Kind(2, True)}
SURE_HARMFUL, SURE_LOW, UNSURE = [0.02, 0.02, 0.96], [0.02, 0.96, 0.02], [0.5, 0.3, 0.2]


@pytest.fixture
def policy(db):
    """Nothing is in the random slice but by a vanishing chance; nothing is rare."""
    return make.policy(slice_share=1e-9, rare_share=0)


@pytest.fixture
def ann(policy):
    return make.person("ann", "labeler")


def judged(name, policy, model, probabilities, *, by, said="safe"):
    with clock.at(NOON):
        image = make.queued(name, policy)
        make.prediction(image, model, probabilities)
        assert make.label_next(by, policy, said).image == image
    return image


def plan(policy, *, after=timedelta(hours=1)):
    with clock.at(NOON + after):
        return second_opinions.plan(policy=policy)


def requested():
    return list(ReviewRequest.objects.order_by("id").values_list("image", "why"))


def test_what_a_sure_model_contradicts_is_asked_again_and_stays_decided(policy, ann):
    model = make.classifier(policy)
    doubted = judged("a", policy, model, SURE_HARMFUL, by=ann)
    judged("b", policy, model, UNSURE, by=ann)
    judged("c", policy, model, [0.96, 0.02, 0.02], by=ann)
    assert plan(policy) == 1
    request = ReviewRequest.objects.get()
    assert (request.image, request.why, request.purpose) == (doubted, "model", "second")
    assert (request.model_version, request.model_category.key) == (model, "harmful")
    entry = make.open_entries(policy).get()
    assert (entry.image, entry.purpose, entry.why, entry.asked_after) == (doubted, "second", "model", ann)
    assert entry.strategy == "mixed"
    assert PeopleDecision.objects.filter(image=doubted, withdrawal=None).exists()


def test_with_a_short_budget_the_dearest_error_comes_first(policy, ann):
    policy.second_daily = 2
    policy.save()
    model = make.classifier(policy)
    low = judged("a", policy, model, SURE_LOW, by=ann)
    harmful = judged("b", policy, model, SURE_HARMFUL, by=ann)
    surer = judged("c", policy, model, [0.0, 0.0, 1.0], by=ann)
    assert plan(policy) == 2
    assert requested() == [(surer.pk, "model"), (harmful.pk, "model")]
    assert plan(policy) == 0
    assert plan(policy, after=timedelta(days=1)) == 1
    assert requested()[-1] == (low.pk, "model")


def test_run_twice_it_asks_once(policy, ann):
    judged("a", policy, make.classifier(policy), SURE_HARMFUL, by=ann)
    assert [plan(policy), plan(policy)] == [1, 0]


def test_the_clock_plans_for_active_policies(policy, ann):
    image = judged("a", policy, make.classifier(policy), SURE_HARMFUL, by=ann)
    for active, expected in [(False, []), (True, [(image.pk, "model")])]:
        policy.active = active
        policy.save()
        with clock.at(NOON + timedelta(hours=1)):
            plan_second_opinions()
        assert requested() == expected


def test_a_budget_that_is_raised_counts_at_once(policy, ann):
    model = make.classifier(policy)
    policy.second_daily = 1
    judged("a", policy, model, SURE_LOW, by=ann)
    judged("b", policy, model, SURE_LOW, by=ann)
    policy.save()
    assert [plan(policy), plan(policy)] == [1, 0]
    policy.second_daily = 5
    policy.save()
    assert plan(policy) == 1


def test_rare_categories_are_asked_again_once_there_are_enough_decisions(policy, ann, monkeypatch):
    monkeypatch.setattr(selector, "ENOUGH", 4)
    policy.rare_share = 0.3
    policy.save()
    model = make.classifier(policy)
    for n in range(3):
        judged(f"safe {n}", policy, model, UNSURE, by=ann)
    assert plan(policy) == 0
    rare = judged("rare", policy, model, [0.1, 0.1, 0.8], by=ann, said="harmful")
    assert plan(policy) == 1
    assert requested() == [(rare.pk, "rare")]
    assert ReviewRequest.objects.get().model_category is None


@pytest.mark.parametrize("confidence", [0.97, 1.0])
def test_the_model_must_be_as_sure_as_the_policy_says(policy, ann, confidence):
    policy.second_confidence = confidence
    policy.save()
    judged("a", policy, make.classifier(policy), [0.0, 0.0, 1.0] if confidence == 1 else SURE_HARMFUL, by=ann)
    assert plan(policy) == 0


def test_the_random_slice_is_not_asked_again_because_of_a_model(ann):
    policy = make.policy("whole", slice_share=1.0, rare_share=0)
    judged("a", policy, make.classifier(policy), SURE_HARMFUL, by=ann)
    assert plan(policy) == 0


def test_old_decisions_and_those_of_several_people_are_left_alone(policy, ann):
    policy.required_opinions = policy.slice_opinions = 2
    policy.save()
    model = make.classifier(policy)
    image = judged("a", policy, model, SURE_HARMFUL, by=ann)
    with clock.at(NOON):
        assert make.label_next(make.person("bob", "labeler"), policy).image == image
    assert plan(policy) == 0
    policy.required_opinions = 1
    policy.save()
    judged("b", policy, model, SURE_HARMFUL, by=ann)
    assert plan(policy, after=timedelta(days=31)) == 0
    assert plan(policy) == 1


def test_answers_to_second_opinions_are_measured_by_reason(policy, ann):
    model, bob = make.classifier(policy), make.person("bob", "labeler")
    for name, answer in [("a", "low"), ("b", "safe")]:
        image = judged(name, policy, model, SURE_LOW, by=ann)
        plan(policy)
        with clock.at(NOON + timedelta(hours=2)):
            assert make.label_next(bob, policy, answer).image == image
    with clock.at(NOON + timedelta(hours=3)):
        assert selector.measured(policy) == {"model": Measured(1, 2)}


def test_values_count_chance_and_severity():
    def value(said, probabilities, *answers):
        given_by = None if probabilities is None else dict(zip(KINDS, probabilities, strict=True))
        return worth(said, kinds=KINDS, probabilities=given_by, measured=Measured(*answers))

    assert value("safe", [0, 0, 1]) == pytest.approx(4)  # two grades, and a block that is missing
    assert value("safe", [0, 1, 0]) == pytest.approx(1)
    assert value("safe", [0.5, 0.25, 0.25]) == pytest.approx(0.5 * 2.5)
    assert value("safe", [1, 0, 0]) == 0
    assert value("safe", None) == pytest.approx(0.1 * 2.5)
    assert value("safe", [0, 1, 0], 0, 20) == pytest.approx(0.5)
    assert value("safe", [0.9, 0.1, 0], 60, 60) == pytest.approx((2 + 60) / 80)


def test_a_conflict_costs_what_the_best_guess_would():
    safe_or_harmful, safe_or_low = (undecided(["safe", other], KINDS) for other in ("harmful", "low"))
    assert safe_or_harmful == pytest.approx((4 * 1 + 4 * 3 + 1 * 0) / 9)  # the guess "low" loses least
    assert safe_or_harmful > undecided([None], KINDS) > safe_or_low > undecided(["safe", "safe"], KINDS) > 0
    assert doubted("safe", ["harmful"], KINDS) > doubted("safe", ["low"], KINDS) > doubted("safe", ["safe"], KINDS)
    assert undecided([], {}) == 0


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.sampled_from(sorted(KINDS)))
def test_a_value_lies_between_nothing_and_the_dearest_error(weights, said):
    total = sum(weights) or 1
    probabilities = {key: weight / total for key, weight in zip(KINDS, weights, strict=True)}
    assert 0 <= worth(said, kinds=KINDS, probabilities=probabilities, measured=Measured()) <= 4 + 1e-9

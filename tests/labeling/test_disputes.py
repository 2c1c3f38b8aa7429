"""Where a confident model and people differ, a sample is adjudicated, and it is counted who was right."""

from datetime import UTC, date, datetime, timedelta

import pytest

from labeling import clock, tasks
from labeling.models import ReviewRequest
from labeling.selectors.disputes import Outcome, disputes, outcome
from labeling.services import disputes as service
from ml.models import ModelVersion
from tests import factories as make

pytestmark = pytest.mark.django_db
MADE = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
SURE, UNSURE = [0.02, 0.02, 0.96], [0.4, 0.0, 0.6]


@pytest.fixture
def policy():
    """Nothing is in the random slice but by a vanishing chance; every dispute is sampled."""
    return make.policy(slice_share=1e-9, dispute_share=1)


@pytest.fixture
def model(policy):
    made = make.classifier(policy)
    ModelVersion.objects.update(created_at=MADE)
    made.refresh_from_db()
    return made


def decided(name, policy, model, probabilities=SURE, *, key="safe", after=timedelta(hours=1)):
    with clock.at(MADE + after):
        image = make.queued(name, policy)
        make.prediction(image, model, probabilities)
        return make.decided(image, policy, key)


def find(policy, *, days=1):
    with clock.at(MADE + timedelta(days=days)):
        return service.find(policy=policy)


def test_what_a_sure_model_contradicts_goes_to_an_adjudicator_and_stands(policy, model):
    doubted = decided("a", policy, model)
    decided("b", policy, model, UNSURE)
    decided("c", policy, model, key="harmful")
    assert [find(policy), find(policy)] == [1, 0]
    request = ReviewRequest.objects.get()
    assert (request.decision, request.purpose, request.why) == (doubted, "adjudication", "model")
    assert (request.model_version, request.model_category) == (model, make.category(policy, "harmful"))
    assert request.value == pytest.approx(0.02 * 1 + 0.96 * 4)  # in grades, a block that is missing counts two more
    assert not hasattr(doubted, "withdrawal")
    assert make.open_entries(policy).get(image=doubted.image).purpose == "adjudication"


def test_what_the_model_may_have_learnt_from_is_left_alone(policy, model):
    decided("a", policy, model, after=timedelta(hours=-1))
    assert find(policy) == 0


def test_the_random_slice_is_left_alone():
    policy = make.policy("whole", slice_share=1.0, dispute_share=1)
    model = make.classifier(policy)
    with clock.at(model.created_at + timedelta(hours=1)):
        image = make.queued("a", policy)
        make.prediction(image, model, SURE)
        make.decided(image, policy, "safe")
        assert service.find(policy=policy) == 0


def test_what_was_adjudicated_is_left_alone(policy, model):
    made = decided("a", policy, model)
    make.adjudicated(made.image, policy, "safe", by=make.person("ada", "adjudicator"))
    assert find(policy) == 0


@pytest.mark.parametrize("change", [{"dispute_share": 0}, {"second_confidence": 1}, {"second_confidence": 0.97}])
def test_the_policy_says_how_much_is_asked(policy, model, change):
    decided("a", policy, model)
    for name, value in change.items():
        setattr(policy, name, value)
    assert find(policy) == 0


def test_without_a_model_there_is_nothing_to_dispute(policy):
    assert service.find(policy=policy) == 0


def test_the_sample_is_drawn_once_and_grows_with_its_share(policy, model):
    made = [decided(f"{n}", policy, model) for n in range(40)]
    policy.dispute_share = 0.3
    first = find(policy)
    assert 0 < first < 30
    sampled = set(ReviewRequest.objects.values_list("decision", flat=True))
    assert find(policy) == 0
    policy.dispute_share = 0.6
    assert find(policy) > 0
    assert sampled < set(ReviewRequest.objects.values_list("decision", flat=True)) < {each.pk for each in made}


def test_the_clock_finds_them(policy, model):
    decided("a", policy, model)
    tasks.plan_second_opinions()
    assert ReviewRequest.objects.count() == 1


def contradicted(policy, model):
    with clock.at(MADE + timedelta(hours=1)):
        image = make.queued("a", policy)
        make.prediction(image, model, SURE)
        assert make.label_next(make.person("ann", "labeler"), policy, "safe").image == image
    return image


def test_the_sample_is_drawn_before_a_second_person_can_take_a_case_out_of_it(policy, model):
    """Else it would lack the decisions that fall, and "the model was wrong" be found too often."""
    image = contradicted(policy, model)
    with clock.at(MADE + timedelta(hours=2)):
        tasks.plan_second_opinions()
        assert make.label_next(make.person("bob", "labeler"), policy, "harmful") is None
    settle(policy, ReviewRequest.objects.get().decision, "harmful", days=1, by=make.person("ada", "adjudicator"))
    assert ReviewRequest.objects.get().image == image
    assert disputes(policy).total.label_wrong == 1


def test_nobody_is_asked_a_second_time_before_the_whole_sample_is_drawn(policy, model, monkeypatch):
    contradicted(policy, model)
    monkeypatch.setattr(service, "PORTION", 0)
    with clock.at(MADE + timedelta(hours=2)):
        tasks.plan_second_opinions()
    assert not ReviewRequest.objects.exists()


@pytest.mark.parametrize(
    ("cause", "answer", "found"),
    [
        ("slip", 1, Outcome.MODEL_WRONG),
        ("", 1, Outcome.MODEL_WRONG),
        ("edge", 2, Outcome.LABEL_WRONG),
        ("slip", 3, Outcome.RULE_UNCLEAR),
        ("gap", 1, Outcome.RULE_UNCLEAR),
        ("ambiguous", 2, Outcome.RULE_UNCLEAR),
    ],
)
def test_who_was_right(cause, answer, found):
    assert outcome(cause, answer, 1, 2) == found


def settle(policy, made, key, *, days, cause="slip", by):
    with clock.at(MADE + timedelta(days=days)):
        return make.adjudicated(made.image, policy, key, by=by, cause=cause)


def test_outcomes_are_counted_by_the_week_of_the_answer(policy, model):
    ada = make.person("ada", "adjudicator")
    made = [decided(f"{n}", policy, model) for n in range(5)]
    find(policy)
    settle(policy, made[0], "safe", days=2, by=ada)
    settle(policy, made[1], "harmful", days=2, by=ada)
    settle(policy, made[2], "harmful", days=8, by=ada)
    settle(policy, made[3], "safe", days=8, cause="gap", by=ada)
    found = disputes(policy)
    counted = [(each.monday, each.model_wrong, each.label_wrong, each.rule_unclear) for each in found.weeks]
    assert counted == [(date(2026, 3, 2), 1, 1, 0), (date(2026, 3, 9), 0, 1, 1)]
    assert (found.total.settled, found.waiting) == (4, 1)
    assert found.total.share(Outcome.LABEL_WRONG).value == 0.5


def test_an_answer_from_before_the_question_and_a_withdrawn_one_count_not(policy, model):
    from labeling.models import AdjudicationWithdrawal

    made = decided("a", policy, model)
    find(policy)
    settled = settle(policy, made, "harmful", days=2, by=make.person("ada", "adjudicator"))
    AdjudicationWithdrawal.objects.create(adjudication=settled, cause="tests")
    assert (disputes(policy).total.settled, disputes(policy).waiting) == (0, 1)


def test_simulated_adjudicators_are_counted_apart(policy, model):
    sim = make.person("sim", "adjudicator", simulated=True)
    made = [decided(f"{n}", policy, model) for n in range(2)]
    find(policy)
    settle(policy, made[0], "safe", days=2, by=sim)
    assert (disputes(policy).simulated, disputes(policy).both, disputes(policy).total.settled) == (True, False, 1)
    settle(policy, made[1], "harmful", days=2, by=make.person("ada", "adjudicator"))
    assert (disputes(policy).simulated, disputes(policy).both, disputes(policy).total.label_wrong) == (False, True, 1)
    assert disputes(policy, simulated=True).total.model_wrong == 1

"""A model's report: on the random slice only, on decisions that stand, and silent where too little is known."""

import pytest

from labeling.models import Label, Policy
from labeling.selectors.models import ENOUGH, model_report
from labeling.services.copies import join
from labeling.services.undoing import withdraw_label
from tests import factories as make
from tests import machine_factories as machine

pytestmark = pytest.mark.django_db
SURE = {"safe": (0.9, 0.05, 0.05), "low": (0.05, 0.9, 0.05), "harmful": (0.05, 0.05, 0.9)}


@pytest.fixture
def weapons():
    return make.policy()


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


def decided(name: str, policy: Policy, who, key: str, model=None, says: str = ""):
    """An image that a person decided and, if `says`, the model judged."""
    image = make.queued(name, policy)
    make.label_next(who, policy, key)
    if says:
        machine.judged(image, model, *SURE[says])
    return image


def test_people_and_model_are_compared_on_the_slice(weapons, lena):
    model = machine.classifier(weapons)
    for number, (people, says) in enumerate([("safe", "safe"), ("safe", "harmful"), ("harmful", "harmful")]):
        decided(f"{number}", weapons, lena, people, model, says)
    decided("not judged", weapons, lena, "safe")
    found = model_report(model).slice
    assert (found.n, found.accuracy.hits) == (3, 2)
    assert found.people == found.model == ["safe", "low", "harmful"]
    assert found.confusion == [[1, 0, 1], [0, 0, 0], [0, 0, 1]]
    assert found.mean_top == pytest.approx(0.9)
    assert found.shares == (1.0, 1.0)


def test_outside_the_slice_nothing_counts(lena):
    policy = make.policy(slice_share=1e-9)
    model = machine.classifier(policy)
    decided("a", policy, lena, "safe", model, "safe")
    assert model_report(model).slice.n == 0


def test_a_decision_that_was_taken_back_does_not_count(weapons, lena):
    model = machine.classifier(weapons)
    decided("a", weapons, lena, "safe", model, "safe")
    withdraw_label(person=lena, label_id=Label.objects.get().pk)
    assert model_report(model).slice.n == 0


def test_copies_of_a_picture_count_once(weapons, lena):
    model = machine.classifier(weapons)
    image = decided("a", weapons, lena, "safe", model, "safe")
    copy = decided("b", weapons, make.person("omar", "labeler"), "safe", model, "safe")
    join(make.copy_match(copy, image))
    assert Label.objects.count() == 2
    assert model_report(model).slice.n == 1


def test_too_little_is_called_too_little(weapons, lena):
    model = machine.classifier(weapons)
    for number in range(ENOUGH - 1):
        decided(f"{number}", weapons, lena, "safe", model, "safe")
    assert not model_report(model).slice.is_enough
    decided("one more", weapons, lena, "safe", model, "safe")
    assert model_report(model).slice.is_enough


def test_decisions_of_simulated_people_are_counted_as_such(weapons, lena):
    model = machine.classifier(weapons)
    decided("a", weapons, lena, "safe", model, "safe")
    drawn = make.person("simulated", "labeler", simulated=True)
    decided("b", weapons, drawn, "safe", model, "safe")
    assert (model_report(model).slice.n, model_report(model).slice.simulated) == (2, 1)


def test_a_category_that_came_after_the_training_has_a_row_and_no_column(weapons, lena):
    model = machine.classifier(weapons, categories=["safe", "harmful"])
    image = make.queued("a", weapons)
    make.label_next(lena, weapons, "low")
    machine.judged(image, model, 0.7, 0.3)
    found = model_report(model).slice
    assert (found.people, found.model) == (["safe", "low", "harmful"], ["safe", "harmful"])
    assert found.confusion == [[0, 0], [1, 0], [0, 0]]


def test_entropy_lies_between_sure_and_no_idea(weapons):
    model = machine.classifier(weapons)
    machine.judged(make.image("a"), model, 1.0, 0.0, 0.0)
    machine.judged(make.image("b"), model, 1 / 3, 1 / 3, 1 / 3)
    entropy = model_report(model).entropy
    assert (entropy.bins[0], entropy.bins[-1], sum(entropy.bins)) == (1, 1, 2)
    assert entropy.mean == pytest.approx(entropy.highest / 2)


def test_neighbours_vote_on_the_model(weapons, lena):
    model = machine.classifier(weapons)
    for number in range(3):
        machine.scored(decided(f"{number}", weapons, lena, "harmful"))
    for name, says in (("agrees", "harmful"), ("differs", "safe")):
        image = make.image(name)
        machine.scored(image)
        machine.judged(image, model, *SURE[says])
    found = model_report(model).neighbours
    assert (found.hits, found.n) == (1, 2)


def test_what_it_judged_and_placed_is_counted(weapons):
    model = machine.classifier(weapons)
    image = make.queued("a", weapons)
    machine.judged(image, model, *SURE["safe"])
    make.open_entries(weapons).update(strategy="entropy", model_version=model)
    report = model_report(model)
    assert (report.judged.value, report.placed.value) == (1, 1)


def test_an_embedder_and_a_model_without_a_policy_have_no_report(weapons):
    assert model_report(machine.embedder()) is None
    assert model_report(machine.classifier(weapons, policy_key="gone")) is None

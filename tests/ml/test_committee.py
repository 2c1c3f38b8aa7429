import numpy as np
import pytest

from ml import services
from ml.vision import committee


@pytest.fixture(scope="module")
def data():
    """Three clouds in twenty dimensions that overlap somewhat, the third one rare."""
    dice = np.random.default_rng(0)
    targets = np.repeat([0, 1, 2], [60, 50, 10])
    centres = dice.normal(size=(3, 20)) * 1.2
    return (centres[targets] + dice.normal(size=(120, 20))).astype(np.float16), targets


@pytest.fixture(scope="module")
def trained(data):
    return services.train_committee(*data, 3, 0)


def answers(trained, features):
    judged = services.judge(trained.weights, features)
    return np.array([each.probabilities for each in judged]), judged


def test_it_learns_what_can_be_learnt(trained, data):
    p, _ = answers(trained, data[0])
    assert np.mean(p.argmax(1) == data[1]) > 0.9
    assert trained.metrics["cross_validated_accuracy"] > 0.8
    assert trained.metrics["examples_per_category"] == [60, 50, 10]


def test_probabilities_entropy_and_disagreement_agree_with_each_other(trained, data):
    p, judged = answers(trained, data[0])
    assert p.sum(1) == pytest.approx(np.ones(len(p)), abs=1e-5)
    assert [each.entropy for each in judged] == pytest.approx(-(p * np.log(p + 1e-12)).sum(1), abs=1e-4)
    assert all(0 <= each.disagreement <= each.entropy + 1e-6 for each in judged)


def test_between_the_clouds_it_is_less_sure_than_within(trained, data):
    features, targets = data
    middle = (features[targets == 0].mean(0) + features[targets == 1].mean(0)) / 2
    within = services.judge(trained.weights, features[targets == 0].mean(0, keepdims=True))[0]
    between = services.judge(trained.weights, middle[None])[0]
    assert between.entropy > within.entropy
    assert between.disagreement > within.disagreement


def test_the_heads_differ_and_so_can_disagree(trained):
    heads = committee.read(trained.weights)
    assert heads.weight.shape == (committee.HEADS, 3, 20)
    assert not np.allclose(heads.weight[0], heads.weight[1])


def test_the_same_seed_gives_the_same_answers(trained, data):
    again, _ = answers(services.train_committee(*data, 3, 0), data[0])
    assert again == pytest.approx(answers(trained, data[0])[0], abs=1e-3)


def test_a_category_without_examples_has_an_output_that_is_practically_nothing(data):
    p, _ = answers(services.train_committee(*data, 5, 0), data[0])
    assert p.shape == (120, 5)
    assert p[:, 3:].max() < 1e-6


def test_two_categories_do(data):
    features, targets = data[0][:110], data[1][:110]
    trained = services.train_committee(features, targets, 2, 0)
    p, _ = answers(trained, features)
    assert np.mean(p.argmax(1) == targets) > 0.9


def test_weights_of_examples_count(data):
    features, targets = data
    flipped = np.concatenate([targets, (targets + 1) % 3])
    weights = np.concatenate([np.full(120, 1.0), np.full(120, 0.01)])
    trained = services.train_committee(np.vstack([features, features]), flipped, 3, 0, weights)
    assert np.mean(answers(trained, features)[0].argmax(1) == targets) > 0.85


@pytest.mark.parametrize(
    ("features", "targets", "said"),
    [
        (np.zeros((4, 2)), [0, 0, 0, 0], "At least two categories"),
        (np.zeros((4, 2)), [0, 1, 0], "do not fit"),
        (np.full((4, 2), np.nan), [0, 1, 0, 1], "not finite"),
        (np.zeros((4, 2)), [0, 1, 0, 3], "below 3"),
    ],
)
def test_what_teaches_nothing_is_refused(features, targets, said):
    with pytest.raises(ValueError, match=said):
        services.train_committee(features, np.array(targets), 3, 0)


def test_features_of_another_network_and_weights_of_another_kind_are_refused(trained):
    with pytest.raises(ValueError, match="20 features"):
        services.judge(trained.weights, np.zeros((2, 7)))
    with pytest.raises(ValueError, match="no weights of a committee"):
        services.judge(b"something else", np.zeros((2, 20)))

"""CROWDLAB as the paper defines it, and that its model helps."""

import numpy as np
import pandas as pd
import pytest
from cleanlab.multiannotator import get_label_quality_multiannotator, get_majority_vote_label

from labeling.agreement import majority
from labeling.agreement.crowdlab import consensus
from labeling.agreement.ratings import Ratings
from tests.labeling.agreement_data import judged, simulated


def model_of(truth: np.ndarray, k: int, seed: int) -> np.ndarray:
    """Probabilities of a model that is right about 85 times in 100 items."""
    random = np.random.default_rng(seed)
    seen = np.where(random.random(len(truth)) < 0.85, truth, random.integers(k, size=len(truth)))
    return np.eye(k)[seen] * 0.6 + random.dirichlet(np.ones(k), size=len(truth)) * 0.4


def by_the_paper(ratings: Ratings, model: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Goh et al. (2022), section 3, given the consensus labels: probabilities, weights of people, of the model."""
    said, k = judged(ratings), model.shape[1]
    there = ~np.isnan(said)
    number = there.sum(axis=1)
    many = number > 1
    agree = np.array([np.mean(row[seen] == mine) for row, seen, mine in zip(said, there, label, strict=True)])
    trust = agree[many].mean()
    baseline = max(np.mean(label[many] != np.bincount(label[many], minlength=k).argmax()), 1e-6)
    weights = []
    for rater in range(said.shape[1]):
        own = there[:, rater] & many
        others = [said[item, there[item]].tolist() for item in np.flatnonzero(own)]
        same = sum(words.count(said[item, rater]) - 1 for item, words in zip(np.flatnonzero(own), others, strict=True))
        weights.append(max(1 - (1 - same / (number[own] - 1).sum()) / baseline, 1e-6))
    error = np.mean(model[many].argmax(axis=1) != label[many])
    model_weight = max(1 - error / baseline, 1e-6) * np.sqrt(number.mean())
    found = model * model_weight
    for item, rater in np.argwhere(there):
        word = np.full(k, (1 - trust) / (k - 1))
        word[int(said[item, rater])] = trust
        found[item] += weights[rater] * word
    return found / found.sum(axis=1, keepdims=True), np.array(weights), model_weight


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_papers_weighted_mean_labels_missing(seed):
    ratings, truth = simulated(seed, items=80)
    model = model_of(truth, 3, seed)
    found = consensus(ratings, model)
    probabilities, weights, model_weight = by_the_paper(ratings, model, found.label)
    assert found.rater_weight == pytest.approx(weights)
    assert found.model_weight == pytest.approx(model_weight)
    assert found.quality == pytest.approx(probabilities[np.arange(len(truth)), found.label])


@pytest.mark.parametrize("seed", range(5))
def test_it_is_what_cleanlab_says_of_the_same_labels_in_a_table(seed):
    ratings, truth = simulated(seed, items=80, k=3)
    model = model_of(truth, 3, seed)
    np.random.seed(7)
    known = get_label_quality_multiannotator(pd.DataFrame(judged(ratings)), model, verbose=False)
    found = consensus(ratings, model, seed=7)
    assert found.label.tolist() == known["label_quality"]["consensus_label"].tolist()
    assert found.quality == pytest.approx(known["label_quality"]["consensus_quality_score"].to_numpy())
    quality = known["annotator_stats"]["annotator_quality"].sort_index().to_numpy()
    assert found.rater_quality == pytest.approx(quality, nan_ok=True)


@pytest.mark.parametrize("seed", range(5))
def test_the_majority_is_cleanlabs_where_there_is_one(seed):
    ratings, _ = simulated(seed, items=80, k=3)
    held = majority.majority(ratings.counts())
    clear = (held == 1).any(axis=1)
    known = get_majority_vote_label(pd.DataFrame(judged(ratings)), verbose=False)
    assert held.argmax(axis=1)[clear].tolist() == known[clear].tolist()


def test_people_and_a_model_together_beat_the_majority():
    ratings, truth = simulated(8, items=500, raters=4, seen=0.5, right=0.6)
    found = consensus(ratings, model_of(truth, 3, 8))
    plain, _ = majority.accuracy(majority.majority(ratings.counts()), truth)
    assert np.mean(found.label == truth) > plain + 0.1


def test_people_keep_their_places():
    random = np.random.default_rng(2)
    truth = random.integers(2, size=200)
    right = [0.95, 0.5, 0.9]
    rows = [
        (item, rater, str(true if random.random() < right[rater] else 1 - true))
        for item, true in enumerate(truth)
        for rater in range(3)
    ]
    assert consensus(Ratings.of(rows), model_of(truth, 2, 1)).rater_quality.argsort().tolist() == [1, 2, 0]


def test_the_same_seed_gives_the_same_and_nobody_elses_chance_is_touched():
    ratings, truth = simulated(3, raters=2, k=2, seen=0.9)
    flat = np.full((len(truth), 2), 0.5)
    before = np.random.get_state()[1].copy()
    first, second = consensus(ratings, flat, seed=4), consensus(ratings, flat, seed=4)
    assert (first.label == second.label).all()
    assert (np.random.get_state()[1] == before).all()


def test_what_it_cannot_use_is_refused():
    ratings, truth = simulated(3)
    with pytest.raises(ValueError, match="shape"):
        consensus(ratings, np.full((len(truth), 2), 0.5))
    with pytest.raises(ValueError, match="one label"):
        consensus(Ratings.of([("a", "x", "0"), ("b", "y", "1")]), np.full((2, 2), 0.5))

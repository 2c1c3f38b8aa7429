import numpy as np
import pytest

from labeling.agreement import dawid_skene, majority
from labeling.agreement.ratings import Ratings
from tests.labeling.agreement_data import judged, simulated


def by_loops(ratings: Ratings, rounds: int, smoothing: float) -> tuple[np.ndarray, np.ndarray]:
    """Dawid and Skene's equations 2.3 to 2.5, one number after the other: posterior and confusion."""
    said, k = judged(ratings), len(ratings.categories)
    posterior = ratings.counts() + smoothing
    posterior = posterior / posterior.sum(axis=1, keepdims=True)
    for _ in range(rounds):
        prior = (posterior.sum(axis=0) + smoothing) / (posterior.sum() + k * smoothing)
        confusion = np.full((said.shape[1], k, k), smoothing)
        for item, rater in np.argwhere(~np.isnan(said)):
            confusion[rater, :, int(said[item, rater])] += posterior[item]
        confusion /= confusion.sum(axis=2, keepdims=True)
        for item in range(len(said)):
            chance = prior.copy()
            for rater in np.flatnonzero(~np.isnan(said[item])):
                chance *= confusion[rater, :, int(said[item, rater])]
            posterior[item] = chance / chance.sum()
    return posterior, confusion


@pytest.mark.parametrize("seed", range(4))
def test_each_round_is_what_the_paper_says_labels_missing(seed):
    ratings, _ = simulated(seed)
    fitted = dawid_skene.fit(ratings, most_rounds=5, tolerance=0, smoothing=0.02)
    posterior, confusion = by_loops(ratings, 5, 0.02)
    assert fitted.posterior == pytest.approx(posterior, abs=1e-9)
    assert fitted.confusion == pytest.approx(confusion, abs=1e-9)
    assert (fitted.rounds, fitted.converged) == (5, False)


def test_the_likelihood_never_falls():
    ratings, _ = simulated(2)
    values = [dawid_skene.fit(ratings, most_rounds=n, tolerance=0, smoothing=1e-9).log_likelihood for n in range(1, 25)]
    assert (np.diff(values) > -1e-6).all()


def test_it_settles_and_finds_how_each_person_errs():
    random = np.random.default_rng(1)
    confusion = np.array([[[0.95, 0.05], [0.4, 0.6]], [[0.9, 0.1], [0.1, 0.9]], [[0.6, 0.4], [0.05, 0.95]]])
    truth = (random.random(3_000) < 0.3).astype(int)
    rows = [
        (item, rater, str(int(random.random() < confusion[rater, true, 1])))
        for item, true in enumerate(truth)
        for rater in range(3)
    ]
    fitted = dawid_skene.fit(Ratings.of(rows))
    assert fitted.converged
    assert fitted.confusion == pytest.approx(confusion, abs=0.07)
    assert fitted.prior == pytest.approx([0.7, 0.3], abs=0.05)


def test_it_beats_the_majority_where_labelers_differ():
    random = np.random.default_rng(6)
    truth, skills = random.integers(2, size=400), [0.95, 0.9, 0.55, 0.55, 0.5]
    rows = [
        (item, rater, str(true if random.random() < skill else 1 - true))
        for item, true in enumerate(truth)
        for rater, skill in enumerate(skills)
    ]
    ratings = Ratings.of(rows)
    plain, _ = majority.accuracy(majority.majority(ratings.counts()), truth)
    fitted, _ = majority.accuracy(majority.top(dawid_skene.fit(ratings).posterior), truth)
    assert fitted > plain + 0.05


def test_there_is_nothing_to_fit_without_ratings_or_smoothing():
    with pytest.raises(ValueError, match="no ratings"):
        dawid_skene.fit(Ratings.of([]))
    with pytest.raises(ValueError, match="above 0"):
        dawid_skene.fit(simulated(1)[0], smoothing=0)


def test_thousands_of_labels_of_one_item_do_not_underflow():
    rows = [(0, rater, "ab"[rater % 3 == 0]) for rater in range(3_000)] + [(1, 0, "b"), (2, 1, "a")]
    posterior = dawid_skene.fit(Ratings.of(rows)).posterior
    assert np.isfinite(posterior).all()
    assert posterior.sum(axis=1) == pytest.approx(1.0)

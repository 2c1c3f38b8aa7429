"""Label errors among decisions are found by confident learning, and adjudicators look at the worst of them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from labeling import clock, tasks
from labeling.agreement.suspects import suspects
from labeling.models import PeopleDecision, ReviewRequest, SuspectSearch
from labeling.services import suspects as service
from tests import factories as make

NIGHT = datetime(2026, 3, 1, 3, tzinfo=UTC)
DAY = timedelta(days=1)
KEYS = ("safe", "low", "harmful")


def clouds(count, *, seed=0, wrong=0.1):
    """Return points (n, 4) of three overlapping clouds, labels, and which of these are wrong."""
    dice = np.random.default_rng(seed)
    truth = dice.integers(3, size=count)
    points = (np.eye(4)[:3] * 3)[truth] + dice.normal(size=(count, 4))
    planted = dice.random(count) < wrong
    return points, np.where(planted, (truth + dice.integers(1, 3, size=count)) % 3, truth), planted


def test_planted_errors_are_found_far_above_chance():
    from ml import services

    points, labels, planted = clouds(600)
    found = suspects(labels, services.out_of_fold(points, labels, 3, 5, 0))
    precision = planted[found.place].mean()
    assert precision > 0.6 > 4 * planted.mean()
    assert planted[found.place].sum() > 0.7 * planted.sum()
    assert planted[found.place[:20]].mean() > 0.9
    assert (np.diff(found.quality) >= 0).all()


def test_it_is_what_cleanlab_says():
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    dice = np.random.default_rng(1)
    labels, judged = dice.integers(3, size=200), dice.dirichlet([1, 1, 1], size=200)
    found = suspects(labels, judged)
    assert set(found.place) == set(np.flatnonzero(find_label_issues(labels, judged, n_jobs=1)))
    assert found.quality == pytest.approx(get_label_quality_scores(labels, judged)[found.place])


def test_categories_without_labels_do_not_matter():
    points = np.full((40, 4), [0.6, 0.0, 0.3, 0.1])
    points[20:] = [0.3, 0.0, 0.6, 0.1]
    labels = np.repeat([0, 2], 20)
    labels[0] = 2
    assert suspects(labels, points).place.tolist() == [0]


@pytest.mark.parametrize(("labels", "rows"), [([0, 0, 0], 3), ([0, 1, 0], 2)])
def test_what_cannot_be_compared_is_refused(labels, rows):
    with pytest.raises(ValueError, match=r"two categories|do not fit"):
        suspects(np.array(labels), np.full((rows, 2), 0.5))


@pytest.fixture
def policy(db):
    """Nothing is in the random slice but by a vanishing chance."""
    return make.policy(slice_share=1e-9)


@pytest.fixture
def decided(policy):
    """Sixty decisions of two kinds that look unlike each other; of those called safe the first two look harmful."""
    dice = np.random.default_rng(0)
    with clock.at(NIGHT - DAY):
        return [add(policy, f"{n}", "safe" if n < 30 else "harmful", 2 <= n < 30, dice) for n in range(60)]


def add(policy, name, key, looks_safe, dice):
    image = make.queued(name, policy)
    make.embedding(image, list((1 if looks_safe else -1) + dice.normal(size=100)))
    return make.decided(image, policy, key)


def find(policy, *, at=NIGHT):
    with clock.at(at):
        return service.find(policy=policy)


def test_adjudicators_are_asked_about_the_suspects_and_the_decisions_stand(policy, decided):
    assert find(policy) >= 2
    asked = list(ReviewRequest.objects.order_by("id"))
    assert {asked[0].decision, asked[1].decision} == set(decided[:2])
    assert {(each.purpose, each.why) for each in asked} == {("adjudication", "suspect")}
    assert asked[0].value >= asked[1].value > 0.5
    assert PeopleDecision.objects.filter(withdrawal=None).count() == 60
    entry = make.open_entries(policy).get(image=decided[0].image)
    assert (entry.purpose, entry.why) == ("adjudication", "suspect")


def test_it_searches_once_a_day_and_only_where_something_was_decided(policy, decided, monkeypatch):
    find(policy)
    searched = SuspectSearch.objects.get()
    assert (searched.images, searched.latest) == (60, decided[-1])
    monkeypatch.setattr(service, "decided", None)  # would fail if it were read
    assert find(policy, at=NIGHT + DAY) == 0
    with clock.at(NIGHT):
        add(policy, "new", "safe", True, np.random.default_rng(1))
    assert find(policy, at=NIGHT + timedelta(hours=1)) == 0
    monkeypatch.undo()
    find(policy, at=NIGHT + DAY)
    assert SuspectSearch.objects.count() == 2
    assert ReviewRequest.objects.filter(decision=decided[0]).count() == 1


def test_no_more_are_asked_about_in_a_day_than_there_is_time_for(policy, decided, monkeypatch):
    monkeypatch.setattr(service, "DAILY", 1)
    assert find(policy) == 1


def test_adjudicated_slice_and_copies_are_left_alone(policy, decided):
    doubted = decided[0].image
    make.adjudicated(doubted, policy, "safe", by=make.person("ada", "adjudicator"))
    copy = make.copy_of(decided[1].image, "copy")
    make.embedding(copy, [-1] * 100)
    make.decided(copy, policy, "safe")
    find(policy)
    images = set(ReviewRequest.objects.values_list("image", flat=True))
    assert doubted.pk not in images
    assert len(images & {decided[1].image_id, copy.pk}) == 1


def test_the_random_slice_is_not_searched(db):
    policy = make.policy("whole", slice_share=1.0)
    dice = np.random.default_rng(0)
    for n in range(60):
        add(policy, f"{n}", "safe" if n < 30 else "harmful", 2 <= n < 30, dice)
    assert service.find(policy=policy) == 0
    assert SuspectSearch.objects.get().images == 0


def test_with_too_few_of_a_category_nothing_is_said(policy):
    dice = np.random.default_rng(0)
    for n in range(29):
        add(policy, f"{n}", "safe" if n < 20 else "harmful", n < 20, dice)
    assert service.find(policy=policy) == 0
    add(policy, "more", "harmful", True, dice)
    with clock.at(clock.now() + DAY):
        service.find(policy=policy)
    assert SuspectSearch.objects.latest("searched_at").suspects > 0


def test_without_embeddings_or_decisions_it_waits(policy):
    assert service.find(policy=policy) == 0
    assert not SuspectSearch.objects.exists()


def test_the_clock_finds_them_where_nobody_waits_for_the_worker(policy, decided, settings):
    from moderation.celery import app

    tasks.find_suspects()
    assert ReviewRequest.objects.exists()
    assert app.conf.task_routes["labeling.tasks.find_suspects"] == {"queue": "gpu"}

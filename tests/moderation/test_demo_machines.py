"""The demo leaves scoring to the workers, and does it by itself where there are none."""

import pytest

from labeling.selectors import filling as selector
from moderation.services.demo import machines

pytestmark = pytest.mark.django_db


def test_scoring_is_left_to_workers_while_they_make_progress(monkeypatch):
    counts = iter([3, 5, 5, 10])
    monkeypatch.setattr(machines, "count", lambda: selector.Filling(10, 10, next(counts)))
    monkeypatch.setattr(machines, "LOOK_EVERY_S", 0)
    monkeypatch.setattr(machines.scoring, "score_next", lambda **_: pytest.fail("It loaded the networks."))
    assert [each.scored for each in machines.score_all()] == [3, 5, 5, 10]


@pytest.mark.parametrize("already", [0, 4])
def test_without_workers_it_scores_by_itself(monkeypatch, already):
    done = [already]

    def score_next(*, count):
        done[0] += 3
        return 3

    monkeypatch.setattr(machines, "count", lambda: selector.Filling(10, 10, done[0]))
    monkeypatch.setattr(machines, "LOOK_EVERY_S", 0)
    monkeypatch.setattr(machines, "WORKERS_S", 0.05)
    monkeypatch.setattr(machines.scoring, "score_next", score_next)
    assert list(machines.score_all())[-1].all_scored

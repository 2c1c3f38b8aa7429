from datetime import UTC, datetime, timedelta

import pytest

from labeling import clock
from labeling.models import QueueEntry, SliceDraw
from labeling.services.images import record_known_arrival
from labeling.services.queueing import queue_image
from labeling.services.slices import LEAST_SHARE, follow_daily_numbers
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def policy():
    return make.policy(slice_share=0.5, slice_daily=20)


def arrive(policy, count, *, days_ago):
    source = make.source("shop", policy)
    image = make.image("picture", of=source)
    for n in range(count):
        at = NOW - timedelta(days=days_ago)
        record_known_arrival(source=source, image=image, external_id=f"{days_ago}-{n}", received_at=at)


def share(policy):
    with clock.at(NOW):
        follow_daily_numbers()
    policy.refresh_from_db()
    return policy.slice_share


def test_the_share_follows_the_daily_number_by_last_weeks_arrivals(policy):
    arrive(policy, 200, days_ago=5)
    arrive(policy, 500, days_ago=30)
    assert share(policy) == pytest.approx(20 / (200 / 5))


def test_few_arrivals_are_all_drawn_and_none_change_nothing(policy):
    assert share(policy) == 0.5
    arrive(policy, 5, days_ago=0.5)
    assert share(policy) == 1.0


def test_the_slice_never_shrinks_to_nothing(policy):
    policy.slice_daily = 0
    policy.save()
    arrive(policy, 5, days_ago=0.5)
    assert share(policy) == LEAST_SHARE


def test_a_policy_without_a_daily_number_keeps_its_share(policy):
    policy.slice_daily = None
    policy.save()
    arrive(policy, 200, days_ago=5)
    assert share(policy) == 0.5


def test_a_draw_keeps_the_share_that_it_met(policy):
    image = make.queued("one", policy)
    policy.slice_share = 0.1
    policy.save()
    queue_image(image=image, policy=policy)
    assert SliceDraw.objects.get().p == 0.5
    in_slice = image.group.u < 0.5
    assert QueueEntry.objects.get().strategy == ("slice" if in_slice else "random")

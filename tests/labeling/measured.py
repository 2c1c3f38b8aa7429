"""What the tests of repeats and gold begin with: labels of some day, and a guideline that changes a meaning."""

from datetime import UTC, datetime, timedelta

from labeling import clock
from labeling.models import Guideline, PolicyVersion
from tests import factories as make

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def label_at(moment, lena, policy, *names, key="safe"):
    with clock.at(moment):
        for name in names:
            make.queued(name, policy)
        return [make.label_next(lena, policy, key) for _ in names]


def publish(policy, moment, **changed):
    version = PolicyVersion.objects.create(policy=policy, number=2, kind="substantive", published_at=moment)
    for category in policy.categories.all():
        Guideline.objects.create(
            version=version, category=category, text="New.", changed=changed.get(category.key, False)
        )

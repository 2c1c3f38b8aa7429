"""Opinions as rows, for tests that read many of them and do not care how they came about."""

from datetime import timedelta

import numpy as np

from labeling import clock
from labeling.models import Label
from tests import factories as make

KEYS = ("safe", "low", "harmful")


def opinion(who, image, policy, key, *, purpose="first", round=1, seconds=2.0, ago=timedelta(), version=None, **fields):
    """An answer, not stored yet; `key` as in `factories.answer`."""
    at = clock.now() - ago
    said = make.answer(policy, key)
    return Label(
        image=image,
        labeler=who,
        policy=policy,
        policy_version=version or policy.versions.latest("number"),
        purpose=purpose,
        round=round,
        verdict=said.verdict,
        reason=said.reason,
        category=make.category(policy, said.category) if said.category else None,
        shown_at=at - timedelta(seconds=seconds),
        decided_at=at,
        recorded_at=at,
        **fields,
    )


def table(policy, people, count, *, seed=0, noise=0.3, missing=0.2, name="image"):
    """Store opinions of people who mostly say the truth; return rows of (image id, person id, key), oldest first."""
    dice = np.random.default_rng(seed)
    stored = []
    for number in range(count):
        image = make.queued(f"{name} {number}", policy)
        truth = dice.integers(3)
        for who in people:
            key = KEYS[dice.integers(3) if dice.random() < noise else truth]
            if dice.random() >= missing:
                stored.append(opinion(who, image, policy, key))
    found = Label.objects.bulk_create(stored)
    return [(each.image_id, each.labeler_id, each.category.key) for each in found]

"""The demo's last steps: every picture is scored, a first model is trained, and it orders the queue."""

import time
from collections.abc import Iterator

from labeling.models import Policy
from labeling.selectors.filling import Filling, count
from labeling.services import models, scoring, training
from ml import versions

# Small, so that progress is seen and workers get their share.
PORTION = 32
# How long workers may take over what they have taken on: past it, what they left is for the clock.
PATIENCE_S = 120.0
LOOK_EVERY_S = 0.5


def score_all() -> Iterator[Filling]:
    """Score beside the workers until every picture of the demo is scored or set aside; yield after each portion."""
    deadline = time.monotonic() + PATIENCE_S
    while not (now := count()).all_scored and time.monotonic() < deadline:
        yield now
        if scoring.score_next(count=PORTION):
            deadline = time.monotonic() + PATIENCE_S
        else:
            time.sleep(LOOK_EVERY_S)
    yield now


def train_first(policy: Policy) -> str:
    """Train and activate the policy's first model and let it judge everything; return what came of it, in words."""
    if version := versions.active_classifier(policy.slug):
        return f"a model is in use already: {version.name}"
    try:
        version = training.train_frozen(policy=policy, seed=0)
    except training.NotEnoughLabels as error:
        return f"no model yet: {error}"
    models.activate(version)
    while scoring.judge_next(policy=policy):
        pass
    return f"model trained and in use: {version.name}"

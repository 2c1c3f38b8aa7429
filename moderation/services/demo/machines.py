"""The demo's last steps: every picture is scored, a first model is trained, and it orders the queue."""

import time
from collections.abc import Iterator

from labeling.models import Policy
from labeling.selectors.filling import Filling, count
from labeling.services import models, scoring, training
from ml import versions

# Small, so that progress is seen.
PORTION = 32
# Loading networks takes many seconds: it is left to workers, unless they have stored nothing for so long.
WORKERS_S = 20.0
# What is under way elsewhere for longer than this is for the clock to find.
PATIENCE_S = 120.0
LOOK_EVERY_S = 0.5


def score_all() -> Iterator[Filling]:
    """Wait until workers have scored every picture of the demo, or score where none do; yield now and then."""
    now = count()
    alone = now.scored == 0
    seen, since = now.scored, time.monotonic()
    while not now.all_scored and time.monotonic() - since < PATIENCE_S:
        yield now
        alone = alone or time.monotonic() - since > WORKERS_S
        if not (alone and scoring.score_next(count=PORTION)):
            time.sleep(LOOK_EVERY_S)
        now = count()
        if now.scored > seen:
            seen, since = now.scored, time.monotonic()
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

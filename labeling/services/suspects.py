"""Looking for label errors in what people decided: the dearest are shown to an adjudicator, a few every day."""

import numpy as np
from django.db import transaction
from django.utils import timezone

from labeling import clock
from labeling.agreement.suspects import suspects
from labeling.models import PeopleDecision, Policy, QueueEntry, SuspectSearch
from labeling.selectors.second_opinions import overruled
from labeling.selectors.suspects import Decided, decided, last_search, newest_decision
from labeling.services.reviews import request_review
from labeling.worth import Kind, Measured, worth
from ml import services as ml

# A case takes an adjudicator about half a minute: ten minutes a day beside what people differ on.
DAILY = 20
FOLDS = 5
# Two examples for each fold; with fewer a category's threshold is an accident.
PER_CATEGORY = 2 * FOLDS


def find(*, policy: Policy) -> int:
    """Search the policy's decisions and ask an adjudicator about at most DAILY of them; return how many.

    At most one search a day, and none where nothing was decided since the last.
    """
    newest = newest_decision(policy)
    if newest is None or not _is_due(policy, newest):
        return 0
    found = decided(policy)
    ordered = _dearest_first(found, policy) if found else []
    return _record(policy, newest, len(found.ids) if found else 0, ordered)


@transaction.atomic
def _record(policy: Policy, newest: PeopleDecision, images: int, ordered: list[tuple[int, float]]) -> int:
    """Record the search and ask, both or neither, unless another worker has searched meanwhile."""
    Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    if not _is_due(policy, newest):
        return 0
    SuspectSearch.objects.create(
        policy=policy, latest=newest, images=images, suspects=len(ordered), searched_at=clock.now()
    )
    return _ask(ordered)


def _is_due(policy: Policy, newest: PeopleDecision) -> bool:
    last = last_search(policy)
    if last is None:
        return True
    today = timezone.localdate(clock.now())
    return last.latest_id < newest.pk and timezone.localdate(last.searched_at) < today


def _dearest_first(found: Decided, policy: Policy) -> list[tuple[int, float]]:
    """Return (decision, expected loss) of the suspects that nobody was asked about yet."""
    kept = _of_enough(found.categories)
    there, numbers = np.unique(found.categories[kept], return_inverse=True)
    if len(there) < 2:
        return []
    judged = ml.out_of_fold(found.vectors[kept], numbers, len(there), FOLDS, 0)
    doubted = suspects(numbers, judged)
    kinds = {category.pk: category.kind for category in policy.categories.all()}
    before = overruled(policy).get(QueueEntry.Why.SUSPECT, Measured())
    valued = [
        (int(found.ids[kept[place]]), _value(there, numbers[place], judged[place], kinds, before))
        for place in doubted.place
        if not found.asked[kept[place]]
    ]
    return sorted(valued, key=lambda pair: -pair[1])


def _value(there: np.ndarray, decided: int, judged: np.ndarray, kinds: dict[int, Kind], before: Measured) -> float:
    """Return the expected loss of a decision that heads have judged which never saw it; `there`: their categories."""
    probabilities = dict(zip(there.tolist(), judged.tolist(), strict=True))
    return worth(int(there[decided]), kinds=kinds, probabilities=probabilities, measured=before)


def _of_enough(categories: np.ndarray) -> np.ndarray:
    """Return the places of decisions for categories that have PER_CATEGORY of them."""
    _there, numbers, counts = np.unique(categories, return_inverse=True, return_counts=True)
    return np.flatnonzero(counts[numbers] >= PER_CATEGORY)


def _ask(ordered: list[tuple[int, float]]) -> int:
    asked = 0
    for decision_id, value in ordered[:DAILY]:
        request = request_review(
            decision=PeopleDecision.objects.select_related("image").get(pk=decision_id),
            purpose=QueueEntry.Purpose.ADJUDICATION,
            why=QueueEntry.Why.SUSPECT,
            value=value,
        )
        asked += request is not None
    return asked

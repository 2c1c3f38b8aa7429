"""Second opinions where they pay: what one person decided is shown to another, blind, as far as the budget goes."""

from django.db import transaction

from labeling.models import Category, PeopleDecision, Policy, QueueEntry
from labeling.selectors.second_opinions import Candidate, candidates, left_today, measured
from labeling.services.reviews import request_review
from labeling.worth import Measured, worth
from ml import versions
from ml.models import ModelVersion


def plan(*, policy: Policy) -> int:
    """Ask for second opinions on decisions by one person, the highest expected loss first; return how many.

    Those on which the active model is sure of something else and those for rare categories share the policy's daily
    budget, so that run again it goes on where it stopped.
    """
    left = left_today(policy)
    if not left:
        return 0
    model = versions.active_classifier(policy.slug)
    categories = {category.key: category for category in policy.categories.all()}
    ordered = _most_worth_first(candidates(policy, model), categories, measured(policy))
    return sum(_ask(each, value, policy, model, categories) for value, each in ordered[:left])


def _most_worth_first(
    found: list[Candidate], categories: dict[str, Category], differed: dict[str, Measured]
) -> list[tuple[float, Candidate]]:
    """Return the candidates with their values; of equal ones the older decision comes first."""
    kinds = {key: category.kind for key, category in categories.items()}
    valued = [
        (
            worth(
                each.category,
                kinds=kinds,
                probabilities=each.probabilities,
                measured=differed.get(each.why, Measured()),
            ),
            each,
        )
        for each in found
    ]
    return sorted(valued, key=lambda pair: (-pair[0], pair[1].decision_id))


@transaction.atomic
def _ask(
    candidate: Candidate, value: float, policy: Policy, model: ModelVersion | None, categories: dict[str, Category]
) -> bool:
    """Ask, unless the budget is spent meanwhile; the policy's row is locked, so that two planners spend it once."""
    locked = Policy.objects.select_for_update(no_key=True).get(pk=policy.pk)
    if not left_today(locked):
        return False
    said = None
    if candidate.why == QueueEntry.Why.MODEL and candidate.probabilities:
        said = max(candidate.probabilities, key=candidate.probabilities.__getitem__)
    request = request_review(
        decision=PeopleDecision.objects.select_related("image").get(pk=candidate.decision_id),
        purpose=QueueEntry.Purpose.SECOND,
        why=candidate.why,
        value=value,
        model_version=model if said else None,
        model_category=categories.get(said) if said else None,
    )
    return request is not None

"""Model against people: of what they differ on, a sample is shown to an adjudicator."""

from django.conf import settings

from labeling.models import Category, PeopleDecision, Policy, QueueEntry
from labeling.sampling import uniform
from labeling.selectors.disputes import Candidate, candidates
from labeling.selectors.second_opinions import overruled
from labeling.services.reviews import request_review
from labeling.worth import Measured, worth
from ml import versions
from ml.models import ModelVersion

# Nobody waits for them, and every one locks its picture for a moment.
PORTION = 1000


def find(*, policy: Policy) -> int:
    """Ask an adjudicator about the sampled decisions that the active model contradicts; return how many.

    Sampled by a keyed hash of the picture, so that it is the same however often this runs, and copies go together.
    """
    model = versions.active_classifier(policy.slug)
    if model is None or not policy.dispute_share or policy.second_confidence >= 1:
        return 0
    sampled = [each for each in candidates(policy, model) if _is_drawn(each, policy)]
    categories = {category.key: category for category in policy.categories.all()}
    before = overruled(policy).get(QueueEntry.Why.MODEL, Measured())
    return sum(_ask(each, model, categories, before) for each in sampled[:PORTION])


def _is_drawn(candidate: Candidate, policy: Policy) -> bool:
    name = f"{policy.pk}:{candidate.group_id}"
    return uniform(name, key=settings.SAMPLING_KEY, purpose=b"dispute") < policy.dispute_share


def _ask(candidate: Candidate, model: ModelVersion, categories: dict[str, Category], before: Measured) -> bool:
    kinds = {key: category.kind for key, category in categories.items()}
    request = request_review(
        decision=PeopleDecision.objects.select_related("image").get(pk=candidate.decision_id),
        purpose=QueueEntry.Purpose.ADJUDICATION,
        why=QueueEntry.Why.MODEL,
        value=worth(candidate.category, kinds=kinds, probabilities=candidate.probabilities, measured=before),
        model_version=model,
        model_category=categories.get(candidate.says),
    )
    return request is not None

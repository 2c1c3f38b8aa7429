"""Requests to look again at what is decided: the decision stands until somebody disagrees."""

from django.db import transaction

from labeling import clock
from labeling.models import Category, DecisionWithdrawal, Image, PeopleDecision, ReviewRequest
from labeling.selectors.cases import read_case
from labeling.services import queueing
from ml.models import ModelVersion


@transaction.atomic
def request_review(
    *,
    decision: PeopleDecision,
    purpose: str,
    why: str,
    value: float,
    copy: Image | None = None,
    model_version: ModelVersion | None = None,
    model_category: Category | None = None,
) -> ReviewRequest | None:
    """Ask for one more opinion (`purpose` second) or an adjudicator's (adjudication) on a decision that holds.

    `why` is of QueueEntry.Why, for which `copy` also names the image to look at: one of the group that came later;
    `value` is the chance that the decision is wrong times what that costs; the model is the
    one that says something else, if one does. Return None where there is nothing to ask: the same was asked before, the
    decision is withdrawn by now, or no image that could be shown is left: not the copy, or none of the picture.
    """
    queueing.lock_group(decision.image)
    left = Image.objects.filter(erased_at=None)
    to_show = left.filter(pk=copy.pk) if copy else left.filter(group=decision.image.group_id)
    if not to_show.exists() or DecisionWithdrawal.objects.filter(decision=decision).exists():
        return None
    request, created = ReviewRequest.objects.get_or_create(
        decision=decision,
        purpose=purpose,
        why=why,
        image=copy or decision.image,
        defaults={
            "policy_id": decision.policy_id,
            "value": value,
            "model_version": model_version,
            "model_category": model_category,
            "requested_at": clock.now(),
        },
    )
    if not created:
        return None
    queueing.settle(read_case(image_id=decision.image_id, policy_id=decision.policy_id))
    return request

"""Spot checks: now and then a person looks at a copy that was decided with its picture."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from labeling import clock, sampling
from labeling.models import Image, PeopleDecision, Policy, QueueEntry
from labeling.services.reviews import request_review
from moderation.models import SpotCheck

# What workers that were away for so long have missed is made up for.
WITHIN = timedelta(days=7)

_DECIDED_AS_COPIES = """
SELECT i.id, d.id
FROM labeling_peopledecision d
JOIN labeling_image e ON e.id = d.image_id
JOIN labeling_image i ON i.group_id = e.group_id AND i.id <> e.id
WHERE d.policy_id = %(policy)s AND d.decided_at > %(since)s AND i.created_at <= d.decided_at AND i.erased_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = d.id)
  AND EXISTS (
        SELECT 1 FROM labeling_arrival a JOIN labeling_source_policies s ON s.source_id = a.source_id
        WHERE a.image_id = i.id AND s.policy_id = d.policy_id)
  AND NOT EXISTS (SELECT 1 FROM labeling_label l WHERE l.image_id = i.id AND l.policy_id = d.policy_id)
  AND NOT EXISTS (
        SELECT 1 FROM labeling_reviewrequest r WHERE r.image_id = i.id AND r.policy_id = d.policy_id AND r.why = 'copy')
"""


def plan(*, policy: Policy) -> int:
    """Have people look at the share `copy_check_share` of what was decided as a copy; return how many were asked for.

    Drawn by a keyed hash of the image: nobody chooses, and planned twice it is planned once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED_AS_COPIES, {"policy": policy.pk, "since": clock.now() - WITHIN})
        rows = cursor.fetchall()
    drawn = [(image, decision) for image, decision in rows if _uniform(image, policy) < policy.copy_check_share]
    for image, decision in drawn:
        _check(
            image=Image.objects.get(pk=image),
            decision=PeopleDecision.objects.select_related("image").get(pk=decision),
            share=policy.copy_check_share,
        )
    return len(drawn)


@transaction.atomic
def _check(*, image: Image, decision: PeopleDecision, share: float) -> None:
    """Have a person look, and keep on record that the lot fell on it, and with which chance.

    The share may be changed later, and others may ask about copies of their own accord: only what was drawn counts.
    """
    purpose, why = QueueEntry.Purpose.SECOND, QueueEntry.Why.COPY
    request = request_review(decision=decision, purpose=purpose, why=why, value=1, copy=image)
    if request:
        SpotCheck.objects.create(request=request, share=share)


def _uniform(image: int, policy: Policy) -> float:
    return sampling.uniform(f"{image}/{policy.pk}", key=settings.SAMPLING_KEY, purpose=b"spot check")

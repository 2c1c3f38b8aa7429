"""What the labeling screen shows beside the images."""

import uuid

from labeling.models import Person, Policy, PolicyVersion
from labeling.services.labels import within_reach


def answered(*, person: Person, policy: Policy) -> list[uuid.UUID]:
    """Return the assignments whose answers the person can take back, the latest last."""
    labels = within_reach(person=person, policy_id=policy.pk).filter(assignment__isnull=False)
    return list(labels.values_list("assignment", flat=True))[::-1]


def guideline_of(policy: Policy) -> PolicyVersion | None:
    """Return the newest version with the text of every category, or None before the first is published."""
    return policy.versions.prefetch_related("guidelines__category").first()

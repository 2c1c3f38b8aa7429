"""Reads of decisions."""

from labeling.models import Image, PeopleDecision, Policy


def current_decision(*, image: Image, policy: Policy) -> PeopleDecision | None:
    """Return the decision of people that holds now; two unique constraints allow one at most."""
    return PeopleDecision.objects.filter(image=image, policy=policy, withdrawal=None).first()

"""What templates ask about a guideline."""

from django import template

from labeling.models import PolicyVersion
from labeling.selectors.exemplars import overturned_exemplars

register = template.Library()


@register.filter
def overturned(version: PolicyVersion) -> int:
    """Return how many of its exemplars are shown to nobody because their pictures were decided otherwise since."""
    return overturned_exemplars(version).count()

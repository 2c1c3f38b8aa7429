"""What the admin's first page begins with."""

from typing import Any

from django import template

from labeling.access import ADMIN, roles
from labeling.admin.base import COUNT_LIMIT
from moderation.admin.waterfall import headline
from moderation.models import BankEntry, BankFinding

register = template.Library()


@register.simple_tag(takes_context=True)
def waterfall_headline(context: dict[str, Any]) -> dict[str, Any]:
    """Return the waterfall of the last days, for admins; nothing for others, nor while nothing is dealt with."""
    return headline() if ADMIN in roles(context["request"].user) else {}


@register.simple_tag(takes_context=True)
def bank_notices(context: dict[str, Any]) -> dict[str, int]:
    """Return how many bank entries are held back and how many findings wait for an answer, for admins."""
    if ADMIN not in roles(context["request"].user):
        return {}
    held = BankEntry.objects.filter(held_at__isnull=False, disabled_at=None)
    found = BankFinding.objects.filter(accepted=None)
    return {"held": held[:COUNT_LIMIT].count(), "found": found[:COUNT_LIMIT].count()}

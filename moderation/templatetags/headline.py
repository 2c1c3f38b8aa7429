"""What the admin's first page begins with."""

from typing import Any

from django import template

from labeling.access import ADMIN, roles
from moderation.admin.waterfall import headline

register = template.Library()


@register.simple_tag(takes_context=True)
def waterfall_headline(context: dict[str, Any]) -> dict[str, Any]:
    """Return the waterfall of the last days, for admins; nothing for others, nor while nothing is dealt with."""
    return headline() if ADMIN in roles(context["request"].user) else {}

"""What templates ask about people."""

from typing import Any

from django import template

from labeling import access

register = template.Library()


@register.filter
def has_role(person: Any, role: str) -> bool:
    """Return whether the person has the role; nobody, as on pages rendered without a request, has none."""
    return bool(person) and role in access.roles(person)

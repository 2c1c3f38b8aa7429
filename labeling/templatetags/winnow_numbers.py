"""Numbers as the admin's pages print them."""

from django import template

register = template.Library()


@register.filter
def percent(value: float) -> str:
    """Return a share from 0 to 1 as a percentage, with a decimal where rounding would make it 0 or 100."""
    whole = f"{value:.0%}"
    return f"{value:.1%}" if whole in {"0%", "100%"} and value not in {0, 1} else whole

"""The guideline, one key away."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labeling.access import LABELER, PersonRequest, policy_for, role_required
from labeling.selectors.screen import guideline_of


@role_required(LABELER)
@require_safe
def guideline(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the guideline that holds now: in the screen's panel, or as a page."""
    policy = policy_for(slug)
    template = "guideline.html#guideline_text" if request.htmx else "guideline.html"
    return render(request, template, {"policy": policy, "version": guideline_of(policy)})

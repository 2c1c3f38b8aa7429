"""The guideline, one key away."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labeling.access import ADJUDICATOR, LABELER, PersonRequest, exemplar_image, policy_for, role_required
from labeling.selectors.screen import guideline_of
from labeling.views.pictures import send


@role_required(LABELER)
@require_safe
def guideline(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the guideline that holds now: in the screen's panel, or as a page."""
    policy = policy_for(slug)
    template = "guideline.html#guideline_text" if request.htmx else "guideline.html"
    return render(request, template, {"policy": policy, "version": guideline_of(policy)})


@role_required(LABELER, ADJUDICATOR)
@require_safe
def exemplar(request: PersonRequest, slug: str, exemplar_id: int) -> HttpResponse | FileResponse:
    """Send the thumbnail of an exemplar that the guideline shows."""
    return send(exemplar_image(policy_for(slug), exemplar_id).thumb_key, request.user)

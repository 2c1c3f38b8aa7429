"""Similar judged images, beside the one that a person is to judge."""

import uuid

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labeling.access import (
    ADJUDICATOR,
    LABELER,
    PersonRequest,
    neighbour_image,
    neighbour_token,
    offered_assignment,
    role_required,
)
from labeling.selectors.judged import is_embedded
from labeling.selectors.similar import PER_CATEGORY, nearest_judged
from labeling.views.pictures import send

# What can be taken in at a glance; a policy of many categories gets fewer of each.
MOST = 12


@role_required(LABELER, ADJUDICATOR)
@require_safe
def similar(request: PersonRequest, assignment_id: uuid.UUID) -> HttpResponse:
    """Show the nearest images that people judged: in the screen's panel, or as a page."""
    assignment = offered_assignment(request, assignment_id, "similar")
    image, policy = assignment.entry.image, assignment.entry.policy
    per_category = max(1, min(PER_CATEGORY, MOST // policy.categories.count()))
    neighbours = nearest_judged(image=image, policy=policy, per_category=per_category)
    context = {
        "policy": policy,
        "assignment": assignment,
        "neighbours": [(neighbour_token(assignment, each.image_id), each) for each in neighbours],
        "placed": bool(neighbours) or is_embedded(image),
    }
    return render(request, "similar.html#strip" if request.htmx else "similar.html", context)


@role_required(LABELER, ADJUDICATOR)
@require_safe
def neighbour(request: PersonRequest, assignment_id: uuid.UUID, token: str) -> HttpResponse | FileResponse:
    """Send a neighbour at the size at which images are judged, to be compared."""
    return send(neighbour_image(request, assignment_id, token).view_key, request.user)


@role_required(LABELER, ADJUDICATOR)
@require_safe
def neighbour_thumb(request: PersonRequest, assignment_id: uuid.UUID, token: str) -> HttpResponse | FileResponse:
    """Send a neighbour as small as the strip shows it."""
    return send(neighbour_image(request, assignment_id, token).thumb_key, request.user)

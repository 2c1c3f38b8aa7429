"""What is in the image, in words that are tied to their places in it."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labeling.access import ADJUDICATOR, LABELER, PersonRequest, offered_assignment, role_required
from labeling.selectors.captions import Missing, caption_of


@role_required(LABELER, ADJUDICATOR)
@require_safe
def caption(request: PersonRequest, assignment_id: uuid.UUID) -> HttpResponse:
    """Show the caption: in the screen's panel, or as a page. 404 with a sentence where it is not offered."""
    assignment = offered_assignment(request, assignment_id, "caption")
    policy = assignment.entry.policy
    found = caption_of(image=assignment.entry.image, policy=policy)
    context = {
        "policy": policy,
        "assignment": assignment,
        "caption": None if isinstance(found, Missing) else found,
        "state": found.value if isinstance(found, Missing) else "",
    }
    return render(request, "caption.html#sentence" if request.htmx else "caption.html", context)

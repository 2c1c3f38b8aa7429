"""What the labeling page does with its leases while it is open, and when it is left."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from labeling.access import LABELER, PersonRequest, policy_for, role_required
from labeling.forms import read_id
from labeling.selectors.changes import unread_version
from labeling.services import leases
from labeling.views.rest import rest_due


@role_required(LABELER)
@require_POST
def renew(request: PersonRequest, slug: str) -> HttpResponse:
    """Extend the page's leases, and say which of them the person still holds, and whether the rule has changed."""
    policy = policy_for(slug)
    page = read_id(request.POST.get("page", ""))
    ids = [read_id(text) for text in request.POST.getlist("assignment")]
    held = leases.renew(person=request.user, page=page, assignment_ids=ids)
    changed = {"changed": True} if unread_version(request.user, policy) else {}
    return JsonResponse({"held": sorted(map(str, held))} | changed | rest_due(request))


@role_required(LABELER)
@require_POST
def leave(request: PersonRequest, slug: str) -> HttpResponse:
    """Give back what the page holds."""
    leases.give_back(person=request.user, page=read_id(request.POST.get("page", "")))
    return HttpResponse(status=204)

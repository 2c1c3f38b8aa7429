"""Taking an answer back."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from labeling.access import LABELER, PersonRequest, policy_for, role_required
from labeling.forms import read_id, read_page
from labeling.models import Label, Policy, QueueEntry
from labeling.services import leases, undoing
from labeling.services.labels import LabelError
from labeling.views.label import cards, refused


@role_required(LABELER)
@require_POST
def undo(request: PersonRequest, slug: str) -> HttpResponse:
    """Take back the answer to `assignment`, and lease its image to the page again. Sent twice, it is done once."""
    page = read_page(request.POST) if request.htmx else uuid.uuid4()
    try:
        entry = _take_back(request, policy_for(slug))
    except LabelError as error:
        return refused(request, slug, error)
    lease = leases.lease_entry(person=request.user, entry_id=entry.pk, page=page) if entry and page else None
    if request.htmx:
        return cards(lease)
    target = reverse("label", args=[slug])
    return redirect(f"{target}?first={lease.assignment_id}" if lease else target)


def _take_back(request: PersonRequest, policy: Policy) -> QueueEntry | None:
    if assignment := request.POST.get("assignment"):
        given = Label.objects.filter(labeler=request.user, policy=policy, assignment=read_id(assignment))
        if label := given.first():
            return undoing.withdraw_label(person=request.user, label_id=label.pk)
    raise undoing.OutOfReach(_("There is nothing to take back."))

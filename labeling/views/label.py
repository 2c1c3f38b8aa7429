"""The labeling screen: look, press, next.

Scripts speak htmx's protocol (the header HX-Request) and get fragments, or a status with a sentence for the person;
plain forms are redirected. The label is committed before the next image is claimed: what fails then costs no label.
"""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from labeling.access import LABELER, policy_for, role_required
from labeling.forms import read_id, read_submission
from labeling.models import Assignment, Label, Policy
from labeling.selectors.queue import queues_for
from labeling.services import labels, leases
from labeling.services.labels import LabelError
from labeling.services.leases import Lease


@role_required(LABELER)
def screen(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the images that the person holds, or take an answer."""
    if request.method == "POST":
        return _save(request, slug)
    policy = policy_for(slug)
    page = uuid.uuid4()
    held = leases.hold(person=request.user, policy=policy, page=page)
    first = request.GET.get("first", "")
    held.sort(key=lambda lease: str(lease.assignment_id) != first)
    context = {
        "policy": policy,
        "categories": policy.categories.all(),
        "reasons": Label.Reason.choices,
        "page": page,
        "leases": held,
        "today": queues_for(request.user, slug)[0].today,
        "renew_ms": int(leases.RENEW_EVERY.total_seconds() * 1000),
    }
    return render(request, "label.html", context)


def _save(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        sent = read_submission(request.POST)
        label = labels.submit_label(person=request.user, assignment_id=sent.assignment_id, answer=sent.answer)
    except Assignment.DoesNotExist:
        raise Http404 from None
    except LabelError as error:
        return _refused(request, slug, error)
    if not request.htmx:
        return redirect("label", slug)
    return _card(leases.claim_next(person=request.user, policy_id=label.policy_id, page=sent.page))


@role_required(LABELER)
@require_POST
def next_image(request: HttpRequest, slug: str) -> HttpResponse:
    """Lease one more image to the page; an empty answer says that there is none."""
    page = read_id(request.POST.get("page", ""))
    return _card(leases.claim_next(person=request.user, policy_id=policy_for(slug).pk, page=page))


@role_required(LABELER)
@require_POST
def undo(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back the answer to `assignment`, or the person's latest, and lease its image again."""
    policy = policy_for(slug)
    page = read_id(request.POST.get("page", "")) if request.htmx else uuid.uuid4()
    try:
        lease = _take_back(request, policy, page)
    except LabelError as error:
        return _refused(request, slug, error)
    if request.htmx:
        return _card(lease)
    target = redirect("label", slug)
    if lease:
        target["Location"] += f"?first={lease.assignment_id}"
    return target


def _take_back(request: HttpRequest, policy: Policy, page: uuid.UUID) -> Lease | None:
    reach = labels.within_reach(person=request.user, policy_id=policy.pk)
    if assignment := request.POST.get("assignment", ""):
        given = Label.objects.filter(labeler=request.user, policy=policy, assignment=read_id(assignment))
    else:
        given = reach[:1]
    label = given.first()
    if label is None:
        raise labels.OutOfReach(_("There is nothing to take back."))
    entry = labels.withdraw_label(person=request.user, label_id=label.pk)
    return leases.lease_entry(person=request.user, entry_id=entry.pk, page=page) if entry else None


@role_required(LABELER)
@require_POST
def renew(request: HttpRequest, slug: str) -> HttpResponse:
    """Extend the page's leases, and say which of them the person still holds."""
    page = read_id(request.POST.get("page", ""))
    ids = [read_id(text) for text in request.POST.getlist("assignment")]
    held = leases.renew(person=request.user, page=page, assignment_ids=ids)
    return JsonResponse({"held": sorted(map(str, held))})


@role_required(LABELER)
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Give back what the page holds."""
    leases.give_back(person=request.user, page=read_id(request.POST.get("page", "")))
    return HttpResponse(status=204)


@role_required(LABELER)
@require_safe
def guideline(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the guideline that holds now."""
    policy = policy_for(slug)
    version = policy.versions.prefetch_related("guidelines__category").first()
    return render(request, "label.html#guideline", {"policy": policy, "version": version})


def _card(lease: Lease | None) -> HttpResponse:
    return HttpResponse(render_to_string("label.html#card", {"lease": lease}) if lease else "")


def _refused(request: HttpRequest, slug: str, error: LabelError) -> HttpResponse:
    """Tell the person: 409 when the facts forbid it, 422 when what was sent makes no sense."""
    if request.htmx:
        return HttpResponse(str(error), status=422 if isinstance(error, labels.InvalidAnswer) else 409)
    messages.error(request, str(error))
    return redirect("label", slug)

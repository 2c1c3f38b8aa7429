"""The labeling screen: look, press, next.

Scripts speak htmx's protocol (the header HX-Request) and get fragments, or a status with a sentence for the person;
plain forms are redirected. The label is committed before the next image is claimed: what fails then costs no label.
"""

import uuid
from dataclasses import asdict
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django_htmx.http import HttpResponseClientRedirect

from labeling.access import LABELER, PersonRequest, policy_for, role_required
from labeling.forms import read_id, read_page, read_submission
from labeling.models import Assignment, Label, Policy
from labeling.selectors.changes import unread_version
from labeling.selectors.helping import sign_of
from labeling.selectors.queue import Queue, queues_for
from labeling.selectors.screen import answered
from labeling.services import labels, leases
from labeling.services.labels import LabelError
from labeling.services.leases import Lease


@role_required(LABELER)
@gzip_page
def screen(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the images that the person holds, or take an answer. A script that asks gets the images alone."""
    if request.method == "POST":
        return _save(request, slug)
    policy = policy_for(slug)
    if unread_version(request.user, policy):
        return read_first(request, slug)
    page = read_page(request.GET) or uuid.uuid4()
    first = read_id(request.GET["first"]) if "first" in request.GET else None
    [queue] = queues_for(request.user, policy.slug)
    ahead = leases.held_ahead(queue.waiting)
    # A page opens with few, to be there at once; its script asks for the others.
    count = ahead if request.htmx else leases.HELD_AHEAD
    held = leases.hold(person=request.user, policy=policy, page=page, first=first, count=count)
    return cards(*held) if request.htmx else _page(request, policy, page, held, queue, ahead)


def _page(
    request: PersonRequest, policy: Policy, page: uuid.UUID, held: list[Lease], queue: Queue, ahead: int
) -> HttpResponse:
    context = {
        "policy": policy,
        "categories": policy.categories.all(),
        "reasons": Label.Reason.choices,
        "page": page,
        "leases": held,
        "past": [asdict(each) for each in answered(person=request.user, policy=policy)],
        "today": queue.today,
        "held_ahead": ahead,
        "renew_ms": int(leases.RENEW_EVERY.total_seconds() * 1000),
    }
    return render(request, "label.html", context)


def _save(request: PersonRequest, slug: str) -> HttpResponse:
    try:
        sent = read_submission(request.POST)
        label, due = labels.take_answer(person=request.user, assignment_id=sent.assignment_id, answer=sent.answer)
    except Assignment.DoesNotExist:
        raise Http404 from None
    except LabelError as error:
        return refused(request, slug, error)
    if not request.htmx:
        return redirect("label", slug)
    if due and not due.read_at:
        response = read_first(request, slug)
    elif sent.page is None:
        return cards()
    else:
        response = cards(leases.claim_next(person=request.user, policy_id=label.policy_id, page=sent.page))
    if sign := sign_of(label, key=sent.answer.category):
        # A header holds no more than Latin letters.
        response["X-Sign"] = "agrees" if sign.agrees else f"disagrees;{quote(sign.says)}"
    return response


def read_first(request: PersonRequest, slug: str) -> HttpResponse:
    """Send the person to what changed in the guideline: it is read before the next image."""
    if request.htmx:
        return HttpResponseClientRedirect(reverse("guideline_changes", args=[slug]))
    return redirect("guideline_changes", slug)


def cards(*held: Lease | None) -> HttpResponse:
    """Return the images as the page holds them; an empty answer says that there is none."""
    return HttpResponse("".join(render_to_string("label.html#card", {"lease": lease}) for lease in held if lease))


def refused(request: PersonRequest, slug: str, error: LabelError) -> HttpResponse:
    """Tell the person: 409 when the facts forbid it, 422 when what was sent makes no sense."""
    if request.htmx:
        return HttpResponse(str(error), status=422 if isinstance(error, labels.InvalidAnswer) else 409)
    messages.error(request, str(error))
    return redirect("label", slug)

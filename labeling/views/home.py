"""The first page: what waits, and where to go."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from labeling.access import ADJUDICATOR, ADMIN, LABELER, PersonRequest, role_required, roles
from labeling.models import Policy
from labeling.rest import duration
from labeling.selectors.adjudication import waiting_cases
from labeling.selectors.exposure import harm_by_day
from labeling.selectors.feedback import unread
from labeling.selectors.filling import filling
from labeling.selectors.queue import COUNT_LIMIT, queues_for


@role_required(LABELER, ADJUDICATOR, ADMIN)
def home(request: PersonRequest) -> HttpResponse:
    """Show labelers their queues, and everybody else their work; how far the demo is, while it is being filled in."""
    if request.htmx:
        return render(request, "home.html#demo", {"demo": filling()})
    context: dict[str, Any] = {"limit": f"{COUNT_LIMIT:,}", "demo": filling()}
    if roles(request.user) & {LABELER, ADJUDICATOR}:
        context["harm_today"] = duration(list(harm_by_day(request.user).values())[-1])
    if LABELER in roles(request.user):
        context["queues"] = queues_for(request.user)
        context["unread"] = unread(request.user)
    if ADJUDICATOR in roles(request.user):
        policies = Policy.objects.filter(active=True)
        context["courts"] = [(each, waiting_cases(person=request.user, policy=each).count()) for each in policies]
    return render(request, "home.html", context)

"""The page "Where model and people differ": who was right when an adjudicator looked, and where it goes."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from labeling.access import ADJUDICATOR, ADMIN, PersonRequest, role_required
from labeling.admin.disputes_plots import names, over_time, says
from labeling.figure_files import csv_file
from labeling.models import Policy
from labeling.selectors.disputes import ENOUGH, ENOUGH_A_WEEK, Counted, Disputes, Outcome, disputes
from labeling.selectors.policies import offered_policies

SIMULATED, REAL = "simulated", "real"
CSV_HEAD = ("week", "settled", *(each.value for each in Outcome))


@role_required(ADMIN, ADJUDICATOR)
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """Show the page for the policy that is asked for, or the first one."""
    policies = offered_policies()
    policy = _chosen(request, policies)
    context = admin.site.each_context(request) | {"title": _("Where model and people differ"), "policies": policies}
    if policy:
        context |= {"policy": policy} | _shown(_found(request, policy))
    return render(request, "admin/disputes.html", context)


@role_required(ADMIN, ADJUDICATOR)
@require_safe
def table(request: PersonRequest) -> HttpResponse:
    """Send the weeks as a file."""
    policy = _chosen(request, offered_policies())
    if policy is None:
        raise Http404
    found = _found(request, policy)
    rows: list[list[object]] = [
        [week.monday, week.settled, *(getattr(week, each.value) for each in Outcome)] for week in found.weeks
    ]
    return csv_file(f"disputes-{policy.slug}-{_people(found)}", [list(CSV_HEAD), *rows])


def _chosen(request: PersonRequest, policies: list[Policy]) -> Policy | None:
    """Return the policy of the address; the first where it names none, Http404 where it names one that is not."""
    slug = request.GET.get("policy")
    if not slug:
        return policies[0] if policies else None
    for policy in policies:
        if policy.slug == slug:
            return policy
    raise Http404


def _found(request: PersonRequest, policy: Policy) -> Disputes:
    people = request.GET.get("people")
    return disputes(policy, simulated=people == SIMULATED if people in (SIMULATED, REAL) else None)


def _people(found: Disputes) -> str:
    return SIMULATED if found.simulated else REAL


def _shown(found: Disputes) -> dict[str, Any]:
    return {
        "found": found,
        "people": _people(found),
        "total": [(*words, says(found.total, each)) for each, words in names().items()] if found.is_enough else [],
        "plots": over_time(found.weeks) if found.is_enough else [],
        "weeks": [_week(each) for each in reversed(found.weeks)],
        "enough": ENOUGH,
        "enough_a_week": ENOUGH_A_WEEK,
    }


def _week(each: Counted) -> tuple[Counted, list[int]]:
    return each, [getattr(each, outcome.value) for outcome in Outcome]

"""The page "Does help help?": the arms of a policy side by side, and how help is used."""

import csv
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from labeling.access import ADJUDICATOR, ADMIN, PersonRequest, role_required
from labeling.admin.help_rows import CSV_HEAD, csv_row, plot, row
from labeling.effect import ENOUGH
from labeling.models import Policy
from labeling.selectors.help_effect import LATEST, PAUSE_S, help_effect
from labeling.selectors.policies import offered_policies

SIMULATED = "simulated"


@role_required(ADMIN, ADJUDICATOR)
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """Show the page for the policy that is asked for, or the first one."""
    policies = offered_policies()
    policy = _chosen(request, policies)
    context = admin.site.each_context(request) | {"title": _("Does help help?"), "policies": policies}
    if policy:
        context |= _found(policy, simulated=request.GET.get("people") == SIMULATED)
    return render(request, "admin/help_effect.html", context)


@role_required(ADMIN, ADJUDICATOR)
@require_safe
def table(request: PersonRequest) -> HttpResponse:
    """Send the page's table as a file."""
    policy = _chosen(request, offered_policies())
    if policy is None:
        raise Http404
    effect = help_effect(policy, simulated=request.GET.get("people") == SIMULATED)
    people = SIMULATED if effect.simulated else "real"
    name = f"help-effect-{policy.slug}-{people}.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(response).writerows([CSV_HEAD, *map(csv_row, effect.comparisons)])
    return response


def _chosen(request: PersonRequest, policies: list[Policy]) -> Policy | None:
    """Return the policy of the address; the first where it names none, Http404 where it names one that is not."""
    slug = request.GET.get("policy")
    if not slug:
        return policies[0] if policies else None
    for policy in policies:
        if policy.slug == slug:
            return policy
    raise Http404


def _found(policy: Policy, *, simulated: bool) -> dict[str, Any]:
    effect = help_effect(policy, simulated=simulated)
    names = {
        "caption": _("Caption opened"),
        "heatmap": _("Heatmap opened"),
        "similar": _("Similar images opened"),
        "guideline": _("Guideline opened"),
    }
    return {
        "policy": policy,
        "blind": policy.help_mode == Policy.HelpMode.BLIND,
        "effect": effect,
        "people": SIMULATED if effect.simulated else "real",
        "rows": [row(each) for each in effect.comparisons],
        "plots": [plot(each) for each in effect.comparisons if each.is_shown],
        "openings": [(names[each.aid], each) for each in effect.openings],
        "enough": ENOUGH,
        "latest": f"{LATEST:,}",
        "pause": PAUSE_S // 60,
    }

"""The page "Do people agree?": numbers with intervals, over time, by category, pair by pair and image by image."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from labeling import tasks
from labeling.access import ADJUDICATOR, ADMIN, PersonRequest, role_required, roles
from labeling.admin import agreement_plots as plots
from labeling.admin import agreement_tables as tables
from labeling.admin.agreement_asked import Asked, asked
from labeling.admin.agreement_files import FILES
from labeling.admin.agreement_images import rows as image_rows
from labeling.agreement.estimates import MIN_PAIRS
from labeling.figure_files import csv_file
from labeling.models import AgreementStat, Category
from labeling.selectors.agreement import MOST_PEOPLE, disputes, everybody, history, matrix_people
from labeling.selectors.answers import LATEST, Answers, read_answers
from labeling.selectors.people_names import people_names
from labeling.services.agreement import WINDOW
from labeling.wake import wake

# Those that are plotted over time, in this order.
OVER_TIME = ("raw", "alpha")
MOMENTS_SHOWN = 30


@role_required(ADMIN, ADJUDICATOR)
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """Show the page for the policy that is asked for, or the first one."""
    chosen = asked(request)
    context = admin.site.each_context(request) | {"title": _("Do people agree?"), "asked": chosen}
    if chosen:
        context |= _found(chosen, for_admin=ADMIN in roles(request.user))
    return render(request, "admin/agreement.html", context)


@role_required(ADMIN, ADJUDICATOR)
@require_safe
def table(request: PersonRequest, name: str) -> HttpResponse:
    """Send one of the page's tables as a file."""
    chosen = asked(request)
    if chosen is None or name not in FILES:
        raise Http404
    names = _names(chosen, for_admin=ADMIN in roles(request.user))
    answers = read_answers(chosen.policy, chosen.which)
    return csv_file(f"agreement-{name}-{chosen.policy.slug}-{chosen.people}", FILES[name](chosen, answers, names))


@role_required(ADMIN)
@require_POST
def measure(request: PersonRequest) -> HttpResponse:
    """Have a snapshot taken now."""
    chosen = asked(request)
    if chosen is None:
        raise Http404
    wake(tasks.measure_agreement, chosen.policy.pk)
    messages.success(request, _("A snapshot is being taken. It shows here in a moment."))
    return redirect(f"{reverse('admin:agreement')}?{chosen.query}")


def _names(chosen: Asked, *, for_admin: bool) -> dict[int, str]:
    named = for_admin or chosen.policy.names_shown
    return people_names(chosen.policy, simulated=chosen.simulated, named=named)


def _found(chosen: Asked, *, for_admin: bool) -> dict[str, Any]:
    answers, names = read_answers(chosen.policy, chosen.which), _names(chosen, for_admin=for_admin)
    found = everybody(answers.between(chosen.images))
    plot, lines = plots.by_category(found, answers.names)
    return {
        "found": found,
        "headline": tables.headline(found),
        "categories": tables.categories(found, answers.names),
        "category_plot": plot,
        "category_lines": lines,
        **_over_time(chosen),
        **_people(answers, names),
        **_disputed(answers, chosen, for_admin=for_admin),
        "capped": answers.is_capped,
        "latest": f"{LATEST:,}",
        "enough": MIN_PAIRS,
        "window": WINDOW.days,
        "alone": chosen.images == AgreementStat.Images.SLICE and chosen.policy.slice_opinions < 2,
        "may_measure": for_admin,
    }


def _over_time(chosen: Asked) -> dict[str, Any]:
    found = {name: history(chosen.policy, name, images=chosen.images, simulated=chosen.simulated) for name in OVER_TIME}
    return {
        "time_plots": [plot for name in OVER_TIME if (plot := plots.over_time(name, found[name], chosen.versions))],
        "moments": tables.moments(found)[:MOMENTS_SHOWN],
    }


def _people(answers: Answers, names: dict[int, str]) -> dict[str, Any]:
    return {
        "matrix": tables.matrix(answers, names, matrix_people(answers)),
        "people": tables.people(answers, names),
        "most_people": MOST_PEOPLE,
    }


def _disputed(answers: Answers, chosen: Asked, *, for_admin: bool) -> dict[str, Any]:
    found = disputes(answers, chosen.policy)
    restricted = set(Category.objects.filter(policy=chosen.policy, restricted=True).values_list("key", flat=True))
    return {"disputes": found, "images": image_rows(found, answers.names, hidden=restricted, linked=for_admin)}

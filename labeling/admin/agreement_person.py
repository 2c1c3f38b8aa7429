"""One person's figures, for admins and adjudicators. Never beside another person's, and never a ranking."""

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labeling import figure_words
from labeling.access import ADJUDICATOR, ADMIN, PersonRequest, role_required, roles
from labeling.admin.agreement_asked import Asked, asked
from labeling.figure_files import TABLES, csv_file, table_of
from labeling.selectors.answers import Answers, read_answers
from labeling.selectors.gold import gold_share
from labeling.selectors.people_names import people_names
from labeling.selectors.person_figures import PersonFigures, person_figures


@role_required(ADJUDICATOR, ADMIN)
@require_safe
def person(request: PersonRequest, person_id: int) -> HttpResponse:
    """Show how somebody labels under the policy that is asked for."""
    chosen, name = _checked(request, person_id)
    answers, found = _read(chosen, person_id)
    context = admin.site.each_context(request) | {"title": name, "asked": chosen, "person_id": person_id}
    return render(
        request,
        "admin/agreement_person.html",
        context | figure_words.shown(found, answers, gold_share(person_id, chosen.policy)),
    )


@role_required(ADJUDICATOR, ADMIN)
@require_safe
def table(request: PersonRequest, person_id: int, name: str) -> HttpResponse:
    """Send one of the page's tables as a file."""
    chosen, called = _checked(request, person_id)
    if name not in TABLES:
        raise Http404
    _answers, found = _read(chosen, person_id)
    rows = table_of(name, called, found, gold_share(person_id, chosen.policy))
    return csv_file(f"{name}-person-{person_id}-{chosen.policy.slug}", rows)


def _checked(request: PersonRequest, person_id: int) -> tuple[Asked, str]:
    """Return the choice and what the person is called; 404 for who has not labeled there."""
    chosen = asked(request)
    if chosen is None:
        raise Http404
    named = ADMIN in roles(request.user) or chosen.policy.names_shown
    names = people_names(chosen.policy, simulated=chosen.simulated, named=named)
    if person_id not in names:
        raise Http404
    return chosen, names[person_id]


def _read(chosen: Asked, person_id: int) -> tuple[Answers, PersonFigures]:
    answers = read_answers(chosen.policy, chosen.which)
    return answers, person_figures(answers, person_id)

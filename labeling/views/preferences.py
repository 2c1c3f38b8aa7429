"""A person's own screen: how images are shown to them, and how much of the harmful ones they have seen."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from labeling.access import ADJUDICATOR, ADMIN, LABELER, PersonRequest, role_required
from labeling.landscape import SIZE, landscape
from labeling.models import Person
from labeling.plots import BarPlot, bar_plot
from labeling.rest import duration
from labeling.selectors.exposure import harm_by_day, stretch_of
from labeling.services.people import UnknownSofteningError, choose_softening
from labeling.softening import soften


@role_required(LABELER, ADJUDICATOR, ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PersonRequest) -> HttpResponse:
    """Show the person's choice and their own figures, or take another choice."""
    if request.method == "POST":
        return _choose(request)
    days = harm_by_day(request.user)
    stretch = stretch_of(request.user)
    context = {
        "choices": Person.Softening.choices,
        "sample": SIZE,
        "today": duration(list(days.values())[-1]),
        "since_pause": duration(stretch.harm) if stretch else None,
        "week": duration(sum(days.values(), timedelta())),
        "plot": _plot(days),
    }
    return render(request, "preferences.html", context)


def _choose(request: PersonRequest) -> HttpResponse:
    try:
        choose_softening(person=request.user, softening=request.POST.get("softening", ""))
    except UnknownSofteningError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved. It holds from the next image on."))
    return redirect("preferences")


def _plot(days: dict[date, timedelta]) -> BarPlot | None:
    """Return the last days as bars; None where there is nothing to plot."""
    if not any(days.values()):
        return None
    names = [date_format(day, "D j M") for day in days]
    return bar_plot(
        "harm",
        [round(time.total_seconds()) for time in days.values()],
        [f"{name}: {duration(time)}" for name, time in zip(names, days.values(), strict=True)],
        title=_("Harmful images by day"),
        description="; ".join(f"{name}: {duration(time)}" for name, time in zip(names, days.values(), strict=True)),
        left=names[0],
        right=names[-1],
    )


@role_required(LABELER, ADJUDICATOR, ADMIN)
@require_safe
def sample(request: PersonRequest, softening: str) -> HttpResponse:
    """Send a drawn picture, softened as the real ones would be."""
    if softening not in Person.Softening.values:
        raise Http404
    plain = landscape()
    data = plain if softening == Person.Softening.NONE else soften(plain, softening)
    return HttpResponse(data, content_type="image/jpeg")

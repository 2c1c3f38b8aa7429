"""The page "Machines": which workers there are, what waits for them, what they did lately, and what they gave up on."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from labeling import clock
from labeling.access import ADMIN, PersonRequest, role_required
from labeling.plots import BarPlot, bar_plot
from labeling.selectors import machines
from labeling.selectors.activity import HOUR, Lately, Series, lately
from labeling.selectors.machines import Line
from moderation.selectors.incoming import intake_line
from moderation.workers import BrokerAwayError, ask_workers, untaken

SHOWN_FAILURES = 5


@role_required(ADMIN)
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """Show the page. What takes time, or may not answer at all, comes into it afterwards."""
    return render(request, "admin/machines.html", admin.site.each_context(request) | {"title": _("Machines")})


@role_required(ADMIN)
@require_safe
def workers(request: PersonRequest) -> HttpResponse:
    """Return the workers as a fragment: the broker is given a second to let them answer."""
    try:
        found = ask_workers()
    except BrokerAwayError as error:
        return render(request, "admin/machines.html#workers", {"away": str(error)})
    return render(request, "admin/machines.html#workers", {"workers": found, "untaken": untaken(found)})


@role_required(ADMIN)
@require_safe
def backlog(request: PersonRequest) -> HttpResponse:
    """Return the stages, the last hour and the latest failures as a fragment."""
    done = lately()
    found = [intake_line(), *machines.lines(done)]
    context = {
        "rows": [(line, _name(line), _left(line)) for line in found],
        "plots": _plots(done),
        "failures": machines.set_aside().select_related("image")[:SHOWN_FAILURES],
        "now": clock.now(),
    }
    return render(request, "admin/machines.html#backlog", context)


def _name(line: Line) -> str:
    names = {
        machines.TAKING_IN: _("Taking files in"),
        machines.SCORING: _("Scoring"),
        machines.MATCHING: _("Looking for copies"),
        machines.JUDGING: _("Judging"),
        machines.EXPLAINING: _("Heatmaps"),
        machines.CAPTIONING: _("Captions"),
        machines.LABELING: _("Labels by people"),
    }
    return f"{names[line.stage]}: {line.policy}" if line.policy else names[line.stage]


def _left(line: Line) -> str:
    """Say how far a stage is that moves, "340 of 600, about 1 min left", as much of it as is known."""
    if not line.waiting.value or line.stage == machines.LABELING:
        return ""
    said = []
    if line.done and line.total is not None:
        said.append(_("%(done)s of %(total)s") % {"done": line.done, "total": f"{line.total:,}"})
    if line.takes:
        said.append(_("about %s left") % in_words(line.takes))
    elif line.lately and not line.lately.speed:
        said.append(_("nothing done in the last minute"))
    return ", ".join(said)


def in_words(time: timedelta) -> str:
    """Return a duration as somebody would say it who only wants to know whether to wait."""
    seconds = time.total_seconds()
    for size, words in ((86400, _days), (3600, _hours), (60, _minutes)):
        if seconds >= 0.95 * size:
            return words(max(round(seconds / size), 1))
    return _seconds(max(round(seconds / 10), 1) * 10)


def _days(n: int) -> str:
    return ngettext("%d day", "%d days", n) % n


def _hours(n: int) -> str:
    return ngettext("%d hour", "%d hours", n) % n


def _minutes(n: int) -> str:
    return _("%d min") % n


def _seconds(n: int) -> str:
    return _("%d s") % n


def _plots(done: Lately) -> list[BarPlot]:
    titles = {"scored": _("Images scored per minute"), "labeled": _("Labels per minute")}
    return [_plot(kind, title, done.get((kind, None), Series())) for kind, title in titles.items()]


def _plot(kind: str, title: str, series: Series) -> BarPlot:
    oldest_first: list[Any] = list(enumerate(series.minutes))[::-1]
    says = [
        ngettext("%(n)d, %(ago)d minute ago", "%(n)d, %(ago)d minutes ago", ago) % {"n": n, "ago": ago}
        for ago, n in oldest_first
    ]
    described = _("%(hour)d in the last hour, %(minute)d of them in the last minute.")
    return bar_plot(
        kind,
        [n for _ago, n in oldest_first],
        says,
        title=title,
        description=described % {"hour": series.last_hour, "minute": series.last_minute},
        left=_("%d minutes ago") % HOUR,
        right=_("now"),
    )

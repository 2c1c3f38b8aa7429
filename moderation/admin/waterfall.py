"""The waterfall: of 100 arrivals, how many did a person have to see, and what became of the others?"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from labeling import agreement_words as words
from labeling import clock
from labeling.access import ADMIN, PersonRequest, role_required
from labeling.agreement.estimates import MIN_PAIRS
from labeling.figure_files import csv_file, shared
from labeling.models import Policy, Source
from labeling.plots import StepPlot, step_plot
from labeling.selectors.policies import offered_policies
from moderation.selectors.waterfall import SPARED, Counted, Stage, Waterfall, waterfall

DAYS = 30
CSV_HEAD = ["stage", "arrivals", "per_100", "harmful", "wrong", "wrong_low", "wrong_high", "pictures", "looks"]
MEANS = {
    Stage.SAME: gettext_lazy("The very bytes had come in before, from here or elsewhere, and are dealt with."),
    Stage.PEOPLE: gettext_lazy("A person looked at this image, the random slice among them."),
    Stage.BANK: gettext_lazy("A proven copy of what enough people had agreed on before it came."),
    Stage.CERTIFICATE: gettext_lazy("A model decided that is certified for this source."),
    Stage.COPY: gettext_lazy("It waited while a copy of it was shown, and was decided with that."),
    Stage.WAITING: gettext_lazy("People, or machines, have not come to it yet; the same bytes again wait with it."),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: whole days, `until` the last one of them."""

    policy: Policy
    sources: list[Source]
    source: Source | None
    since: date
    until: date


@dataclass(frozen=True)
class Row:
    """A stage in words; `per_100` of all arrivals."""

    counted: Counted
    means: Any
    per_100: str
    wrong: str


@role_required(ADMIN)
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """Show the page for the policy, source and days that are asked for."""
    context = admin.site.each_context(request) | {"title": _("How many did people have to see?")}
    asked = _asked(request)
    if asked:
        found = _found(asked)
        context |= {"asked": asked, "found": found, "choices": _choices(), **_shown(found)}
    return render(request, "admin/waterfall.html", context)


@role_required(ADMIN)
@require_safe
def table(request: PersonRequest) -> HttpResponse:
    """Send the table as a file."""
    asked = _asked(request)
    if asked is None:
        raise Http404
    found = _found(asked)
    rows: list[list[object]] = [
        [each.stage, each.arrivals, _per_100(each, found), each.harmful, *_looks(each)] for each in found.stages
    ]
    return csv_file(f"waterfall-{asked.policy.slug}-{asked.since}-{asked.until}", [[*CSV_HEAD], *rows])


def headline() -> dict[str, Any]:
    """Return the same for the admin's first page: the first policy, the last days, every source."""
    asked = _choose("", "", "", "")
    found = _found(asked) if asked else None
    return {"asked": asked, "found": found, **_shown(found)} if found else {}


def _asked(request: PersonRequest) -> Asked | None:
    names = ("policy", "source", "since", "until")
    return _choose(*(request.GET.get(name, "") for name in names))


def _choose(slug: str, source: str, since: str, until: str) -> Asked | None:
    """Return the choice; None while there is no policy, Http404 for a name that is none. What is no day is left out."""
    policies = offered_policies()
    policy = next((each for each in policies if slug in ("", each.slug)), None)
    if policy is None:
        if slug:
            raise Http404
        return None
    sources = list(policy.sources.all())
    # Drawn pictures and simulated people say nothing of real work, unless there is nothing else.
    counted = [each for each in sources if not each.demo] or sources
    chosen = next((each for each in sources if each.name == source), None)
    if source and chosen is None:
        raise Http404
    last = _day(until) or timezone.localdate(clock.now())
    return Asked(policy, [chosen] if chosen else counted, chosen, _day(since) or last - timedelta(days=DAYS), last)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _found(asked: Asked) -> Waterfall:
    since, until = (timezone.make_aware(datetime.combine(day, time())) for day in (asked.since, asked.until))
    return waterfall(asked.policy, asked.sources, since=since, until=until + timedelta(days=1))


def _choices() -> list[tuple[Policy, list[Source]]]:
    return [(policy, list(policy.sources.all())) for policy in offered_policies()]


def _shown(found: Waterfall) -> dict[str, Any]:
    return {
        "rows": [Row(each, MEANS[each.stage], _per_100(each, found), _wrong(each)) for each in found.stages],
        "plot": _plot(found),
        "seen": f"{100 * found.seen.value:.0f}" if found.seen.n else "",
    }


def _per_100(each: Counted, found: Waterfall) -> str:
    return f"{100 * each.arrivals / found.arrivals:.1f}" if found.arrivals else ""


def _wrong(each: Counted) -> str:
    """Return how many pictures were wrong, or how many are missing before that is said; also of what people saw."""
    found = each.looked
    if found is None or not (each.arrivals or found.looks):
        return ""
    pictures, missing = found.pictures.n, MIN_PAIRS - found.pictures.n
    counted = ", ".join(
        [
            ngettext("%d picture", "%d pictures", pictures) % pictures,
            ngettext("%d look", "%d looks", found.looks) % found.looks,
        ]
    )
    lacking = ngettext(
        "Not enough data yet: %d more picture is needed", "Not enough data yet: %d more pictures are needed", missing
    )
    return words.share(found.pictures, counted=counted) or f"{lacking % missing} ({counted})"


def _looks(each: Counted) -> list[object]:
    found = each.looked
    return [*shared(found.pictures), found.pictures.n, found.looks] if found else [""] * 5


def _plot(found: Waterfall) -> StepPlot:
    """Return the steps from all arrivals down to what people saw, and what waits."""
    order = [*SPARED, Stage.PEOPLE, Stage.WAITING]
    counts = {each.stage: each for each in found.stages}
    parts = [
        (counts[stage].arrivals, f"{stage.label}: {_per_100(counts[stage], found)}")
        for stage in order
        if counts[stage].arrivals
    ]
    said = ", ".join(says for _count, says in parts)
    return step_plot("waterfall", parts, title=_("Of 100 arrivals"), description=said)

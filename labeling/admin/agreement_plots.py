"""Plots of agreement: over time with the guideline's versions, and by category."""

import math
from collections.abc import Mapping, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from labeling import agreement_words as words
from labeling.line_plots import LinePlot, Point, Words, line_plot
from labeling.models import PolicyVersion
from labeling.plots import DotPlot, Mark, dot_plot
from labeling.selectors.agreement import Everybody, Moment

STEP = 0.1


def over_time(statistic: str, found: Sequence[Moment], versions: Sequence[PolicyVersion]) -> LinePlot | None:
    """Return a number over time; None with less than two snapshots, which make no line."""
    if len(found) < 2:
        return None
    name, _means = words.coefficient_names()[statistic]
    points = [Point(each.at.timestamp(), each.value, each.low, each.high, _says(each, statistic)) for each in found]
    marks = [(each.published_at.timestamp(), _published(each)) for each in versions]
    low, high = _scale([each.low for each in found], [each.high for each in found])
    first, last = found[0], found[-1]
    changes = [says for x, says in marks if points[0].x <= x <= points[-1].x]
    said = {"first": _says(first, statistic), "last": _says(last, statistic), "n": len(found)}
    description = _("%(n)d snapshots. The first: %(first)s. The latest: %(last)s.") % said
    return line_plot(
        f"time-{statistic}",
        points,
        marks,
        low=low,
        high=high,
        words=Words(
            title=name,
            description=" ".join([description, *(f"{each}." for each in changes)]),
            left=date_format(first.at, "DATE_FORMAT"),
            right=date_format(last.at, "DATE_FORMAT"),
            top=words.value(high, statistic),
            bottom=words.value(low, statistic),
        ),
    )


def _says(each: Moment, statistic: str) -> str:
    number = words.moment((each.value, each.low, each.high), statistic, each.n)
    return f"{date_format(each.at, 'DATE_FORMAT')}: {number}"


def _published(version: PolicyVersion) -> str:
    said = {"number": version.number, "date": date_format(version.published_at, "DATE_FORMAT")}
    if version.kind == PolicyVersion.Kind.SUBSTANTIVE:
        return _("Version %(number)d, %(date)s: the meaning changed") % said
    return _("Version %(number)d, %(date)s: the wording changed") % said


def by_category(found: Everybody, names: Mapping[str, str]) -> tuple[DotPlot | None, list[str]]:
    """Return the agreement on each category that is known, and the names of its lines; None where none is known."""
    known = {
        key: (each.value, each.low, each.high, words.estimate(each, "specific"))
        for key, each in found.specific.items()
        if each.value is not None and each.low is not None and each.high is not None
    }
    if not known:
        return None, []
    marks = [
        Mark("category", value, low, high, f"{names[key]}: {says}") for key, (value, low, high, says) in known.items()
    ]
    plot = dot_plot(
        "categories",
        marks,
        low=0.0,
        high=1.0,
        title=_("Agreement by category"),
        description="; ".join(mark.says for mark in marks),
        left=words.value(0, "specific"),
        right=words.value(1, "specific"),
    )
    return plot, [names[key] for key in known]


def _scale(lows: Sequence[float], highs: Sequence[float]) -> tuple[float, float]:
    low = math.floor(min(lows) / STEP) * STEP
    return low, max(math.ceil(max(highs) / STEP) * STEP, low + STEP)

"""Disputes between model and people in words and as lines over time."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from labeling import agreement_words as words
from labeling.line_plots import LinePlot, Point, Words, line_plot
from labeling.selectors.disputes import ENOUGH_A_WEEK, Counted, Outcome


def names() -> dict[Outcome, tuple[str, str]]:
    """Return what each outcome is called, and what it means."""
    return {
        Outcome.MODEL_WRONG: (_("The model was wrong"), _("The adjudicator says what the people had decided.")),
        Outcome.LABEL_WRONG: (_("The label was wrong"), _("The adjudicator says what the model says.")),
        Outcome.RULE_UNCLEAR: (
            _("The rule is unclear"),
            _("The guideline has a gap, the image is ambiguous, or neither was right."),
        ),
    }


def says(counted: Counted, outcome: Outcome) -> str:
    """Return the outcome's share with its interval and n."""
    return words.share(counted.share(outcome))


def over_time(weeks: Sequence[Counted]) -> list[LinePlot]:
    """Return a line for each outcome through the weeks with enough settled images; none with less than two of them."""
    shown = [(each.monday, each) for each in weeks if each.monday and each.settled >= ENOUGH_A_WEEK]
    if len(shown) < 2:
        return []
    return [_line(outcome, name, shown) for outcome, (name, _means) in names().items()]


def _line(outcome: Outcome, name: str, weeks: Sequence[tuple[date, Counted]]) -> LinePlot:
    points = []
    for monday, counted in weeks:
        found = counted.share(outcome)
        about_week = {"day": _day(monday), "hits": found.hits, "n": found.n}
        said = _("Week of %(day)s: %(hits)d of %(n)d") % about_week
        points.append(Point(monday.toordinal(), found.value, found.low, found.high, said))
    about = {"n": len(points), "first": points[0].says, "last": points[-1].says}
    return line_plot(
        outcome.value,
        points,
        [],
        low=0.0,
        high=1.0,
        words=Words(
            title=name,
            description=_("%(n)d weeks. The first: %(first)s. The latest: %(last)s.") % about,
            left=_day(weeks[0][0]),
            right=_day(weeks[-1][0]),
            top=words.value(1, "raw"),
            bottom=words.value(0, "raw"),
        ),
    )


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")

"""The comparison of the arms in words, for a table, a plot and a file."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labeling.effect import Comparison, Estimate, Measure
from labeling.help import Arm
from labeling.plots import DotPlot, Mark, dot_plot
from labeling.templatetags.winnow_numbers import percent

CSV_HEAD = (
    *("measure", "with_n", "with", "with_low", "with_high", "without_n", "without", "without_low", "without_high"),
    *("difference", "difference_low", "difference_high", "waiting_for_adjudication", "shown"),
)


@dataclass(frozen=True)
class Row:
    """A measure as the table prints it. `difference` is empty where too little is known; `verdict` then says why."""

    key: str
    name: str
    means: str
    with_help: str
    without: str
    difference: str
    verdict: str


def row(compared: Comparison) -> Row:
    """Return a comparison in words. Numbers that would say more about chance than about help are not printed."""
    name, means = _names()[compared.measure]
    with_help, without = _arm(compared, compared.with_help), _arm(compared, compared.without)
    difference = _difference(compared.measure, compared.difference) if compared.difference and compared.is_shown else ""
    return Row(compared.measure.value, name, means, with_help, without, difference, _verdict(compared))


def _names() -> dict[Measure, tuple[str, str]]:
    return {
        Measure.ACCURACY: (
            _("As people decided"),
            _("Answers that equal the decision, on images of the random slice that several people labeled."),
        ),
        Measure.AGREEMENT: (
            _("Two people agree"),
            _("Pairs of answers to the same image: both came with help, or at least one without."),
        ),
        Measure.NAMED: (_("A category is named"), _("Answers that are neither unsure nor cannot judge.")),
        Measure.MODEL: (
            _("As the model says, where it is wrong"),
            _("Answers that equal the model's, on images that were decided otherwise: people who rely on it too much."),
        ),
        Measure.SECONDS: (_("Seconds to decide"), _("The median, from when the image is shown to the key.")),
    }


def _arm(compared: Comparison, estimate: Estimate) -> str:
    n = _("n = %s") % f"{estimate.n:,}"
    if not compared.is_shown:
        return n
    low, high = (_value(compared.measure, each) for each in (estimate.low, estimate.high))
    found = {"value": _value(compared.measure, estimate.value), "low": low, "high": high, "n": n}
    return _("%(value)s (%(low)s to %(high)s), %(n)s") % found


def _value(measure: Measure, value: float) -> str:
    return _("%.1f s") % value if measure == Measure.SECONDS else percent(value)


def _difference(measure: Measure, found: Estimate) -> str:
    in_seconds = measure == Measure.SECONDS
    value, low, high = (f"{each if in_seconds else 100 * each:+.1f}" for each in (found.value, found.low, found.high))
    words = _("%(value)s s (%(low)s to %(high)s)") if in_seconds else _("%(value)s points (%(low)s to %(high)s)")
    return words % {"value": value, "low": low, "high": high}


def _verdict(compared: Comparison) -> str:
    if compared.is_waiting:
        return _waiting(compared)
    if compared.difference is None:
        return " ".join([_("Not enough data yet:"), *_lacking(compared)])
    if compared.difference.low > 0:
        return _("Longer with help.") if compared.measure == Measure.SECONDS else _("More with help.")
    if compared.difference.high < 0:
        return _("Shorter with help.") if compared.measure == Measure.SECONDS else _("Fewer with help.")
    return _("No difference is shown: the interval contains 0.")


def _waiting(compared: Comparison) -> str:
    """Say why a comparison has to wait: the images on which people differ are missing from it."""
    words = ngettext(
        "%(n)s answer waits for an adjudicator. Without the images on which people differ, both sides look too good.",
        "%(n)s answers wait for an adjudicator. Without the images on which people differ, both sides look too good.",
        compared.waiting,
    )
    return words % {"n": f"{compared.waiting:,}"}


def _lacking(compared: Comparison) -> Iterator[str]:
    words: dict[Arm, str] = {
        "with": _("%d more with help are needed."),
        "without": _("%d more without help are needed."),
    }
    return (words[arm] % compared.lacks(arm) for arm in words if compared.lacks(arm))


def plot(compared: Comparison) -> DotPlot:
    """Return both arms of a comparison that is shown, on a scale around what there is."""
    arms = (("with", _("with help"), compared.with_help), ("without", _("without help"), compared.without))
    marks = [
        Mark(kind, each.value, each.low, each.high, f"{name}: {_arm(compared, each)}") for kind, name, each in arms
    ]
    step = 1.0 if compared.measure == Measure.SECONDS else 0.1
    low = math.floor(min(mark.low for mark in marks) / step) * step
    high = max(math.ceil(max(mark.high for mark in marks) / step) * step, low + step)
    found = row(compared)
    return dot_plot(
        compared.measure.value,
        marks,
        low=low,
        high=high,
        title=found.name,
        description=f"{'; '.join(mark.says for mark in marks)}. {found.difference}. {found.verdict}",
        left=_value(compared.measure, low),
        right=_value(compared.measure, high),
    )


def csv_row(compared: Comparison) -> list[str]:
    """Return a comparison under CSV_HEAD: shares from 0 to 1, or seconds; empty where it is not shown."""
    arms = [cell for arm in (compared.with_help, compared.without) for cell in (str(arm.n), *_cells(compared, arm))]
    difference = _cells(compared, compared.difference)
    return [compared.measure.value, *arms, *difference, str(compared.waiting), str(int(compared.is_shown))]


def _cells(compared: Comparison, found: Estimate | None) -> list[str]:
    if found is None or not compared.is_shown:
        return [""] * 3
    return [f"{each:.6g}" for each in (found.value, found.low, found.high)]

"""A person's figures in words: for admins, and for the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from labeling import agreement_words as words
from labeling.agreement.estimates import MIN_PAIRS
from labeling.agreement.repeats import Shift
from labeling.intervals import Share
from labeling.selectors.answers import LATEST, Answers
from labeling.selectors.person_figures import Confusion, PersonFigures


@dataclass(frozen=True)
class Line:
    """A figure: `says` is the number with its interval, empty where it is not known; `why` says why then."""

    key: str
    name: str
    means: str
    says: str
    why: str


@dataclass(frozen=True)
class ConfusionTable:
    """Answers against decisions: a head, and for each decided category its name, the counts with shades, the share."""

    n: int
    missing: str
    columns: list[str]
    rows: list[tuple[str, list[tuple[int, int]], str]]


def shown(found: PersonFigures, answers: Answers, gold: Share) -> dict[str, Any]:
    """Return what the pages about a person print; `gold` as of `selectors.gold.gold_share`."""
    return {
        "lines": [*lines(found), _gold(gold)],
        "shifts": shifts(found.itself.shifts, answers.names),
        "confusion": confusion(found.confusion, answers.names),
        "capped": answers.is_capped,
        "latest": f"{LATEST:,}",
        "enough": MIN_PAIRS,
    }


def lines(found: PersonFigures) -> list[Line]:
    """Return the figures in the order in which they are read."""
    return [
        Line(
            "answers",
            _("Answers"),
            _("First answers to an image that stand; repeats are not counted here."),
            f"{found.answers:,}",
            "",
        ),
        _share("named", _("A category is named"), _("The others are “unsure” or “cannot judge”."), found),
        _seconds(found),
        _share(
            "two_steps",
            _("In two steps"),
            _("Looked and answered, without opening any help that was offered."),
            found,
        ),
        Line(
            "others",
            _("As others"),
            _("How often other people said the same of the same image."),
            words.estimate(found.others, "raw"),
            words.why_not(found.others),
        ),
        *_itself(found),
        _share(
            "adjudication",
            _("As adjudicators"),
            _("How often an adjudicator settled the image the same way. These are the hard images."),
            found,
        ),
    ]


def _share(key: str, name: str, means: str, found: PersonFigures) -> Line:
    counted = {"named": found.named, "two_steps": found.two_steps, "adjudication": found.adjudication}[key]
    says = words.share(counted)
    return Line(key, name, means, says, "" if says else words.answers_missing(counted.n))


def _gold(found: Share) -> Line:
    name, means = (
        _("On gold"),
        _("How often the answer was the known one. Counted in batches of ten."),
    )
    says = words.share(found)
    return Line("gold", name, means, says, "" if says else words.answers_missing(found.n))


def _seconds(found: PersonFigures) -> Line:
    says = words.seconds(found.seconds) if found.seconds else ""
    means = _("The median, from when the image is shown to the key.")
    return Line("seconds", _("Time for an image"), means, says, "" if says else words.answers_missing(found.answers))


def _itself(found: PersonFigures) -> list[Line]:
    name, means = _("The same again"), _("How often an image that came back unmarked got the same answer.")
    itself, changes = found.itself, found.changes
    if itself.same is None:
        return [Line("itself", name, means, "", words.missing(itself.missing))]
    return [
        Line("itself", name, means, words.share(itself.same), ""),
        Line(
            "kappa",
            _("The same again, beyond chance"),
            _("Cohen's kappa: 1 is always the same, 0 is what dice would reach."),
            words.estimate(itself.kappa, "kappa"),
            words.why_not(itself.kappa),
        ),
        Line(
            "noise",
            _("Noise"),
            _("Answers that changed both ways and cancel out: images on the edge, and slips."),
            words.estimate(changes.noise, "raw"),
            words.why_not(changes.noise),
        ),
        Line(
            "drift",
            _("Drift"),
            _("What became more severe minus what became milder. An interval around 0 shows no drift."),
            _points(changes.drift.value, changes.drift.low, changes.drift.high),
            words.why_not(changes.drift),
        ),
    ]


def shifts(found: Sequence[Shift], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return for each category by how many points its share changed between first and second answers."""
    return [(names[each.category], _points(each.value, each.low, each.high)) for each in found]


def _points(*numbers: float | None) -> str:
    """Return a change and its interval in points; empty where it is not known."""
    if None in numbers:
        return ""
    value, low, high = (f"{100 * (number or 0.0):+.1f}" for number in numbers)
    return _("%(value)s points (%(low)s to %(high)s)") % {"value": value, "low": low, "high": high}


def confusion(found: Confusion, names: Mapping[str, str]) -> ConfusionTable:
    """Return the table; without rows where it would rest on too few answers."""
    columns = [names.get(key) or _("no category") for key in found.said]
    if found.n < MIN_PAIRS:
        return ConfusionTable(found.n, words.answers_missing(found.n), columns, [])
    rows = []
    for row in found.rows:
        total = sum(row.said)
        cells = [(count, round(9 * count / total) if total else 0) for count in row.said]
        rows.append((names[row.category], cells, words.share_or_missing(row.same)))
    return ConfusionTable(found.n, "", columns, rows)

"""The tables of the page on agreement, as its template prints them and as files."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from labeling import agreement_words as words
from labeling.agreement.estimates import Estimate
from labeling.agreement.pairs import Pair, pairs
from labeling.agreement.ratings import Ratings
from labeling.figure_files import numbers
from labeling.models import AgreementStat
from labeling.selectors.agreement import Everybody, Moment
from labeling.selectors.answers import Answers
from labeling.selectors.person_figures import PersonFigures, person_figures

# Shades of the matrix: from here on up, in steps.
SHADES, PALEST = 9, 0.5


@dataclass(frozen=True)
class Row:
    """A number in words; `says` is empty where it is not known, and `why` says why then."""

    key: str
    name: str
    means: str
    says: str
    why: str


@dataclass(frozen=True)
class Cell:
    """Two people, in the matrix: a percentage, or a dash where too few images were judged by both; `shade` 0 to 9.

    `rests`: the interval and n in words.
    """

    says: str
    rests: str
    shade: int


@dataclass(frozen=True)
class PersonRow:
    """A person in the list: never ranked."""

    id: int
    name: str
    answers: int
    others: str
    itself: str
    adjudication: str


def headline(found: Everybody) -> list[Row]:
    """Return the overall numbers."""
    names = words.coefficient_names()
    return [_row(key, *names[key], each) for key, each in found.overall.items()]


def categories(found: Everybody, names: Mapping[str, str]) -> list[Row]:
    """Return the agreement specific to each category."""
    return [_row(key, names[key], "", each, "specific") for key, each in found.specific.items()]


def _row(key: str, name: str, means: str, found: Estimate, statistic: str = "") -> Row:
    return Row(key, name, means, words.estimate(found, statistic or key), words.why_not(found))


def matrix(answers: Answers, names: Mapping[int, str], people: set[int]) -> list[tuple[str, list[Cell | None]]]:
    """Return a row for each of the people, in the order of the names; None where a person meets themself."""
    ratings = answers.between(AgreementStat.Images.ALL)
    judged = pairs(ratings, among=people)
    found = {frozenset((ratings.raters[pair.one], ratings.raters[pair.other])): pair for pair in judged}
    listed = [person for person in names if person in people]
    return [
        (names[one], [None if one == other else _cell(found.get(frozenset((one, other)))) for other in listed])
        for one in listed
    ]


def _cell(pair: Pair | None) -> Cell:
    n = _("n = %s") % f"{pair.n if pair else 0:,}"
    if pair is None or pair.raw is None:
        return Cell("–", n, 0)  # noqa: RUF001 (a dash, where a number would stand)
    value, low, high = (words.value(each, "raw") for each in (pair.raw.value, pair.raw.low, pair.raw.high))
    shade = round((pair.raw.value - PALEST) / (1 - PALEST) * SHADES)
    rests = _("%(low)s to %(high)s, %(n)s") % {"low": low, "high": high, "n": n}
    return Cell(value, rests, min(max(shade, 0), SHADES))


def people(answers: Answers, names: Mapping[int, str]) -> list[PersonRow]:
    """Return everybody with an answer, in the order of the names."""
    there = {each.person for each in answers.opinions}
    return [_person(names[person], person_figures(answers, person)) for person in names if person in there]


def _person(name: str, found: PersonFigures) -> PersonRow:
    itself = words.share(found.itself.same) if found.itself.same else words.missing(found.itself.missing)
    others = words.estimate(found.others, "raw") or words.why_not(found.others)
    held = words.share_or_missing(found.adjudication)
    return PersonRow(found.person, name, found.answers, others, itself, held)


def moments(found: Mapping[str, Sequence[Moment]]) -> list[tuple[str, int, list[str]]]:
    """Return when, under which version, and each of the statistics, the latest first; empty where one is not known."""
    by_time: dict[tuple[datetime, int], dict[str, str]] = defaultdict(dict)
    for statistic, there in found.items():
        for each in there:
            says = words.moment((each.value, each.low, each.high), statistic, each.n)
            by_time[each.at, each.version][statistic] = says
    return [
        (date_format(at, "DATETIME_FORMAT"), version, [says.get(statistic, "") for statistic in found])
        for (at, version), says in sorted(by_time.items(), reverse=True)
    ]


def pair_rows(ratings: Ratings, names: Mapping[int, str]) -> Iterator[list[object]]:
    """Yield each two people with raw agreement and kappa, for a file; empty where they share too few images."""
    for pair in pairs(ratings):
        who = sorted(names[_id(ratings, place)] for place in (pair.one, pair.other))
        yield [*who, pair.n, *numbers(pair.raw), *numbers(pair.kappa)]


def _id(ratings: Ratings, place: int) -> int:
    return int(str(ratings.raters[place]))

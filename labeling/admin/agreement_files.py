"""The tables of the page on agreement as CSV: shares from 0 to 1, empty where there is not enough data."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping

from django.http import HttpResponse

from labeling.admin.agreement_asked import Asked
from labeling.admin.agreement_tables import numbers, pair_rows
from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.agreement.pairs import OVERALL
from labeling.intervals import Share
from labeling.models import AgreementStat
from labeling.selectors.agreement import disputes, everybody, history
from labeling.selectors.answers import Answers
from labeling.selectors.person_figures import PersonFigures, person_figures

Names = Mapping[int, str]
Rows = Iterator[list[object]]


def csv_file(name: str, rows: Iterable[list[object]]) -> HttpResponse:
    """Return the rows as a file of this name, without its ending."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    csv.writer(response).writerows(rows)
    return response


def _numbers(chosen: Asked, answers: Answers, _names: Names) -> Rows:
    yield ["statistic", "value", "low", "high", "images", "pairs", "pairs_missing"]
    for name, found in everybody(answers.between(chosen.images)).overall.items():
        yield [name, *_counted(found)]


def _categories(chosen: Asked, answers: Answers, _names: Names) -> Rows:
    yield ["category", "value", "low", "high", "images", "pairs", "pairs_missing"]
    for key, found in everybody(answers.between(chosen.images)).specific.items():
        yield [key, *_counted(found)]


def _counted(found: Estimate) -> list[object]:
    return [*numbers(found), found.items, found.pairs, found.missing]


def _history(chosen: Asked, _answers: Answers, _names: Names) -> Rows:
    yield ["computed_at", "guideline_version", "statistic", "value", "low", "high", "images"]
    for statistic in OVERALL:
        for each in history(chosen.policy, statistic, images=chosen.images, simulated=chosen.simulated):
            row = [f"{number:.6g}" for number in (each.value, each.low, each.high)]
            yield [each.at.isoformat(), each.version, statistic, *row, each.n]


def _pairs(_chosen: Asked, answers: Answers, names: Names) -> Rows:
    yield ["one", "other", "images", "raw", "raw_low", "raw_high", "kappa", "kappa_low", "kappa_high"]
    yield from pair_rows(answers.between(AgreementStat.Images.ALL), names)


def _images(chosen: Asked, answers: Answers, _names: Names) -> Rows:
    yield ["image", "differing", *answers.scale, "no_category", "decision"]
    for each in disputes(answers, chosen.policy).images:
        votes = dict(each.votes)
        counts = [votes.get(key, 0) for key in (*answers.scale, "")]
        yield [each.image.pk, f"{each.differing:.6g}", *counts, each.decision]


PERSON_HEAD = [
    *("answers", "named", "named_low", "named_high", "seconds", "seconds_low", "seconds_high"),
    *("two_steps", "two_steps_low", "two_steps_high", "two_steps_n"),
    *("others", "others_low", "others_high", "others_images"),
    *("self", "self_low", "self_high", "self_pairs", "self_kappa", "self_kappa_low", "self_kappa_high"),
    *("noise", "noise_low", "noise_high", "drift", "drift_low", "drift_high"),
    *("adjudication", "adjudication_low", "adjudication_high", "adjudication_n"),
]


def person_row(found: PersonFigures) -> list[object]:
    """Return a person's figures under PERSON_HEAD."""
    seconds = found.seconds
    times = [f"{each:.6g}" for each in (seconds.value, seconds.low, seconds.high)] if seconds else [""] * 3
    return [
        found.answers,
        *shared(found.named),
        *times,
        *(*shared(found.two_steps), found.two_steps.n),
        *(*numbers(found.others), found.others.items),
        *(*numbers(found.itself.same), found.itself.pairs, *numbers(found.itself.kappa)),
        *(*numbers(found.changes.noise), *numbers(found.changes.drift)),
        *(*shared(found.adjudication), found.adjudication.n),
    ]


def shared(found: Share) -> list[str]:
    """Return a share with its interval; empty where it rests on too little."""
    return numbers(found if found.n >= MIN_PAIRS else None)


def _people(_chosen: Asked, answers: Answers, names: Names) -> Rows:
    yield ["person", *PERSON_HEAD]
    there = {each.person for each in answers.opinions}
    for person in names:
        if person in there:
            yield [names[person], *person_row(person_figures(answers, person))]


def confusion_rows(found: PersonFigures) -> Rows:
    """Yield a person's answers against what was decided, with a head; only that where they are too few."""
    yield ["decided", *(key or "no_category" for key in found.confusion.said), "same", "same_low", "same_high"]
    for row in found.confusion.rows if found.confusion.n >= MIN_PAIRS else ():
        yield [row.category, *row.said, *shared(row.same)]


FILES: dict[str, Callable[[Asked, Answers, Names], Rows]] = {
    "numbers": _numbers,
    "history": _history,
    "categories": _categories,
    "pairs": _pairs,
    "images": _images,
    "people": _people,
}
"""What can be downloaded, by the name in its address."""

"""A person's figures as CSV, for admins and for the person: shares from 0 to 1, empty where too little is known."""

import csv
from collections.abc import Iterable, Iterator

from django.http import HttpResponse

from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.intervals import Share
from labeling.selectors.person_figures import PersonFigures

Rows = Iterator[list[object]]
TABLES = ("figures", "confusion")


def csv_file(name: str, rows: Iterable[list[object]]) -> HttpResponse:
    """Return the rows as a file of this name, without its ending."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    csv.writer(response).writerows(rows)
    return response


PERSON_HEAD = [
    *("answers", "named", "named_low", "named_high", "seconds", "seconds_low", "seconds_high"),
    *("two_steps", "two_steps_low", "two_steps_high", "two_steps_n"),
    *("others", "others_low", "others_high", "others_images"),
    *("self", "self_low", "self_high", "self_pairs", "self_kappa", "self_kappa_low", "self_kappa_high"),
    *("noise", "noise_low", "noise_high", "drift", "drift_low", "drift_high"),
    *("adjudication", "adjudication_low", "adjudication_high", "adjudication_n"),
    *("gold", "gold_low", "gold_high", "gold_n"),
]


def person_row(found: PersonFigures, gold: Share) -> list[object]:
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
        *(*shared(gold), gold.n),
    ]


def numbers(found: Estimate | Share | None) -> list[str]:
    """Return value, low and high as a file holds them; empty where they are not known."""
    if found is None or found.value is None:
        return [""] * 3
    return ["" if each is None else f"{each:.6g}" for each in (found.value, found.low, found.high)]


def shared(found: Share) -> list[str]:
    """Return a share with its interval; empty where it rests on too little."""
    return numbers(found if found.n >= MIN_PAIRS else None)


def confusion_rows(found: PersonFigures) -> Rows:
    """Yield a person's answers against what was decided, with a head; only that where they are too few."""
    yield ["decided", *(key or "no_category" for key in found.confusion.said), "same", "same_low", "same_high"]
    for row in found.confusion.rows if found.confusion.n >= MIN_PAIRS else ():
        yield [row.category, *row.said, *shared(row.same)]


def table_of(name: str, called: str, found: PersonFigures, gold: Share) -> Rows:
    """Yield the rows of one of TABLES about the person who is `called` so."""
    if name == "confusion":
        yield from confusion_rows(found)
    else:
        yield ["person", *PERSON_HEAD]
        yield [called, *person_row(found, gold)]

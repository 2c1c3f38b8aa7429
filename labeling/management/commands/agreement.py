"""`manage.py agreement`: how far the people agree whose labels are in a file. Needs no database."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labeling.agreement.estimates import Estimate
from labeling.agreement.files import read_labels, read_truth
from labeling.agreement.repeats import SelfConsistency
from labeling.agreement.report import Accuracy, Report, prepare, report


def names(value: str) -> list[str]:
    """Return the comma-separated names in an option."""
    return [name.strip() for name in value.split(",") if name.strip()]


class Command(BaseCommand):
    """Read the files, count, and print a table or JSON."""

    help = "How far people agree, with others and with themselves, from a CSV file with columns item,labeler,label."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the files, and how the labels are to be taken."""
        parser.add_argument("--labels", required=True, type=Path, metavar="CSV", help="columns item,labeler,label")
        parser.add_argument("--truth", type=Path, metavar="CSV", help="known answers: columns item,truth")
        parser.add_argument(
            "--positive", type=names, default=[], metavar="A,B", help="collapse to two labels: these, and the others"
        )
        parser.add_argument(
            "--ordinal", type=names, default=[], metavar="A,B,C", help="the labels in their order, for an ordinal alpha"
        )
        parser.add_argument(
            "--json", action="store_true", help="print JSON, with every number that is defined, from however few pairs"
        )

    def handle(
        self, *, labels: Path, truth: Path | None, positive: list[str], ordinal: list[str], json: bool, **_: Any
    ) -> None:
        """Print the numbers; CommandError where a file or an option cannot be used."""
        try:
            known = read_truth(truth) if truth else {}
            ratings, answers = prepare(read_labels(labels), known, positive=positive, scale=ordinal)
        except ValueError as error:
            raise CommandError(str(error)) from None
        if json:
            self.stdout.write(as_json(report(ratings, answers, ordinal=bool(ordinal), minimum=1)))
        else:
            found = report(ratings, answers, ordinal=bool(ordinal))
            self.stdout.writelines(f"{each}\n" for each in table(found, alpha="ordinal" if ordinal else "nominal"))


def as_json(found: Report) -> str:
    """Return the report as one line of JSON."""
    return json.dumps(found.as_json(), allow_nan=False)


def table(found: Report, *, alpha: str) -> Iterator[str]:
    """Yield the lines of the report for people; `alpha` says which one was asked for."""
    yield f"{found.labels:,} labels by {found.labelers:,} labelers on {found.items:,} items"
    yield f"{found.raw.items:,} items have labels of two people or more: {found.raw.pairs:,} pairs"
    yield ""
    yield row("Between people", "value", "95 % interval")
    yield line("raw agreement", found.raw)
    for name, each in zip(found.categories, found.specific, strict=True):
        yield line(f"agreement on {name}", each)
    yield line(f"Krippendorff's alpha, {alpha}", found.alpha)
    yield line("Fleiss' kappa", found.fleiss)
    yield line("Gwet's AC1", found.ac1)
    yield ""
    yield from again(found.itself)
    yield from right(found.accuracy)


def row(name: str, value: str, interval: str) -> str:
    """Return one line of the table."""
    return f"{name:<34} {value:>7}   {interval}".rstrip()


def line(name: str, found: Estimate) -> str:
    """Return the line of an estimate, or of what it lacks."""
    if found.missing:
        return row(name, "-", f"too few pairs: {found.missing} more are needed")
    if found.value is None:
        return row(name, "-", "not defined here")
    return row(name, f"{found.value:.4f}", "{:.4f} to {:.4f}".format(*found.interval) if found.interval else "unknown")


def again(itself: SelfConsistency) -> Iterator[str]:
    """Yield the lines on people's second looks; the order of a file's lines is not known to be that of time."""
    yield row(f"The same person again: {itself.pairs:,} {'pair' if itself.pairs == 1 else 'pairs'}", "", "")
    if itself.same:
        yield row("raw agreement", f"{itself.same.value:.4f}", f"{itself.same.low:.4f} to {itself.same.high:.4f}")
    yield line("Cohen's kappa, pooled margins", itself.kappa)


def right(accuracy: Accuracy) -> Iterator[str]:
    """Yield the lines on known answers, nothing where there are none."""
    if accuracy.majority is None or accuracy.dawid_skene is None:
        return
    yield ""
    yield row(f"Right, of {accuracy.items:,} known answers", "", "")
    yield row("majority, ties shared", f"{accuracy.majority:.4f}", "")
    yield row("Dawid-Skene", f"{accuracy.dawid_skene:.4f}", "")

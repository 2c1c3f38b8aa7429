"""`manage.py import_labels LABELS.csv`: labels that people gave elsewhere."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from labeling.access import ADJUDICATOR, ADMIN, roles
from labeling.label_files import LABEL_COLUMNS, LABEL_EXTRAS, TRUTH_COLUMNS, LabelFileError, Table, open_table
from labeling.models import Person
from labeling.services.outside import Tally
from labeling.services.outside_labels import import_labels
from labeling.services.outside_truth import import_truths
from moderation.choosing import only_judge, policy_and_source
from moderation.management.commands.import_images import printable
from moderation.progress import progress
from moderation.stopping import STOPPED, Stop, stoppable

GO_ON = "Run the same command again to go on."


class Command(BaseCommand):
    """Streams through the files, some hundred lines at a time. Stopped, it can be run again without harm."""

    help = (
        "Take labels in from a CSV file with the columns item,labeler,label (and decided_at, reason). An item is the "
        "external id of an image that the source sent, or its SHA-256; a label is a category's key, unsure or "
        "cannot_judge. The order of the file is the order in which a person judged."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files, what they are about, and who answers for the truth."""
        parser.add_argument("labels", type=Path, metavar="LABELS.csv")
        parser.add_argument(
            "--policy", metavar="SLUG", help="the question that was answered; if left out, the only active one"
        )
        parser.add_argument(
            "--source", metavar="SLUG", help="who sent the images; if left out, the only source with that question"
        )
        parser.add_argument("--truth", type=Path, metavar="TRUTH.csv", help="columns item,truth: settles these images")
        parser.add_argument(
            "--by",
            metavar="USERNAME",
            help="the adjudicator or admin who answers for the truth; if left out, the only one",
        )

    def handle(self, *, labels: Path, truth: Path | None, by: str | None, **options: Any) -> None:
        """Import, with a summary also when it ends early. Exits with 130 when it was stopped."""
        about = self.about(options["policy"], options["source"])
        judge = self.judge(by) if truth else None
        try:
            with stoppable() as stop:
                with open_table(labels, needed=LABEL_COLUMNS, extras=LABEL_EXTRAS) as table:
                    self.run(labels, table, import_labels(lines=table, **about), "labels", stop)
                if truth and judge and not stop.asked:
                    with open_table(truth, needed=TRUTH_COLUMNS) as table:
                        self.run(truth, table, import_truths(lines=table, by=judge, **about), "truths", stop)
        except LabelFileError as error:
            raise CommandError(str(error)) from error
        except (OperationalError, InterfaceError, OSError) as error:
            raise CommandError(f"The database or a file is away: {error}\n{GO_ON}") from error
        if stop.asked:
            self.stdout.write(f"Stopped. {GO_ON}")
            sys.exit(STOPPED)

    def about(self, policy_slug: str | None, source_name: str | None) -> dict[str, Any]:
        """Return the policy and the source. Raises CommandError unless the one is asked about the other's images."""
        policy, source = policy_and_source(policy_slug, source_name)
        if not policy.versions.exists():
            raise CommandError(f"The policy {policy.slug!r} has no guideline yet: publish one first, in the admin.")
        if not source.policies.filter(pk=policy.pk).exists():
            raise CommandError(
                f"The policy {policy.slug!r} is not asked about the source {source.name!r}: change that in the admin, "
                "under Sources."
            )
        return {"policy": policy, "source": source}

    def judge(self, name: str | None) -> Person:
        """Return the person who answers for the truth."""
        if name is None:
            return only_judge()
        person = Person.objects.filter(username=name, simulated=False).first()
        if person is None or not roles(person) & {ADJUDICATOR, ADMIN}:
            raise CommandError(f"{name!r} is no active adjudicator or admin.")
        return person

    def run(self, path: Path, table: Table, tallies: Iterator[Tally], what: str, stop: Stop) -> None:
        """Go through one file, portion by portion, until it ends or somebody asks to stop; print what became of it."""
        tally = Tally()
        try:
            with progress(self.stderr, sys.stderr, unit=" lines", desc=path.name) as bar:
                for tally in tallies:
                    bar.set_postfix(refused=tally.counts["refused"], refresh=False)
                    bar.update(tally.seen - bar.n)
                    if stop.asked:
                        break
        finally:
            self.report(path, table, tally, what)

    def report(self, path: Path, table: Table, tally: Tally, what: str) -> None:
        """Print every line that was not taken, and numbers that add up to the lines seen."""
        for number, why in tally.refused:
            self.stdout.write(self.style.WARNING(printable(f"line {number} of {path.name} not taken: {why}")))
        if table.ignored:
            self.stdout.write(printable(f"Columns of {path.name} that mean nothing here: {', '.join(table.ignored)}."))
        counts = tally.counts
        self.stdout.write(
            f"{tally.seen} {what}: {counts['taken']} taken, {counts['known']} imported before, "
            f"{counts['refused']} not taken."
        )

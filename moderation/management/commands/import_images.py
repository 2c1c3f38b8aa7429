"""`manage.py import_images PATH… --source NAME`: takes pictures in, and says what became of each."""

import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.db import InterfaceError, OperationalError, transaction

from labeling.models import Policy, Source
from moderation.manifest import ManifestError, items
from moderation.progress import progress
from moderation.services.importing import Tally, import_items

GO_ON = "Run the same command again to go on."


class Command(BaseCommand):
    """Streams through folders, files and manifests. Stopped, it can be run again without harm."""

    help = (
        "Take pictures in from folders, files, or CSV manifests with the columns path,external_id,received_at. "
        "Inside folders, hidden files and links to folders are passed over."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the paths, the source, and the policies of a new source."""
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help="a folder, a picture or a .csv manifest"
        )
        parser.add_argument("--source", required=True, help="who sends them; made if it is new")
        parser.add_argument(
            "--policy", action="append", default=[], metavar="SLUG", help="ask this question about the source's images"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then print the summary, also when it ends early. Exits with 130 when it was stopped."""
        if missing := [str(path) for path in options["paths"] if not path.exists()]:
            raise CommandError(f"There is no such file or folder: {', '.join(missing)}")
        self.source, self.hint = self.prepare(options["source"], options["policy"])
        self.tally, self.stopping = Tally(), False
        before = {number: signal.signal(number, self.stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self.run(options["paths"])
        except ManifestError as error:
            raise CommandError(str(error)) from error
        except (OperationalError, InterfaceError, OSError) as error:
            raise CommandError(f"The database or the storage is away: {error}\n{GO_ON}") from error
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self.report()
        if self.stopping:
            self.stdout.write(f"Stopped. {GO_ON}")
            sys.exit(130)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Finish the file in hand, then stop."""
        self.stopping = True

    @transaction.atomic
    def prepare(self, name: str, slugs: list[str]) -> tuple[Source, str]:
        """Return the source, and who asks about it. A new one gets the named policies, or all that are ready."""
        try:
            validate_slug(name)
        except ValidationError:
            raise CommandError(f"--source {name!r}: only letters, digits, hyphens and underscores.") from None
        ready = Policy.objects.filter(active=True).exclude(versions=None)
        named = list(ready.filter(slug__in=slugs))
        if missing := set(slugs) - {policy.slug for policy in named}:
            raise CommandError(f"There is no active policy with a guideline called {', '.join(sorted(missing))}.")
        source, is_new = Source.objects.get_or_create(name=name)
        had_images = source.arrivals.exists()
        late = [policy.name for policy in named if policy not in source.policies.all()] if had_images else []
        source.policies.add(*(ready if is_new and not named else named))
        return source, self.hints(source, late)

    def hints(self, source: Source, late: list[str]) -> str:
        """Say which questions are asked about the source's images, and where to change that."""
        asked = ", ".join(policy.name for policy in source.policies.filter(active=True))
        if not asked:
            return (
                f"No policy asks about {source.name!r}, so its images wait: give it one in the admin, under Sources, "
                "and queue its images there."
            )
        hint = f"Source {source.name!r} is asked about by: {asked}. Change that in the admin, under Sources."
        if late:
            hint += f"\nIts earlier images do not know {', '.join(late)} yet: queue them there as well."
        return hint

    def run(self, paths: list[Path]) -> None:
        """Import until all is done or somebody asks to stop, with progress and a rate."""
        with progress(self.stderr, sys.stderr, unit=" files") as bar:
            for tally in import_items(items=items(paths), source=self.source):
                self.tally = tally
                bar.set_postfix(failed=tally.counts["failed"], refresh=False)
                bar.update()
                if self.stopping:
                    break

    def report(self) -> None:
        """Print every failure, what adds up to the files seen, and what happens next."""
        counts = self.tally.counts
        for path, why in self.tally.failures:
            self.stdout.write(self.style.WARNING(f"not taken: {printable(path)}\n           {why}"))
        self.stdout.write(
            f"{self.tally.seen} files: {counts['new']} new, {counts['again']} known bytes arriving again, "
            f"{counts['known']} imported before, {counts['failed']} not taken."
        )
        self.stdout.write(self.hint)


def printable(name: str) -> str:
    """Return the name on one line, in what every terminal can show."""
    encoding = sys.stdout.encoding or "ascii"
    line = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)
    return line.encode(encoding, "backslashreplace").decode(encoding)

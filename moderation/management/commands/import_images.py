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
from tqdm import tqdm

from labeling.models import Policy, Source
from moderation.manifest import ManifestError, items
from moderation.services.importing import Tally, import_items


class Command(BaseCommand):
    """Streams through folders, files and manifests. Stopped, it can be run again without harm."""

    help = "Take pictures in from folders, files, or CSV manifests with the columns path,external_id,received_at."

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
        """Import, then print the summary. Exits with 130 when it was stopped."""
        if missing := [str(path) for path in options["paths"] if not path.exists()]:
            raise CommandError(f"There is no such file or folder: {', '.join(missing)}")
        source = self.source(options["source"], options["policy"])
        self.stopping = False
        before = {number: signal.signal(number, self.stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            tally = self.run(source, options["paths"])
        except ManifestError as error:
            raise CommandError(str(error)) from error
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        self.report(source, tally)
        if self.stopping:
            self.stdout.write("Stopped. Run the same command again to go on.")
            sys.exit(130)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Finish the file in hand, then stop."""
        self.stopping = True

    def source(self, name: str, slugs: list[str]) -> Source:
        """Return the source; a new one is asked about by the named policies, or by all that are active."""
        try:
            validate_slug(name)
        except ValidationError:
            raise CommandError(f"--source {name!r}: only letters, digits, hyphens and underscores.") from None
        named = list(Policy.objects.filter(slug__in=slugs))
        if missing := set(slugs) - {policy.slug for policy in named}:
            raise CommandError(f"There is no policy {', '.join(sorted(missing))}.")
        source, is_new = Source.objects.get_or_create(name=name)
        source.policies.add(*named)
        if is_new and not named:
            source.policies.set(Policy.objects.filter(active=True))
        return source

    def run(self, source: Source, paths: list[Path]) -> Tally:
        """Import until all is done or somebody asks to stop, with progress and a rate."""
        tally = Tally()
        with tqdm(unit=" files", file=self.stderr, mininterval=0.5 if sys.stderr.isatty() else 5) as bar:
            for tally in import_items(items=items(paths), source=source):
                bar.set_postfix(failed=tally.counts["failed"], refresh=False)
                bar.update()
                if self.stopping:
                    break
        return tally

    def report(self, source: Source, tally: Tally) -> None:
        """Print what adds up to the files seen, every failure, and what happens next."""
        counts = tally.counts
        for path, why in tally.failures:
            self.stdout.write(self.style.WARNING(f"not taken: {path}\n           {why}"))
        self.stdout.write(
            f"{tally.seen} files: {counts['new']} new, {counts['again']} known bytes arriving again, "
            f"{counts['known']} imported before, {counts['failed']} not taken."
        )
        asked = ", ".join(policy.name for policy in source.policies.all())
        self.stdout.write(
            f"Source {source.name!r} is asked about by: {asked}. Change that in the admin, under Sources."
            if asked
            else f"No policy asks about {source.name!r}: give it one in the admin, under Sources, and queue its images."
        )

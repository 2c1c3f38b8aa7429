"""`manage.py erase_images --source NAME --why TEXT`: erases what a source sent; the rows stay."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from labeling.models import DoomedFile, Erasure, Image, Source
from labeling.services import erasing, files
from moderation.models import IncomingFile
from moderation.progress import progress
from moderation.selectors.erasing import Chosen, byte_size, chosen, not_at_work, unknown_ids
from moderation.services.incoming import drop_refused
from moderation.stopping import STOPPED, Stop, stoppable

GO_ON = "Run the same command again to go on."
LONGEST_WHY = Erasure._meta.get_field("why").max_length or 0


class Command(BaseCommand):
    """Says what would be gone, asks, and erases one image after the other. Stopped, it can be run again."""

    help = (
        "Erase images that a source sent: their bytes, and what machines made of them. Labels and decisions stay, and "
        "nobody is asked about them any more. An erased image that comes in again stays erased."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what is to be erased, and why."""
        parser.add_argument("--source", required=True, metavar="NAME", help="who sent them")
        parser.add_argument(
            "--external-id",
            nargs="+",
            action="extend",
            default=[],
            metavar="ID",
            help="only what the source knows by these ids",
        )
        parser.add_argument("--before", metavar="DATE", help="only what last came in before this day, YYYY-MM-DD, UTC")
        parser.add_argument("--everywhere", action="store_true", help="also what other sources sent as well")
        parser.add_argument("--why", required=True, metavar="TEXT", help="stays on record with each image")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, source: str, why: str, yes: bool, **options: Any) -> None:
        """Erase what was chosen, with a summary also when it ends early. Exits with 130 when it was stopped."""
        wanted = self.choose(source, options)
        reason = checked(why)
        if not self.told(wanted):
            return
        if not yes and not self.agreed():
            raise CommandError("Nothing was erased.")
        try:
            with stoppable() as stop:
                self.erase(wanted, reason, stop)
        except (OperationalError, InterfaceError) as error:
            raise CommandError(f"The database is away: {error}\n{GO_ON}") from error
        if stop.asked:
            self.stdout.write(f"Stopped. {GO_ON}")
            sys.exit(STOPPED)

    def choose(self, name: str, options: dict[str, Any]) -> Chosen:
        """Return what is to be erased. Raises CommandError for what does not exist."""
        source = Source.objects.filter(name=name).first()
        if source is None:
            known = ", ".join(Source.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no source called {name!r}. There are: {known}.")
        ids = options["external_id"]
        if unknown := unknown_ids(source, ids):
            raise CommandError(f"Nothing ever came in from {name!r} as: {', '.join(unknown)}.")
        waiting = IncomingFile.objects.filter(source=source, state=IncomingFile.State.WAITING).count()
        if waiting:
            self.stdout.write(f"{waiting:,} uploads of {name!r} wait to be taken in; once they are, run this again.")
        return chosen(source, external_ids=ids, before=day(options["before"]), everywhere=options["everywhere"])

    def told(self, wanted: Chosen) -> bool:
        """Print what would be gone and what is kept; return whether there is anything to erase."""
        count, refused, elsewhere = (rows.count() for rows in (wanted.images, wanted.refused, wanted.elsewhere))
        self.stdout.write(f"To erase: {count:,} images, {byte_size(wanted.images):,} bytes of originals.")
        if at_work := count - not_at_work(wanted.images).count():
            self.stdout.write(f"{at_work:,} of them are in a bank, gold or in a guideline, and will be so no more.")
        if refused:
            self.stdout.write(f"Also the bytes of {refused:,} files that were refused and kept for a retry.")
        if elsewhere:
            self.stdout.write(f"Kept: {elsewhere:,} images that other sources sent too; --everywhere erases them.")
        return bool(count or refused)

    def agreed(self) -> bool:
        """Return whether the person at the console typed yes."""
        try:
            return input("They cannot be had back. Type yes to go on: ").strip().lower() == "yes"
        except (EOFError, KeyboardInterrupt):
            return False

    def erase(self, wanted: Chosen, why: str, stop: Stop) -> None:
        """Erase the images, let go of refused files, and have the storage delete all of it, until asked to stop."""
        erased = 0
        ids = list(wanted.images.order_by("pk").values_list("pk", flat=True))
        try:
            for pk in self.each(ids, len(ids), " images", stop):
                erased += erasing.erase(image=Image.objects.get(pk=pk), by=None, why=why)
            refused = 0 if stop.asked else drop_refused(wanted.refused)
            for _ in self.each(deletions(), DoomedFile.objects.count(), " files", stop):
                pass
        finally:
            self.stdout.write(f"{erased:,} images erased.")
        if refused:
            self.stdout.write(f"The bytes of {refused:,} refused files are dropped.")
        if left := DoomedFile.objects.count():
            self.stdout.write(f"{left:,} files are still to be deleted from the storage; the workers do it.")

    def each(self, what: Iterable[Any], total: int, unit: str, stop: Stop) -> Iterator[Any]:
        """Yield one after the other, with a progress bar, until somebody asks to stop."""
        with progress(self.stderr, sys.stderr, unit=unit, total=total) as bar:
            for each in what:
                if stop.asked:
                    return
                yield each
                bar.update()


def deletions() -> Iterator[int]:
    """Yield after each file that the storage has deleted, until none is left or the storage is away."""
    while deleted := files.delete_doomed(count=1):
        yield deleted


def checked(why: str) -> str:
    """Return the reason as it goes on record. Raises CommandError where it says nothing, or too much."""
    if not 0 < len(why.strip()) <= LONGEST_WHY:
        raise CommandError(f"--why: say in 1 to {LONGEST_WHY} characters why they are erased.")
    return why.strip()


def day(text: str | None) -> datetime | None:
    """Return the beginning of the day. Raises CommandError for anything else."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise CommandError(f"--before {text!r}: write a day as YYYY-MM-DD.") from None

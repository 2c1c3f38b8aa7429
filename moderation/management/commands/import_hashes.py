"""`manage.py import_hashes FILE --policy SLUG --category KEY --by USERNAME`: a list of PDQ hashes becomes a bank."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from labeling.access import ADMIN, roles
from labeling.models import Category, Person, Policy, Source
from moderation.choosing import find
from moderation.hash_list_files import HashFileError, read_hashes
from moderation.management.commands.import_images import printable
from moderation.management.commands.import_labels import GO_ON
from moderation.progress import progress
from moderation.services.hash_lists import Tally, import_hashes
from moderation.stopping import STOPPED, stoppable


class Command(BaseCommand):
    """Streams through the file, some hundred lines at a time. Stopped, it can be run again without harm."""

    help = (
        "Add a list of PDQ hashes from elsewhere to a bank: 64 hex digits a line, then, if there is one, a note. What "
        "comes in within 31 of 256 bits of one is decided as CATEGORY, unless the random slice shows it to people. "
        "What came in before is searched too, and proposed in the admin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, what it stands for, where it holds, and who answers for it."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--policy", required=True, metavar="SLUG", help="the question that the list answers")
        parser.add_argument("--category", required=True, metavar="KEY", help="the answer for all of it")
        parser.add_argument("--by", required=True, metavar="USERNAME", help="the admin who answers for the list")
        parser.add_argument("--list", metavar="NAME", help="the list's name; if left out, the file's")
        parser.add_argument("--source", metavar="SLUG", help="decide for this source only; if left out, for every one")
        parser.add_argument("--held", action="store_true", help="decide nothing until an admin releases the entries")

    def handle(self, *, file: Path, policy: str, category: str, by: str, **options: Any) -> None:
        """Import, with a summary also when it ends early. Exits with 130 when it was stopped."""
        asked = find(Policy, slug=policy)
        stands_for = self.category(asked, category)
        source = find(Source, name=options["source"]) if options["source"] else None
        person, name, tally = self.admin(by), (options["list"] or file.stem)[:80], Tally()
        tallies = import_hashes(
            lines=read_hashes(file),
            list_name=name,
            category=stands_for,
            source=source,
            by=person,
            held=options["held"],
        )
        try:
            with stoppable() as stop, progress(self.stderr, sys.stderr, unit=" hashes", desc=file.name) as bar:
                for tally in tallies:
                    bar.update(tally.seen - bar.n)
                    if stop.asked:
                        break
        except HashFileError as error:
            raise CommandError(str(error)) from error
        except (OperationalError, InterfaceError) as error:
            raise CommandError(f"The database is away: {error}\n{GO_ON}") from error
        finally:
            self.report(file, name, tally)
        if stop.asked:
            self.stdout.write(f"Stopped. {GO_ON}")
            sys.exit(STOPPED)

    def category(self, policy: Policy, key: str) -> Category:
        """Return the policy's category of this key, or say which there are."""
        found = policy.categories.filter(key=key).first()
        if found is None:
            there = ", ".join(policy.categories.values_list("key", flat=True)) or "none"
            raise CommandError(f"The policy {policy.slug!r} has no category {key!r}. There are: {there}.")
        return found

    def admin(self, name: str) -> Person:
        """Return the person who answers for the list."""
        person = Person.objects.filter(username=name, simulated=False).first()
        if person is None or ADMIN not in roles(person):
            raise CommandError(f"{name!r} is no active admin.")
        return person

    def report(self, file: Path, name: str, tally: Tally) -> None:
        """Print every line that was not taken, and numbers that add up to the lines seen."""
        for number, why in tally.refused:
            self.stdout.write(self.style.WARNING(printable(f"line {number} of {file.name} not taken: {why}")))
        counts = tally.counts
        self.stdout.write(
            f"{tally.seen} hashes: {counts['taken']} taken into the list {name!r}, {counts['known']} listed before, "
            f"{counts['refused']} not taken."
        )

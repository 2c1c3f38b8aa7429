"""`manage.py seed_demo`: something to look at on the first start."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from moderation import embedded
from moderation.progress import progress
from moderation.services import demo


class Command(BaseCommand):
    """Makes the demo's policy, people and pictures. Run again it goes on where it was."""

    help = "Fill the database with the demo: a policy, people and drawn pictures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask before known passwords are made on a server that is not the embedded one."""
        parser.add_argument(
            "--with-logins", action="store_true", help="make the demo's people also on a configured database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill the database, with progress."""
        policy = demo.make_policy()
        if options["with_logins"] or self.is_trial():
            demo.make_logins()
        else:
            self.stdout.write("No demo people: their password is public. Add --with-logins to make them all the same.")
        with progress(self.stdout, sys.stdout, total=demo.PICTURES, unit=" pictures", desc="Drawing the demo") as bar:
            for _ in demo.receive_pictures(policy):
                bar.update()

    def is_trial(self) -> bool:
        """Return whether the database is the embedded one of this machine."""
        return os.environ.get("DATABASE_URL", "") in {"", embedded.database_url(settings.DATA_DIR)}

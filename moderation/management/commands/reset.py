"""`make reset`: an empty start again."""

import os
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from moderation import embedded, locks, processes, servers

# What Winnow itself puts into its data folder. Whatever else lies there is somebody's own.
OURS = ["postgres", "postgres.new", "images", "static", "logs", "secret_key", "run"]
OURS += ["demo-begun", "demo-done", "demo-truth.jsonl"]


class Command(BaseCommand):
    """Wipes this machine's data after asking."""

    help = "Delete the embedded database, the stored images and the logs of this machine, after asking."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --yes for scripts."""
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, end what was left behind, delete; CommandError while somebody uses the data."""
        data_dir = Path(settings.DATA_DIR)
        alone = locks.become_supervisor(data_dir, "being reset")
        if alone is None:
            raise CommandError(f"Winnow runs on {data_dir}: {locks.supervisor(data_dir)}\nEnd it with Ctrl-C first.")
        with alone:
            users = locks.try_take(data_dir / "run" / "users.lock")
            if users is None:
                raise CommandError("A manage.py command is using the database. Let it finish, or end it, first.")
            with users:
                if not options["yes"] and not self.agreed(data_dir):
                    raise CommandError("Nothing was deleted.")
                processes.end_left_behind(data_dir)
                servers.end_postgres(data_dir)
                wipe(data_dir)
        self.stdout.write("Deleted. `make run` starts afresh.")

    def agreed(self, data_dir: Path) -> bool:
        """Return whether the person at the console typed yes."""
        self.stdout.write(f"This deletes all labels, images and logins in {data_dir}.")
        if os.environ.get("DATABASE_URL"):
            self.stdout.write("The database that DATABASE_URL names is left as it is.")
        try:
            return input("Type yes to go on: ").strip().lower() == "yes"
        except (EOFError, KeyboardInterrupt):
            return False


def wipe(data_dir: Path) -> None:
    """Delete what is ours, and the folder itself where nothing else is in it."""
    for name in OURS:
        path = data_dir / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    shutil.rmtree(embedded.socket_dir(data_dir), ignore_errors=True)
    if not any(data_dir.iterdir()):
        data_dir.rmdir()

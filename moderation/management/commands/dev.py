"""`make run`: everything Winnow needs, on this machine, until Ctrl-C."""

import os
from argparse import ArgumentParser
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from labeling.models import Person
from labeling.selectors import filling
from moderation import env, locks, processes, servers, site
from moderation.processes import StartError, StopRequested, Supervisor
from moderation.services.demo.people import LOGINS, PASSWORD
from moderation.services.demo.plan import FIRST


class Command(BaseCommand):
    """Starts the servers, brings the database up to date, and keeps the site running."""

    help = "Run Winnow on this machine: database, broker, web server and workers, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the port, by default from PORT."""
        parser.add_argument("--port", type=int, help="port on 127.0.0.1 (default: the variable PORT, else 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal asks to stop; CommandError where something does not start."""
        self.port = options["port"] or env.integer("PORT", 8000, minimum=1)
        self.data_dir = Path(settings.DATA_DIR)
        self.supervisor = Supervisor(self.data_dir, self.say)
        alone = locks.become_supervisor(self.data_dir, site.address(self.port))
        if alone is None:
            address = locks.supervisor(self.data_dir)
            raise CommandError(f"Winnow already runs on {self.data_dir}: {address}\nEnd that one with Ctrl-C first.")
        with alone:
            self.supervisor.obey_signals()
            try:
                self.start()
                self.supervisor.watch()
            except StartError as error:
                raise CommandError(str(error)) from None
            except StopRequested:
                pass
            finally:
                self.supervisor.stop()

    def start(self) -> None:
        """Start everything in order and print the address once the site answers."""
        if processes.end_left_behind(self.data_dir):
            self.say("Ended what an earlier start had left behind.")
        site.require_free_port(self.port)
        self.start_servers()
        self.say("Bringing the database up to date …")
        # In this process, which has Django loaded already: every start waits for it.
        call_command("migrate", verbosity=0)
        connection.close()
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        filling_in = self.begin_demo()
        self.say("Starting the web server and the workers …")
        for program in site.PROGRAMS:
            self.supervisor.start(program(self.port))
        self.say(f"\nReady: {site.address(self.port)}\n\n{login_table()}\n\nCtrl-C stops everything.")
        if filling_in:
            self.say("You can label already. The rest of the demo is being filled in meanwhile …")

    def start_servers(self) -> None:
        """Start the embedded servers, each unless the environment names another."""
        if not os.environ.get("DATABASE_URL"):
            self.say("Starting PostgreSQL …")
            with locks.take(locks.run_dir(self.data_dir) / "postgres.lock"):
                users = locks.try_take(self.data_dir / "run" / "users.lock")
                if users is None:
                    raise StartError("A manage.py command is using the database. Let it finish, or end it, first.")
                users.close()
                self.supervisor.start(servers.postgres_program(self.data_dir))
        if not os.environ.get("CELERY_BROKER_URL"):
            self.say("Starting Valkey …")
            self.supervisor.start(servers.valkey_program(self.data_dir))

    def begin_demo(self) -> bool:
        """Start to fill an empty trial with the demo; return, when people can begin, whether more is to follow.

        One that was interrupted goes on. A demo that was deleted later stays deleted, and a database in which people
        already work gets none.
        """
        people = Person.objects.exists()
        connection.close()
        if self.done.exists() or (people and not self.begun.exists()):
            return False
        self.say("Drawing the first pictures …")
        self.begun.touch()
        enough = min(FIRST, settings.DEMO_PICTURES)
        program = site.manage_program(self.port, "seed_demo")
        self.supervisor.start(
            replace(program, ready=lambda: filling.count().pictures >= enough, finished=self.end_demo)
        )
        connection.close()
        return True

    def end_demo(self) -> None:
        """Remember that the demo is complete."""
        self.begun.rename(self.done)

    @property
    def begun(self) -> Path:
        """What says that the demo was begun."""
        return self.data_dir / "demo-begun"

    @property
    def done(self) -> Path:
        """What says that the demo is complete."""
        return self.data_dir / "demo-done"

    def manage(self, *command: str) -> None:
        """Run a management command to its end, as the site's processes run."""
        self.supervisor.run(site.manage_program(self.port, *command))

    def say(self, line: str) -> None:
        """Print one line, at once. A console that is gone must not keep the servers from being stopped."""
        with suppress(OSError):
            self.stdout.write(line)
            self.stdout.flush()


def login_table() -> str:
    """Return the demo's logins that exist, as an aligned table."""
    present = set(Person.objects.filter(username__in=LOGINS).values_list("username", flat=True))
    connection.close()
    rows = [("Role", "Name", "Password")]
    rows += [(role, name, PASSWORD) for name, role in LOGINS.items() if name in present]
    if not present:
        return "Make the first login with: manage.py createsuperuser"
    return "\n".join(f"  {role:<12} {name:<8} {password}" for role, name, password in rows)

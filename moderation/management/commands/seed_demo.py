"""`manage.py seed_demo`: something to look at, and to work on, from the first start."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from labeling.models import Policy
from moderation import embedded
from moderation.progress import Lines
from moderation.services.demo import filling, locking, machines, measuring, people, plan
from moderation.services.demo.policy import history_end, make_policy


class Command(BaseCommand):
    """Makes the demo's policy, people, pictures, history and first model. Run again it goes on where it was."""

    help = "Fill the database with the demo: a policy, people, drawn pictures, some weeks of labels, and a first model."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask before known passwords are made on a server that is not the embedded one."""
        parser.add_argument(
            "--with-logins", action="store_true", help="make the demo's people also on a configured database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill the database, with a line of progress every few seconds."""
        self.say = Lines(self.stdout)
        with locking.alone() as alone:
            if not alone:
                raise CommandError("Another process is filling the demo in.")
            policy = make_policy()
            if options["with_logins"] or embedded.is_in_use(settings.DATA_DIR):
                people.make_logins()
            else:
                self.say("No demo people: their password is public. Add --with-logins to make them all the same.")
            self.fill(policy)
            self.run_machines(policy)
            self.say("Demo complete.")

    def fill(self, policy: Policy) -> None:
        """Draw the pictures, take them in, and play the history; what people can begin with comes first."""
        planned = plan.make(pictures=settings.DEMO_PICTURES, end=history_end(policy))
        for only in (planned.first, None):
            for now in filling.fill(policy=policy, plan=planned, only=only):
                line = f"Demo: {now.pictures} of {settings.DEMO_PICTURES} pictures, {now.labels} labels …"
                self.say.now_and_then(line)
        measuring.measure(policy, planned)

    def run_machines(self, policy: Policy) -> None:
        """Score everything, and train the first model."""
        for now in machines.score_all():
            self.say.now_and_then(f"Demo: scored {now.scored} of {now.pictures} pictures …")
        self.say(f"Demo: {machines.train_first(policy)}.")

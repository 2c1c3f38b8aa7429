"""`manage.py train --frozen`: a model from what people have decided so far."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labeling.models import Policy
from labeling.services import models, training


class Command(BaseCommand):
    """Train heads on the frozen embedder, and say how it went."""

    help = "Train a classifier for a policy on people's decisions, the random slice left out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the policy, what is trained, and whether it is put to use."""
        parser.add_argument("--policy", required=True, metavar="SLUG")
        parser.add_argument(
            "--frozen", action="store_true", required=True, help="train heads only; the network below stays as it is"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--activate", action="store_true", help="let the new version order the policy's queue")

    def handle(self, *, policy: str, seed: int, activate: bool, **_: Any) -> None:
        """Train, print the figures, and activate if asked to."""
        try:
            version = training.train_frozen(policy=Policy.objects.get(slug=policy), seed=seed)
        except Policy.DoesNotExist:
            known = ", ".join(Policy.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no policy {policy!r}. There are: {known}.") from None
        except training.NotEnoughLabels as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Trained {version}.")
        for name, value in (version.training_run.metrics if version.training_run else {}).items():
            self.stdout.write(f"  {name}: {value}")
        if activate:
            models.activate(version)
            self.stdout.write("It orders the queue from now on.")

"""Putting model versions to use and out of it."""

from django.db import transaction

from labeling import tasks
from labeling.wake import wake
from ml import versions
from ml.models import ModelVersion


@transaction.atomic
def activate(version: ModelVersion) -> None:
    """Let a version order its policy's queue from now on; the workers judge what it has not judged yet."""
    versions.activate(version)
    wake(tasks.judge_images)


@transaction.atomic
def retire(version: ModelVersion) -> None:
    """Take a version out of use. Without an active one, chance orders what is not in the random slice."""
    versions.retire(version)
    wake(tasks.judge_images)

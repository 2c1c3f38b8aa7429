"""Waking workers up. The database is the truth: a wake-up that gets lost costs some seconds, never work."""

import logging
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def wake(task: Task, *ids: int) -> None:
    """Send a task when the transaction commits. A broker that is away is logged: periodic tasks find the work."""
    transaction.on_commit(lambda: _send(task, ids))


def _send(task: Task, ids: tuple[Any, ...]) -> None:
    try:
        task.apply_async(ids, retry=False)
    except OperationalError as error:
        logger.warning("The broker is away (%s); %s will be found by the clock.", error, task.name)

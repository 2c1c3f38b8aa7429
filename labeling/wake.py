"""Waking workers up. The database is the truth: a wake-up that gets lost costs some seconds, never work."""

import logging
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# Somebody's request waits meanwhile: one attempt, and no long one. Workers are more patient.
PATIENCE_S = 2
ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
ANSWER = {"socket_connect_timeout": PATIENCE_S, "socket_timeout": PATIENCE_S}


def wake(task: Task, *ids: int) -> None:
    """Send a task when the transaction commits. A broker that is away is logged: periodic tasks find the work."""
    transaction.on_commit(lambda: _send(task, ids))


def _send(task: Task, ids: tuple[Any, ...]) -> None:
    # A connection of its own, since those of Celery's pool try again and again.
    with task.app.connection_for_write(connect_timeout=PATIENCE_S, transport_options=ONCE | ANSWER) as connection:
        try:
            task.apply_async(ids, retry=False, connection=connection)
        except (OperationalError, *connection.connection_errors) as error:
            logger.warning("The broker is away (%s); %s will be found by the clock.", error, task.name)

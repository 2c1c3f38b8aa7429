"""Asks Celery which workers there are. What they say is shown and used for nothing else: the database is the truth."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kombu.exceptions import OperationalError

from labeling import clock
from labeling.wake import ANSWER, ONCE, PATIENCE_S
from moderation.celery import app

QUEUES = ("cpu", "gpu")
# The broker does not know how many will answer, so every asking takes this long.
REPLIES_S = 1.0


class BrokerAwayError(Exception):
    """Nobody could be asked."""


@dataclass(frozen=True)
class Job:
    """A task that a worker is busy with."""

    task: str
    ids: str
    since: datetime


@dataclass(frozen=True)
class Worker:
    """A worker that answered; `done` counts its tasks since it started."""

    name: str
    queues: tuple[str, ...]
    device: str
    busy: tuple[Job, ...]
    done: int

    @property
    def host(self) -> str:
        """The machine it runs on: what stands behind the @ of its name."""
        return self.name.partition("@")[2]


def ask_workers(*, timeout_s: float = REPLIES_S) -> list[Worker]:
    """Return the workers that answer in time, by name; BrokerAwayError when the broker cannot be reached."""
    patience = {"connect_timeout": PATIENCE_S, "transport_options": ONCE | ANSWER}
    with app.connection_for_write(**patience) as connection:
        try:
            replies = app.control.broadcast("worker_card", reply=True, timeout=timeout_s, connection=connection) or []
        except (OperationalError, *connection.connection_errors) as error:
            raise BrokerAwayError(str(error)) from error
    told = {name: card for reply in replies for name, card in reply.items() if "error" not in card}
    return [_worker(name, card) for name, card in sorted(told.items())]


def untaken(workers: list[Worker]) -> list[str]:
    """Return the queues that none of these workers takes."""
    taken = {queue for worker in workers for queue in worker.queues}
    return [queue for queue in QUEUES if queue not in taken]


def _worker(name: str, card: dict[str, Any]) -> Worker:
    now = clock.now()
    busy = (Job(job["task"], ", ".join(job["ids"]), now - timedelta(seconds=job["for_s"])) for job in card["busy"])
    return Worker(name, tuple(card["queues"]), card["device"], tuple(busy), card["done"])

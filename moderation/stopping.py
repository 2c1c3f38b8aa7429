"""Long commands that finish what they have in hand before they stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

STOPPED = 130  # the exit status of what was stopped by Ctrl-C


@dataclass
class Stop:
    """Whether somebody has asked the command to stop."""

    asked: bool = False

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """Remember it."""
        self.asked = True


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Let SIGINT and SIGTERM only be noted inside the block."""
    stop = Stop()
    before = {number: signal.signal(number, stop.ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Progress of a command: a line that moves in a terminal, a line every few seconds in a log."""

import time
from typing import Any, TextIO

from django.core.management.base import OutputWrapper
from tqdm import tqdm


def progress(out: OutputWrapper, terminal: TextIO, **options: Any) -> tqdm:
    """Return a progress bar on `out`, which writes to `terminal` unless it was redirected.

    Django's wrapper ends every write with a new line: right for a log, wrong for a line that moves.
    """
    moves = out.isatty() and terminal.isatty()
    return tqdm(file=terminal if moves else out, mininterval=0.2 if moves else 5, **options)


class Lines:
    """Lines on `out`, at once even where it is a pipe; those of progress only every few seconds."""

    EVERY_S = 3.0

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._said_at = 0.0

    def __call__(self, line: str) -> None:
        """Print the line."""
        self._out.write(line)
        self._out.flush()

    def now_and_then(self, line: str) -> None:
        """Print the line if the last one of progress is some seconds old."""
        if time.monotonic() - self._said_at >= self.EVERY_S:
            self(line)
            self._said_at = time.monotonic()

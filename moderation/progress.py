"""Progress of a command: a line that moves in a terminal, a line every few seconds in a log."""

from typing import Any, TextIO

from django.core.management.base import OutputWrapper
from tqdm import tqdm


def progress(out: OutputWrapper, terminal: TextIO, **options: Any) -> tqdm:
    """Return a progress bar on `out`, which writes to `terminal` unless it was redirected.

    Django's wrapper ends every write with a new line: right for a log, wrong for a line that moves.
    """
    moves = out.isatty() and terminal.isatty()
    return tqdm(file=terminal if moves else out, mininterval=0.2 if moves else 5, **options)

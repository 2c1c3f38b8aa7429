"""A small supervisor: starts programs in order, restarts one that dies, and stops all of them in reverse order.

Every child gets a session of its own, so that a Ctrl-C at the terminal reaches the supervisor alone, and carries a
mark in its environment, by which the next start finds what a killed supervisor left behind.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

MARK = "WINNOW_SUPERVISED"
STEADY_S = 30.0  # a child that has lived this long is healthy: its next failure is its first
LONGEST_PAUSE_S = 10.0
LOG_BYTES = 5_000_000


class StartError(Exception):
    """A program did not come up. The message is for the person at the console."""


class Stopped(Exception):  # noqa: N818 (a request, not an error)
    """Somebody asked the supervisor to stop while it was starting something."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to start, how to see that it is ready, and how to ask it to end."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    cwd: Path | None = None
    owner: tuple[int, int] | None = None  # (uid, gid) to run as; None: the same as ourselves
    prepare: Callable[[], object] = lambda: None  # before every start, the restarts included
    ready: Callable[[], bool] = lambda: True
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10.0


def folder(path: Path) -> Path:
    """Return `path`, made where it is missing."""
    path.mkdir(parents=True, exist_ok=True)
    return path


def try_lock(path: Path, *, shared: bool = False, wait: bool = False) -> IO[str] | None:
    """Return the open file that holds the lock, or None where another process has it. The kernel drops it with us."""
    file = path.open("a+")
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        file.close()
        return None
    return file

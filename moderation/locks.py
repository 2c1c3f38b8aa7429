"""Locks between the processes that share a data folder. The kernel drops them with their holder, however it ends."""

import fcntl
import time
from pathlib import Path
from typing import IO

PATIENCE_S = 1.0  # somebody may just be looking whether the lock is free


def run_dir(data_dir: Path) -> Path:
    """Return the folder for locks and process ids, made where it is missing."""
    folder = data_dir / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def take(path: Path, *, shared: bool = False) -> IO[str]:
    """Wait for the lock and return the open file that holds it; closing it gives the lock back."""
    file = path.open("a+")
    fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    return file


def try_take(path: Path) -> IO[str] | None:
    """Return the open file that holds the lock alone, or None where somebody else has it."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def become_supervisor(data_dir: Path, address: str) -> IO[str] | None:
    """Take the lock that only one `make run` per data folder holds, leaving `address` in it for others to read."""
    path = run_dir(data_dir) / "supervisor.lock"
    deadline = time.monotonic() + PATIENCE_S
    while (file := try_take(path)) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    if file is not None:
        file.truncate(0)
        file.write(address)
        file.flush()
    return file


def supervisor(data_dir: Path) -> str | None:
    """Return the address of the `make run` that runs on this data folder, or None."""
    path = run_dir(data_dir) / "supervisor.lock"
    file = try_take(path)
    if file is None:
        return path.read_text()
    file.close()
    return None

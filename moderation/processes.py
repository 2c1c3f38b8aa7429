"""A small supervisor: starts programs in order, restarts one that dies, and stops all of them in reverse order.

Every child gets a session of its own, so that a Ctrl-C at the terminal reaches the supervisor alone, and carries a
mark in its environment, by which the next start finds what a killed supervisor left behind.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psutil

from moderation.locks import run_dir

MARK = "WINNOW_SUPERVISED"
STEADY_S = 30.0  # a child that has lived this long is well: its next failure counts as its first
LONGEST_PAUSE_S = 10.0
LOG_BYTES = 5_000_000
POLL_S = 0.1
# For networks that share a machine. Threads that wait would burn the time that others need; and memory that passes from
# layer to layer would be given back and fetched again each time, a page at a time: that nearly halves the rate.
FRUGAL = {
    "OMP_WAIT_POLICY": "PASSIVE",
    # Ten candidates of `ml.vision.copies` took 164 ms of two busy cores with two threads, 18 ms with one (by hand).
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(2**30),
    "MALLOC_TRIM_THRESHOLD_": str(2**30),
}


class StartError(Exception):
    """A program did not come up. The message is for the person at the console."""


class StopRequested(Exception):
    """Somebody asked the supervisor to stop while it was starting something."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to start, how to see that it is ready, and how to ask it to end."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    cwd: Path
    owner: tuple[int, int] | None = None  # (uid, gid) to run as; None: as ourselves
    prepare: Callable[[], object] = lambda: None  # before every start, the restarts included
    ready: Callable[[], bool] = lambda: True
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10.0
    # Set for a program that ends by itself and speaks on the console: called once it has succeeded.
    finished: Callable[[], object] | None = None


def log_path(data_dir: Path, name: str) -> Path:
    """Return the program's log file; one that has grown large is set aside first, replacing the one before it."""
    folder = data_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(folder / f"{name}.log.1")
    return path


def spawn(program: Program, data_dir: Path, *, console: bool = False) -> subprocess.Popen[bytes]:
    """Start the program in its own session, its output in its log or, with `console`, on ours."""
    program.prepare()
    uid, gid = program.owner or (None, None)
    with nullcontext() if console else log_path(data_dir, program.name).open("ab") as log:
        process = subprocess.Popen(
            program.argv,
            env={**program.env, MARK: str(data_dir)},
            cwd=program.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=None if console else subprocess.STDOUT,
            start_new_session=True,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
        )
    (run_dir(data_dir) / f"{program.name}.pid").write_text(f"{process.pid}\n")
    return process


def end(process: subprocess.Popen[bytes], program: Program, data_dir: Path) -> None:
    """Ask the process to end, wait, and kill what is left of its group."""
    if process.poll() is None:
        process.send_signal(program.stop_signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(program.grace_s)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (run_dir(data_dir) / f"{program.name}.pid").unlink(missing_ok=True)


def wait_until_ready(
    process: subprocess.Popen[bytes],
    program: Program,
    data_dir: Path,
    *,
    stopping: Callable[[], bool] = lambda: False,
    timeout_s: float = 90.0,
) -> None:
    """Return when the program is ready; StartError with the end of its log when it died or took too long."""
    deadline = time.monotonic() + timeout_s
    while not program.ready():
        if stopping():
            raise StopRequested
        if process.poll() is not None or time.monotonic() > deadline:
            log = log_path(data_dir, program.name)
            lines = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
            raise StartError("\n  ".join([f"{program.name} did not start. The end of {log}:", *lines]))
        time.sleep(POLL_S)


def end_left_behind(data_dir: Path) -> int:
    """End what a killed supervisor of this data folder left running; return how many processes that were."""
    found = [process for process in psutil.process_iter() if _is_marked(process, str(data_dir))]
    end_all(found, asking=found, number=signal.SIGTERM, grace_s=5)
    return len(found)


def end_all(
    found: list[psutil.Process], *, asking: list[psutil.Process], number: signal.Signals, grace_s: float
) -> None:
    """Send the signal to those in `asking`, and kill whichever of `found` is still alive after the grace period.

    psutil signals a process only while it is the one that was found: its number may be somebody else's by now.
    """
    for process in asking:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    for process in _alive_after(found, grace_s):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _alive_after(found, grace_s)


def _alive_after(found: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Return those that outlive the time. One that has ended counts as gone, whether or not its parent looked."""
    deadline = time.monotonic() + seconds
    while (alive := [process for process in found if _is_alive(process)]) and time.monotonic() < deadline:
        time.sleep(POLL_S / 2)
    return alive


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_marked(process: psutil.Process, mark: str) -> bool:
    """Return whether a supervisor started this for the data folder. PostgreSQL's processes are found in servers.py."""
    try:
        return process.name() != "postgres" and process.pid != os.getpid() and process.environ().get(MARK) == mark
    except psutil.Error:
        return False


class _Child:
    """One program and its present process."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        self.program = program
        self.process = process
        self.started = time.monotonic()
        self.failures = 0
        self.due: float | None = None  # when it is to be started again

    def died(self) -> str:
        """Plan the next start, later after each failure in a row, and return what happened, in words."""
        now = time.monotonic()
        self.failures = 1 if now - self.started > STEADY_S else self.failures + 1
        self.due = now + min(LONGEST_PAUSE_S, 0.25 * 2 ** (self.failures - 1))
        code = self.process.returncode
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"


class Supervisor:
    """Owns the programs of one data folder. `say` prints one line for the person at the console."""

    def __init__(self, data_dir: Path, say: Callable[[str], None]) -> None:
        self.data_dir = data_dir
        self.say = say
        self.stopping = False
        self._children: list[_Child] = []

    def obey_signals(self) -> None:
        """Take Ctrl-C and its relatives as a wish to stop in order. A second one changes nothing."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._request_stop)

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def start(self, program: Program) -> None:
        """Start a program that is to stay, or to end by itself, and return when it is ready."""
        if self.stopping:
            raise StopRequested
        child = _Child(program, self._spawn(program))
        self._children.append(child)
        wait_until_ready(child.process, program, self.data_dir, stopping=lambda: self.stopping)

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        return spawn(program, self.data_dir, console=program.finished is not None)

    def run(self, program: Program) -> None:
        """Run a program to its end, its output on the console; StartError where it fails."""
        if self.stopping:
            raise StopRequested
        process = spawn(program, self.data_dir, console=True)
        try:
            while process.poll() is None:
                if self.stopping:
                    raise StopRequested
                time.sleep(POLL_S)
        finally:
            end(process, program, self.data_dir)
        if process.returncode:
            raise StartError(f"{program.name} failed with status {process.returncode}; see above.")

    def watch(self) -> None:
        """Restart what dies, until somebody asks to stop."""
        while not self.stopping:
            for child in list(self._children):
                self._look_after(child)
            time.sleep(POLL_S)

    def _look_after(self, child: _Child) -> None:
        if child.due is None and child.process.poll() is not None:
            end(child.process, child.program, self.data_dir)  # what is left of its group
            if child.program.finished and not child.process.returncode:
                self._children.remove(child)
                child.program.finished()
                return
            self.say(f"{child.program.name} {child.died()}; starting it again.")
        if child.due is not None and time.monotonic() >= child.due:
            child.process = self._spawn(child.program)
            child.started, child.due = time.monotonic(), None

    def stop(self) -> None:
        """Stop everything, last started first."""
        self.stopping = True
        if self._children:
            self.say("Stopping …")
        while self._children:
            child = self._children.pop()
            end(child.process, child.program, self.data_dir)

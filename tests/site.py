"""A real `make run` in a data folder of its own, to log in to, to kill parts of, and to start again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import psutil
import requests

from moderation import embedded
from moderation.processes import MARK

ROOT = Path(__file__).resolve().parent.parent
OURS = ("DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "DEBUG", "DATA_DIR", "DJANGO_SETTINGS_MODULE", "PORT")
# Some for people, and some with a history; the whole demo would keep the machine busy for a minute.
DEMO_PICTURES = 48
# So long a start may take where the machine does other things besides, and all of them several times as long as alone.
READY_S = 240.0


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """The environment of a fresh clone, but for its data folder and, unless it is given, the size of the demo."""
    plain = {"DEMO_PICTURES": str(DEMO_PICTURES)}
    plain |= {name: value for name, value in os.environ.items() if name not in OURS}
    return plain | {"DATA_DIR": str(data_dir)} | more


def wait_for(condition: Callable[[], object], what: str, patience_s: float = 120.0) -> None:
    """Return as soon as the condition holds."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {patience_s:.0f} s"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def left_of(data_dir: Path) -> list[str]:
    """Every process that still belongs to the data folder, described."""
    marks = (str(data_dir), str(embedded.socket_dir(data_dir)))
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            words = [*process.cmdline(), process.cwd(), process.environ().get(MARK, "")]
            if any(mark in word for mark in marks for word in words):
                found.append(f"{process.pid} {process.cmdline()}")
    return found


def log_in(site: "Site", name: str = "lena", password: str = "winnow-demo") -> requests.Session:
    """Log in through the form, as a browser does."""
    browser = requests.Session()
    browser.trust_env = False
    page = browser.get(f"{site.url}/login/", timeout=30)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    form = {"csrfmiddlewaretoken": token, "username": name, "password": password}
    browser.post(f"{site.url}/login/", data=form, headers={"Referer": site.url}, timeout=30)
    return browser


class Site:
    """One data folder and the `manage.py dev` that runs on it."""

    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir()
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.console = data_dir.parent / f"{data_dir.name}.console"
        self.dev: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        with self.console.open("wb") as console:
            self.dev = subprocess.Popen(
                [sys.executable, "manage.py", "dev", "--port", str(self.port)],
                cwd=ROOT,
                env=environment(self.data_dir),
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self) -> None:
        """Return when the console says Ready."""
        self.launch()
        wait_for(lambda: "Ready: " in self.said() or self.dev.poll() is not None, "Ready", READY_S)
        assert self.dev.poll() is None, self.said()

    def said(self) -> str:
        return self.console.read_text()

    def pid(self, name: str) -> int:
        """The process that runs a part now: web, worker, beat, postgres or valkey; 0 while it is being restarted."""
        try:
            return int((self.data_dir / "run" / f"{name}.pid").read_text() or 0)
        except FileNotFoundError:
            return 0

    def kill(self, name: str) -> None:
        """Kill -9 a part, and return when the supervisor has started it again."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: self.pid(name) not in {0, pid}, f"a restart of {name}")

    def answers(self) -> bool:
        try:
            with build_opener(ProxyHandler({})).open(f"{self.url}/login/", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False

    def stop(self) -> int:
        """Ctrl-C, twice as `make` and the terminal send it; return the exit status."""
        self.dev.send_signal(signal.SIGINT)
        time.sleep(0.2)
        self.dev.send_signal(signal.SIGINT)
        return self.dev.wait(60)

    def end(self) -> None:
        """Clean up, whatever state the test has left."""
        if self.dev is not None and self.dev.poll() is None:
            self.stop()

"""A whole site for one benchmark: PostgreSQL (fsync on, as in production) and gunicorn, in a temporary folder."""

import os
import re
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import django
import psutil

from moderation import embedded, processes, servers


def as_worker() -> None:
    """Go on in the environment of the workers of `make run`, which has to be there when a process starts."""
    if any(name not in os.environ for name in processes.FRUGAL):
        os.execve(sys.executable, sys.orig_argv, os.environ | processes.FRUGAL)


@contextmanager
def running() -> Iterator["Site"]:
    """Start PostgreSQL on an empty, migrated database and point Django at it; stop everything at the end."""
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as folder:
        data_dir = Path(folder).resolve()
        os.environ |= {
            "DEBUG": "0",
            "HTTPS": "0",
            "DATA_DIR": str(data_dir),
            "DATABASE_URL": embedded.database_url(data_dir),
            "CELERY_BROKER_URL": embedded.broker_url(data_dir),
            "SECRET_KEY": "only-for-benchmarks",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "moderation.settings",
        }
        try:
            servers.start_postgres(data_dir)
            django.setup()
            site = Site(data_dir)
            site.prepare()
            yield site
        finally:
            processes.end_left_behind(data_dir)
            servers.end_postgres(data_dir)


class Site:
    """The running site: its web server can be started, and its processor time read."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def prepare(self) -> None:
        """Make tables and static files."""
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)

    @contextmanager
    def web(self) -> Iterator[None]:
        """Run the web server inside the block."""
        from moderation.site import web_program

        program = web_program(self.port)
        process = processes.spawn(program, self.data_dir)
        self._web = psutil.Process(process.pid)
        try:
            processes.wait_until_ready(process, program, self.data_dir)
            yield
        finally:
            processes.end(process, program, self.data_dir)

    def cpu_seconds(self) -> dict[str, float]:
        """Return the processor time, user and system, that the system has booked to each server so far."""
        postmaster = int((self.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        return {"web": _tree_seconds(self._web), "postgres": _tree_seconds(psutil.Process(postmaster))}


def _tree_seconds(root: psutil.Process) -> float:
    """Sum a process, its living descendants, and the dead ones that were waited for."""
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


class Browser:
    """One person's connection, kept open as a browser keeps it, with cookies and the CSRF token."""

    def __init__(self, port: int, session_key: str) -> None:
        self.port = port
        self.cookies = {"sessionid": session_key}
        self.connection = HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, path: str) -> str:
        """Return the page; RuntimeError for anything but 200."""
        return self._send("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form as the page's script does, and return the fragment."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.cookies["csrftoken"],
            "HX-Request": "true",
        }
        return self._send("POST", path, urlencode(fields), headers)

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, {**headers, "Cookie": cookie})
        response = self.connection.getresponse()
        text = response.read().decode()
        for header in response.headers.get_all("Set-Cookie") or []:
            if match := re.match(r"(\w+)=([^;]+)", header):
                self.cookies[match[1]] = match[2]
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status} {text[:200]}")
        return text


def log_in(person: "object") -> str:
    """Return the key of a new session of `person`, made as Django's login makes it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)  # type: ignore[attr-defined]
    session[BACKEND_SESSION_KEY] = "labeling.access.RoleBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()  # type: ignore[attr-defined]
    session.create()
    return str(session.session_key)

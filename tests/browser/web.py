"""A real web server of the tests' own, on the tests' database: it can be killed, and started again on its port."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

import psutil
from django.conf import settings
from django.db import connection

from tests.site import ROOT, free_port, wait_for


def environment() -> dict[str, str]:
    """Name every setting as production does, with the database and the folders of this test session."""
    at = connection.settings_dict
    secret = f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else ""
    place = quote(at["HOST"], safe="") + (f":{at['PORT']}" if at["PORT"] else "")
    return os.environ | {
        "DEBUG": "0",
        "HTTPS": "0",
        "DATABASE_URL": f"postgresql://{at['USER']}{secret}@{place}/{at['NAME']}",
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATA_DIR": str(settings.DATA_DIR),
    }


def collect_static() -> None:
    """Gather and hash the static files, as a start in production does."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment(), check=True)


class Web:
    """gunicorn with the project's own configuration."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when the login page comes."""
        command = [sys.executable, "-m", "gunicorn", "-c", "python:moderation.gunicorn_conf", "moderation.wsgi"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment() | {"PORT": str(self.port)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_for(self.answers, f"the web server, see {self.log}")

    def answers(self) -> bool:
        try:
            with build_opener(ProxyHandler({})).open(f"{self.url}/login/", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False

    def renew(self) -> None:
        """Kill -9 the workers: the master forks new ones at once, which know nothing of the database that was."""
        assert self.process
        for worker in psutil.Process(self.process.pid).children():
            worker.kill()

    def kill(self) -> None:
        """Kill -9 the server and its workers, in the middle of whatever they do."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

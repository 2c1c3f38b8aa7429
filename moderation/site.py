"""The programs of the site itself, as `make run` starts them on top of the servers: as in production, on loopback."""

import os
import socket
import sys
from collections.abc import Callable
from http.client import HTTPException
from urllib.request import ProxyHandler, build_opener

from django.conf import settings

from moderation import embedded, locks
from moderation.processes import FRUGAL, Program, StartError

HOST = "127.0.0.1"
CELERY = ["-m", "celery", "-A", "moderation.celery"]


def address(port: int) -> str:
    """Return the site's address."""
    return f"http://{HOST}:{port}/"


def require_free_port(port: int) -> None:
    """Raise StartError where something already listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise StartError(f"Port {port} cannot be used ({error}). Choose another: make run PORT=8001") from None


def answers(port: int) -> bool:
    """Return whether the login page comes, without the proxy that the environment may name."""
    try:
        with build_opener(ProxyHandler({})).open(f"{address(port)}login/", timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, HTTPException):
        return False


def web_program(port: int) -> Program:
    """Return the web server, ready when it answers."""
    arguments = ["-m", "gunicorn", "-c", "python:moderation.gunicorn_conf", "moderation.wsgi"]
    return _python(port, "web", arguments, ready=lambda: answers(port))


def worker_program(port: int) -> Program:
    """Return the Celery worker for everything but the networks."""
    return _worker(port, "worker", "cpu")


def networks_program(port: int) -> Program:
    """Return the Celery worker that runs the networks, on the GPU where there is one."""
    return _worker(port, "networks", "gpu")


def _worker(port: int, name: str, queue: str) -> Program:
    options = [f"--hostname={name}@%h", f"--queues={queue}", "--concurrency=1", "--loglevel=INFO"]
    return _python(port, name, [*CELERY, "worker", *options])


def beat_program(port: int) -> Program:
    """Return the clock that sends the worker its periodic tasks."""
    schedule = locks.run_dir(settings.DATA_DIR) / "beat-schedule"
    return _python(port, "beat", [*CELERY, "beat", f"--schedule={schedule}", "--pidfile="])


# In the order in which they are started.
PROGRAMS = (web_program, worker_program, networks_program, beat_program)


def manage_program(port: int, *command: str) -> Program:
    """Return a management command, run as the site's processes run."""
    return _python(port, command[0], ["manage.py", *command])


def _python(port: int, name: str, arguments: list[str], ready: Callable[[], bool] = lambda: True) -> Program:
    """Return a program of ours, every setting named so that it has nothing to guess."""
    env = (
        os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "moderation.settings",
            "DEBUG": "0",
            "HTTPS": "0",  # loopback has no certificate
            "DATABASE_URL": os.environ.get("DATABASE_URL") or embedded.database_url(settings.DATA_DIR),
            "CELERY_BROKER_URL": settings.CELERY_BROKER_URL,
            "SECRET_KEY": settings.SECRET_KEY,
            "SAMPLING_KEY": settings.SAMPLING_KEY,
            "ALLOWED_HOSTS": ",".join(settings.ALLOWED_HOSTS),
            "DATA_DIR": str(settings.DATA_DIR),
            "PORT": str(port),
        }
        | {name: os.environ.get(name, value) for name, value in FRUGAL.items()}
    )
    return Program(
        name=name, argv=[sys.executable, *arguments], env=env, cwd=settings.BASE_DIR, ready=ready, grace_s=12
    )

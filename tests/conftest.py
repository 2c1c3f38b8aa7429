"""What all tests stand on: a real PostgreSQL of this session's own, and a browser where there is one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import django
import hypothesis
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import TransactionTestCase

from moderation import locks, processes, servers
from tests import clearing, workplace

# The settings module is named here and not in pyproject.toml: pytest-django would read it before this file has run.
if "DJANGO_SETTINGS_MODULE" in os.environ:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests choose their own settings.")
OUTSIDE_DATABASE = bool(os.environ.get("DATABASE_URL"))
WORKPLACE = workplace.make()
SESSION_LOCK = locks.take(WORKPLACE / "session.lock")
os.environ["DJANGO_SETTINGS_MODULE"] = "moderation.settings"
# Before a library that computes is loaded: the threads of several processes on few cores wait for each other more than
# they compute.
os.environ.update({"OMP_NUM_THREADS": "1"} | processes.FRUGAL | os.environ)

# How long a step takes depends on what else the machine does.
hypothesis.settings.register_profile("winnow", deadline=None)
hypothesis.settings.load_profile("winnow")

# The first of these that is there. The shell is the same browser without windows of its own, each of which takes a
# second of a core.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
HOW_TO_GET_CHROMIUM = "apt-get install chromium-headless-shell, or CHROMIUM=/path/to/chromium make test"


def pytest_configure(config: pytest.Config) -> None:
    """Set Django up, now that the environment names this session's folder."""
    django.setup()
    if not OUTSIDE_DATABASE:  # elsewhere one may not be a superuser, as this has to be
        TransactionTestCase._fixture_teardown = clearing.delete_rows
    PBKDF2PasswordHasher.iterations = 1  # the hash of a real password takes longer than most tests
    if getattr(config.option, "numprocesses", None):  # each worker of pytest-xdist chooses its own folder and database
        del os.environ["DJANGO_SETTINGS_MODULE"]
        if not OUTSIDE_DATABASE:
            del os.environ["DATABASE_URL"]


def pytest_unconfigure() -> None:
    """Leave nothing behind, however the session ended."""
    workplace.clear(WORKPLACE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how to have the tests that were skipped for want of a browser."""
    if any(HOW_TO_GET_CHROMIUM in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(f"The browser tests were skipped. To run them: {HOW_TO_GET_CHROMIUM}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a browser test where there is no browser, unless REQUIRE_BROWSER says that there must be one."""
    if item.get_closest_marker("browser") and not CHROMIUM:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"Chromium is required and missing: {HOW_TO_GET_CHROMIUM}")
        pytest.skip(f"Chromium is missing: {HOW_TO_GET_CHROMIUM}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser. For tests marked `browser`."""
    assert CHROMIUM, HOW_TO_GET_CHROMIUM
    return CHROMIUM


@pytest.fixture(autouse=True)
def help_with_every_image(monkeypatch: pytest.MonkeyPatch) -> None:
    """No image of a test comes without help by chance; what tests the arms themselves sets the share anew.

    This reaches this process only; for the browser tests' server see tests/browser/conftest.py.
    """
    monkeypatch.setattr("labeling.help.WITHOUT_SHARE", 0.0)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start the session's PostgreSQL when the first test wants it: its data is worth nothing, so it need not sync."""
    if not OUTSIDE_DATABASE:
        servers.start_postgres(WORKPLACE, fsync="off", full_page_writes="off", synchronous_commit="off")
    yield
    if not OUTSIDE_DATABASE:
        servers.end_postgres(WORKPLACE)


@pytest.fixture(scope="session")
def workplace_dir() -> Path:
    """A folder for data folders of servers: what still runs there at the end of the session is ended."""
    return WORKPLACE


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run what is sent at once, in this process, whatever app and connections earlier tests left."""
    from moderation.celery import app  # it reads the settings

    app.set_current()
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False

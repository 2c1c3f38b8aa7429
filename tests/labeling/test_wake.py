import os
import socket
import subprocess
import sys

import pytest

from labeling.wake import wake
from moderation.tasks import ingest_incoming
from tests.site import ROOT

# Without a transaction on_commit is at once; it asks the database's server whether there is one.
SEND = """
import time
import django; django.setup()
from labeling.wake import wake
from moderation.tasks import ingest_incoming
started = time.monotonic()
wake(ingest_incoming)
print(time.monotonic() - started)
"""


# What a web server loads, asked from a thread of its own as its requests are.
FROM_A_REQUEST = """
import threading
import moderation.wsgi
from moderation.tasks import ingest_incoming
def say():
    print(ingest_incoming.app.conf.broker_url, ingest_incoming.app.conf.task_default_queue)
thread = threading.Thread(target=say)
thread.start()
thread.join()
"""


def test_the_web_server_sends_to_the_queue_that_workers_read():
    command = [sys.executable, "-c", FROM_A_REQUEST]
    environment = os.environ | {"CELERY_BROKER_URL": "redis://127.0.0.1:1/7"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout == "redis://127.0.0.1:1/7 cpu\n", done.stderr


@pytest.mark.django_db
def test_a_message_goes_out_when_the_transaction_commits(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        wake(ingest_incoming)
    assert len(callbacks) == 1


@pytest.fixture
def silent():
    """A server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def send(broker):
    """Return what a process that wakes a worker says, and how long the wake-up held it."""
    environment = os.environ | {"CELERY_BROKER_URL": broker}
    return subprocess.run([sys.executable, "-c", SEND], cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.usefixtures("django_db_setup")
@pytest.mark.parametrize(
    "broker", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/valkey.sock", "amqp://127.0.0.1:1//"]
)
def test_a_broker_that_is_away_is_logged_and_costs_no_time(broker):
    done = send(broker)
    assert float(done.stdout) < 3, done.stderr
    assert "The broker is away" in done.stderr


@pytest.mark.usefixtures("django_db_setup")
def test_a_broker_that_does_not_answer_costs_little_time(silent):
    done = send(silent)
    assert float(done.stdout) < 6, done.stderr
    assert "The broker is away" in done.stderr

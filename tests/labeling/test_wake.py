import subprocess
import sys
import time

import pytest

from labeling.wake import wake
from moderation.tasks import ingest_incoming
from tests.site import ROOT

SEND = """
import django; django.setup()
from labeling.wake import wake
from moderation.celery import app
from moderation.tasks import ingest_incoming
wake(ingest_incoming)
print("went on")
"""


@pytest.mark.django_db
def test_a_message_goes_out_when_the_transaction_commits(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        wake(ingest_incoming)
    assert len(callbacks) == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_logged_and_costs_nothing(monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", SEND], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "went on\n", done.stderr
    assert "The broker is away" in done.stderr
    assert time.monotonic() - started < 15

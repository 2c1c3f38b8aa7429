import os
import subprocess
import sys
import uuid
from datetime import timedelta
from threading import Barrier, Thread
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from labeling import clock
from labeling.models import Arrival, Image
from moderation import tasks
from moderation.models import IncomingFile
from moderation.services import incoming
from tests import factories as make
from tests import pictures, site

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return make.source("shop", make.policy())


@pytest.fixture
def upload(source):
    """Return a function that keeps one file for a worker."""
    admin = make.person("admin", "admin")

    def add(name, data, batch=None):
        file = ContentFile(data, name)
        return incoming.add_upload(source=source, file=file, batch=batch or uuid.uuid4(), person=admin)

    return add


def state(file):
    file.refresh_from_db()
    return file.state


def test_bytes_that_became_an_image_do_not_wait_any_more(upload, django_capture_on_commit_callbacks):
    file = upload("a.png", pictures.png())
    key = file.storage_key
    with django_capture_on_commit_callbacks(execute=True):
        tasks.ingest_incoming()
    assert state(file) == "taken"
    assert file.storage_key == ""
    assert not default_storage.exists(key)
    assert default_storage.exists(file.image.original_key)


def test_bytes_of_a_refused_file_stay(upload, django_capture_on_commit_callbacks):
    file = upload("a.png", b"no picture")
    with django_capture_on_commit_callbacks(execute=True):
        tasks.ingest_incoming()
    assert state(file) == "failed"
    assert default_storage.open(file.storage_key).read() == b"no picture"


def test_a_bad_file_holds_nothing_up(upload):
    files = [upload("bad.png", b"no picture"), upload("good.png", pictures.png())]
    lost = upload("lost.png", pictures.png((9, 9)))
    default_storage.delete(lost.storage_key)
    files += [lost, upload("last.png", pictures.png((30, 20)))]
    assert tasks.ingest_incoming() == 4
    assert [state(file) for file in files] == ["failed", "taken", "failed", "taken"]
    assert (lost.reason, lost.detail) == ("unreadable", "Its bytes are no longer in the storage.")


def test_run_twice_it_changes_nothing(upload):
    upload("a.png", pictures.png())
    assert [tasks.ingest_incoming(), tasks.ingest_incoming()] == [1, 0]
    assert Arrival.objects.count() == 1


def test_a_failed_file_can_be_tried_again(upload):
    file = upload("a.png", pictures.png())
    with override_settings(MAX_IMAGE_PIXELS=10):
        tasks.ingest_incoming()
    assert state(file) == "failed"
    assert incoming.retry_incoming([file.pk]) == 1
    assert incoming.retry_incoming([file.pk]) == 0, "it is in line already"
    tasks.ingest_incoming()
    assert state(file) == "taken"
    assert (file.reason, file.attempts) == ("", 1)


def test_failing_twice_under_one_name_is_one_failure(upload, django_capture_on_commit_callbacks):
    kept = []
    for _ in range(2):
        kept.append(upload("b.jpg", b"no picture").storage_key)
        with django_capture_on_commit_callbacks(execute=True):
            tasks.ingest_incoming()
    (failed,) = IncomingFile.objects.all()
    assert (failed.state, failed.storage_key) == ("failed", kept[1])
    assert not default_storage.exists(kept[0])


def test_a_storage_that_is_away_leaves_the_file_in_line(upload, monkeypatch):
    file = upload("a.png", pictures.png())
    with monkeypatch.context() as patch:
        patch.setattr(incoming, "receive", away)
        with pytest.raises(OSError, match="away"):
            tasks.ingest_incoming()
    assert state(file) == "waiting"
    assert tasks.ingest_incoming() == 1
    assert state(file) == "taken"


def away(**_):
    raise OSError("The storage is away.")


def test_what_keeps_stopping_workers_is_put_off_then_given_up(upload, monkeypatch):
    monkeypatch.setattr(incoming, "receive", away)
    file, attempts = upload("a.png", pictures.png()), 0
    for minutes in range(0, 200, 5):
        with clock.at(timezone.now() + timedelta(minutes=minutes)):
            try:
                attempts += tasks.ingest_incoming()
            except OSError:
                attempts += 1
    assert state(file) == "failed"
    assert "Workers were stopped 10 times" in file.detail
    assert attempts == incoming.ALL_ATTEMPTS + 1


def test_while_one_is_put_off_others_go_on(upload, monkeypatch):
    upload("poison.png", pictures.png())
    IncomingFile.objects.update(attempts=incoming.EAGER_ATTEMPTS, changed_at=clock.now())
    good = upload("good.png", pictures.png((30, 20)))
    assert tasks.ingest_incoming() == 1
    assert state(good) == "taken"


KILLED = """
import os, signal, django
django.setup()
from moderation.services import incoming
incoming.receive = lambda **_: os.kill(os.getpid(), signal.SIGKILL)
incoming.ingest_next()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_leaves_its_file_to_the_next(upload):
    file = upload("a.png", pictures.png())
    url = "postgresql://{USER}@{HOST}:{PORT}/{NAME}".format(**quoted(connection.settings_dict))
    environment = os.environ | {"DATABASE_URL": url}
    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=site.ROOT, env=environment)
    assert killed.returncode == -9
    assert (state(file), file.attempts) == ("waiting", 1)
    assert tasks.ingest_incoming() == 1
    assert state(file) == "taken"


def quoted(settings):
    return {name: quote(str(settings[name] or ""), safe="") for name in ("USER", "HOST", "PORT", "NAME")}


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_take_each_file_once(upload):
    for n in range(12):
        upload(f"{n}.png", pictures.png((20 + n, 20)) if n % 3 else b"no picture")
    start, counts = Barrier(3), []

    def work():
        start.wait()
        counts.append(tasks.ingest_incoming())
        connection.close()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Image.objects.count() == Arrival.objects.count() == IncomingFile.objects.filter(state="taken").count() == 8
    assert IncomingFile.objects.filter(state="failed").count() == 4
    assert sum(counts) >= 12

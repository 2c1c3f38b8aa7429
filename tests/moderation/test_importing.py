from io import StringIO
from threading import Barrier, Thread

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.db import OperationalError, connection
from django.test import override_settings

from labeling.models import Arrival, CopyGroup, Image, Policy, QueueEntry
from moderation import manifest
from moderation.models import IncomingFile
from moderation.services import importing, incoming, storing
from tests import factories as make
from tests import pictures
from tests.moderation import awkward
from tests.moderation.awkward import BAD, GOOD, numbers, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return awkward.fill(tmp_path)


def test_a_file_that_was_mended_clears_its_failure(folder):
    run(folder)
    (folder / "cut.jpg").write_bytes(pictures.jpeg((50, 50)))
    run(folder / "cut.jpg")
    assert not IncomingFile.objects.filter(name__endswith="cut.jpg", state="failed").exists()


def test_a_picture_that_is_put_back_clears_its_failure_too(folder):
    path, good = folder / "sub folder" / "plain.jpg", (folder / "sub folder" / "plain.jpg").read_bytes()
    run(path)
    path.write_bytes(b"no picture")
    run(path)
    assert IncomingFile.objects.get(state="failed").external_id == str(path)
    path.write_bytes(good)
    assert numbers(run(path)) == [1, 0, 0, 1, 0]
    (closed,) = IncomingFile.objects.all()
    assert (closed.state, closed.image, closed.storage_key) == ("taken", Image.objects.get(), "")


def test_refused_bytes_are_kept_for_a_retry_and_only_the_newest(folder, django_capture_on_commit_callbacks):
    for text in (b"first", b"second"):
        (folder / "text.jpg").write_bytes(text)
        with django_capture_on_commit_callbacks(execute=True):
            run(folder / "text.jpg")
        kept = IncomingFile.objects.get().storage_key
        assert default_storage.open(kept).read() == text
    assert default_storage.listdir("incoming")[1].count(kept.split("/")[1]) == 1
    assert len([name for name in default_storage.listdir("incoming")[1] if is_text(name)]) == 1


def is_text(name):
    return default_storage.open(f"incoming/{name}").read() in (b"first", b"second")


def test_a_file_that_is_too_large_is_not_read_and_its_size_is_told(folder, monkeypatch):
    (folder / "sub folder" / "large.jpg").write_bytes(b"x" * 5000)
    with override_settings(MAX_IMAGE_BYTES=4999):
        said = run(folder / "sub folder" / "large.jpg")
    assert "It has 5,000 bytes; at most 4,999 are taken." in said
    assert IncomingFile.objects.get().storage_key == ""


def test_once_the_limit_is_raised_the_kept_bytes_can_be_retried(folder):
    with override_settings(MAX_IMAGE_PIXELS=10):
        run(folder / "sub folder" / "plain.jpg")
    failed = IncomingFile.objects.get()
    assert incoming.retry_incoming([failed.pk]) == 1
    assert incoming.ingest_next()
    failed.refresh_from_db()
    assert (failed.state, failed.image) == ("taken", Image.objects.get())
    assert numbers(run(folder / "sub folder" / "plain.jpg")) == [1, 0, 0, 1, 0]


@pytest.mark.parametrize("error", [OperationalError("server closed the connection"), OSError(28, "No space left")])
def test_a_server_that_is_away_ends_the_run_with_its_summary_and_blames_no_file(folder, monkeypatch, error):
    make.policy()
    taken = []

    def put(key, data):
        if len(taken) >= 3 * 2:  # three objects to a picture
            raise error
        taken.append(key)
        return storing.put(key, data)

    out = StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(importing.incoming, "put", put)
        patch.setattr("moderation.services.intake.put", put)
        with pytest.raises(CommandError, match=r"away: .*\n?.*Run the same command again"):
            run(folder / "sub folder", stdout=out)
    assert numbers(out.getvalue()) == [2, 2, 0, 0, 0]
    assert not IncomingFile.objects.exists()
    assert numbers(run(folder / "sub folder")) == [len(GOOD), len(GOOD) - 2, 0, 2, 0]


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_folder_at_once_take_each_picture_once(folder):
    make.policy()
    start, said = Barrier(2), []

    def work():
        start.wait()
        said.append(list(importing.import_items(items=manifest.items([folder]), source=source))[-1])
        connection.close()

    source = make.source("shop", Policy.objects.get())
    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [tally.seen for tally in said] == [len(GOOD) + 1 + len(BAD)] * 2
    assert sum(tally.counts["new"] for tally in said) == len(GOOD) + 1
    assert sum(tally.counts["known"] for tally in said) == len(GOOD) + 1
    assert Image.objects.count() == Arrival.objects.count() == CopyGroup.objects.count() == len(GOOD) + 1
    assert QueueEntry.objects.count() == len(GOOD) + 1
    assert IncomingFile.objects.count() == len(BAD)

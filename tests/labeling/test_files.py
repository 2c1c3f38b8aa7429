"""Deleting from the storage: what is doomed is gone in the end, whatever happens in between."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.utils import timezone

from labeling import clock, tasks
from labeling.models import DoomedFile
from labeling.services import files
from moderation.services import storing
from tests.labeling.erased import left, use_storage

pytestmark = pytest.mark.django_db
NOON = timezone.now()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    use_storage(settings, tmp_path)
    return tmp_path


@pytest.fixture
def away(monkeypatch):
    """Keys that the storage cannot delete just now; "all" stands for every one."""
    keys, delete = set(), FileSystemStorage.delete

    def refuse(self, name):
        if keys & {name, "all"}:
            raise OSError("The storage is away.")
        delete(self, name)

    monkeypatch.setattr(FileSystemStorage, "delete", refuse)
    return keys


def lies(*keys):
    for key in keys:
        default_storage.save(key, ContentFile(b"bytes"))


def test_what_is_doomed_is_deleted_and_nothing_else(folder):
    lies("views/a.jpg", "views/b.jpg")
    files.doom(["views/a.jpg", ""])
    assert left(folder) == ["views/a.jpg", "views/b.jpg"]
    assert (files.delete_doomed(), files.delete_doomed()) == (1, 0)
    assert left(folder) == ["views/b.jpg"]
    assert not DoomedFile.objects.exists()


def test_what_is_not_there_counts_as_deleted():
    files.doom(["views/nowhere.jpg"], stem="nowhere")
    assert files.delete_doomed() == 1
    assert not DoomedFile.objects.exists()


def test_what_lies_beside_under_the_same_stem_goes_too(folder):
    lies("originals/ab/abc", "originals/ab/abc_Xy12z", "originals/ab/abd", "views/ab/abc_Q.jpg")
    files.doom(["originals/ab/abc_Xy12z", "views/ab/abc.jpg"], stem="abc")
    files.delete_doomed()
    assert left(folder) == ["originals/ab/abd"]


def test_a_storage_that_is_away_is_tried_again_until_nothing_is_left(folder, away, caplog):
    lies("views/a.jpg", "views/b.jpg")
    files.doom(["views/a.jpg", "views/b.jpg"])
    away.add("all")
    assert files.delete_doomed() == 0
    assert "views/a.jpg could not be deleted" in caplog.text
    assert len(left(folder)) == DoomedFile.objects.count() == 2
    away.clear()
    tasks.delete_files()
    assert left(folder) == []
    assert not DoomedFile.objects.exists()


def test_one_that_cannot_be_deleted_holds_up_no_other(folder, away):
    lies(*"abc")
    files.doom("abc")
    away.update("ab")
    for minute in range(6):
        with clock.at(NOON + timedelta(minutes=minute)):
            files.delete_doomed()
    assert left(folder) == ["a", "b"]
    away.remove("a")
    for minute in range(6, 9):
        with clock.at(NOON + timedelta(minutes=minute)):
            files.delete_doomed()
    assert left(folder) == ["b"]
    assert DoomedFile.objects.get().key == "b"


def test_what_is_dropped_goes_with_the_commit(folder, django_capture_on_commit_callbacks):
    lies("incoming/a")
    with django_capture_on_commit_callbacks(execute=True):
        storing.drop("incoming/a")
        storing.drop("")
        assert left(folder) == ["incoming/a"]
    assert left(folder) == []
    assert not DoomedFile.objects.exists()


def test_dropped_while_the_storage_is_away_it_goes_later(folder, away, django_capture_on_commit_callbacks):
    lies("incoming/a")
    away.add("all")
    with django_capture_on_commit_callbacks(execute=True):
        storing.drop("incoming/a")
    assert left(folder) == ["incoming/a"]
    away.clear()
    assert files.delete_doomed() == 1
    assert left(folder) == []


def test_without_a_commit_nothing_is_deleted(folder):
    lies("incoming/a")
    with transaction.atomic():
        storing.drop("incoming/a")
        transaction.set_rollback(True)
    assert files.delete_doomed() == 0
    assert left(folder) == ["incoming/a"]


def test_bytes_that_come_again_under_a_doomed_name_stay(folder):
    lies("incoming/a")
    files.doom(["incoming/a"])
    assert storing.put("incoming/a", b"bytes") == "incoming/a"
    assert files.delete_doomed() == 0
    assert left(folder) == ["incoming/a"]

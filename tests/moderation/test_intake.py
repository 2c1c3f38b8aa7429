import hashlib
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage, storages
from django.db import connection
from django.test import override_settings
from PIL import Image as Pillow

from labeling import clock
from labeling.models import Arrival, CopyGroup, Image, QueueEntry
from labeling.pictures import BadPicture
from labeling.services.erasing import erase
from labeling.services.files import delete_doomed
from moderation import tasks
from moderation.services import intake
from moderation.services.intake import Outcome, receive
from tests import factories as make
from tests import pictures

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def source(policy):
    return make.source("shop", policy)


def take(data, source, name="a"):
    return receive(data=data, source=source, external_id=name, received_at=WHEN)


def test_a_new_picture_is_stored_and_asked_about(source, policy):
    data = pictures.jpeg()
    received = take(data, source)
    image = received.image
    assert received.outcome is Outcome.NEW
    assert image.sha256 == hashlib.sha256(data).hexdigest()
    assert default_storage.open(image.original_key).read() == data
    assert (image.width, image.height) == pictures.SIZE
    assert image.pdq_quality > 0
    assert Arrival.objects.get().received_at == WHEN
    assert QueueEntry.objects.get().policy == policy


def test_the_same_bytes_again_are_one_image_with_one_more_arrival(source, monkeypatch):
    first = take(pictures.jpeg(), source)
    monkeypatch.setattr(intake, "_store", lambda *_: pytest.fail("known bytes were decoded again"))
    again = take(pictures.jpeg(), source, "b")
    assert (again.outcome, again.image) == (Outcome.AGAIN, first.image)
    assert Arrival.objects.count() == 2
    assert QueueEntry.objects.count() == 1


def test_the_very_same_arrival_again_changes_nothing(source):
    take(pictures.jpeg(), source)
    assert take(pictures.jpeg(), source).outcome is Outcome.KNOWN
    assert Arrival.objects.count() == Image.objects.count() == 1


def test_what_browsers_get_is_upright_and_bare(source):
    image = take(pictures.rotated(6), source).image
    view = Pillow.open(default_storage.open(image.view_key))
    assert view.size == (image.width, image.height)
    assert not view.getexif()
    assert "exif" not in view.info
    assert pictures.corners(view)[0][0] > 150, "red is above on the left again"


def test_bytes_that_are_no_picture_leave_nothing_behind(source):
    with pytest.raises(BadPicture):
        take(pictures.text_called_jpg(), source)
    assert not Image.objects.exists()


def test_what_a_killed_writer_left_cut_short_is_not_trusted(source):
    data = pictures.jpeg((90, 40))
    digest = hashlib.sha256(data).hexdigest()
    cut = f"originals/{digest[:2]}/{digest[2:4]}/{digest}"
    default_storage.save(cut, ContentFile(data[:100]))
    image = take(data, source).image
    assert default_storage.open(image.original_key).read() == data
    assert default_storage.open(cut).read() == data[:100], "somebody else may be writing it just now"


def test_whole_bytes_that_a_stopped_run_left_are_used_again(source):
    data = pictures.jpeg((40, 90))
    digest = hashlib.sha256(data).hexdigest()
    key = f"originals/{digest[:2]}/{digest[2:4]}/{digest}"
    default_storage.save(key, ContentFile(data))
    assert take(data, source).image.original_key == key


def test_an_erased_picture_that_comes_again_stays_erased(source):
    image = take(pictures.jpeg((60, 20)), source).image
    for key in (image.original_key, image.view_key, image.thumb_key):
        default_storage.delete(key)
    Image.objects.update(erased_at=clock.now(), original_key="", view_key="", thumb_key="")
    QueueEntry.objects.all().delete()
    assert take(pictures.jpeg((60, 20)), source, "b").outcome is Outcome.AGAIN
    assert Arrival.objects.count() == 2
    assert not default_storage.exists(image.original_key)
    assert not QueueEntry.objects.exists()


def test_what_is_erased_while_it_comes_in_once_more_leaves_no_bytes(source, monkeypatch):
    data, store = pictures.jpeg((50, 60)), intake._store
    first = []

    def meanwhile(data, digest):
        """Another worker takes the same bytes in, and somebody erases them, while this one is about to store them."""
        monkeypatch.setattr(intake, "_store", store)
        first.append(take(data, source).image)
        erase(image=Image.objects.get(), by=None, why="tests")
        delete_doomed()
        return store(data, digest)

    monkeypatch.setattr(intake, "_store", meanwhile)
    take(data, source, "b")
    delete_doomed()
    [image] = first
    assert Arrival.objects.filter(image=image).count() == 2
    assert not [key for key in (image.original_key, image.view_key, image.thumb_key) if default_storage.exists(key)]
    assert not QueueEntry.objects.filter(state="open").exists()


def test_a_stop_between_storage_and_rows_leaves_nothing_that_a_second_run_minds(source, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(intake, "record_arrival", interrupted)
        with pytest.raises(KeyboardInterrupt):
            take(pictures.jpeg((33, 33)), source)
    assert not Image.objects.exists()
    assert take(pictures.jpeg((33, 33)), source).outcome is Outcome.NEW


def interrupted(**_):
    raise KeyboardInterrupt


def test_a_storage_is_a_setting(source):
    elsewhere = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    with override_settings(
        STORAGES={**elsewhere, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    ):
        image = take(pictures.jpeg((70, 50)), source).image
        assert isinstance(storages["default"], InMemoryStorage)
        assert default_storage.exists(image.original_key)
    assert not default_storage.exists(image.original_key)


def test_a_source_without_a_policy_waits_and_is_routed_later(policy):
    source = make.source("quiet")
    take(pictures.jpeg(), source)
    assert not QueueEntry.objects.exists()
    source.policies.add(policy)
    tasks.route_source(source.pk)
    tasks.route_source(source.pk)
    assert QueueEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_image():
    source = make.source("shop", make.policy())
    start, outcomes = Barrier(4), []

    def work(name):
        start.wait()
        outcomes.append(take(pictures.jpeg(), source, name).outcome)
        connection.close()

    threads = [Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["again", "again", "again", "new"]
    assert Image.objects.count() == QueueEntry.objects.count() == CopyGroup.objects.count() == 1
    assert Arrival.objects.count() == 4

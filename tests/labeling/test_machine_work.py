"""Work on images: done once, whoever dies; one bad image holds up no other."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from labeling import clock
from labeling.models import Image, MachineWork
from labeling.services import machine_work
from labeling.services.machine_work import Job, StorageAwayError, work_on_next
from ml.results import Unreadable
from tests import factories as make
from tests import machine_factories as machine
from tests.site import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }


class Desk:
    """A job whose results are kept in a dict; `bad` images are unreadable, `explosive` ones raise."""

    def __init__(self, bad=(), explosive=()):
        self.done, self.batches, self.bad, self.explosive = {}, [], set(bad), set(explosive)
        self.model = machine.embedder()
        self.job = Job(stage="score", model=self.model, find=self.find, compute=self.compute, store=self.store)

    def find(self, count):
        rows = MachineWork.objects.filter(stage="score", model_version=self.model).values("image")
        return list(Image.objects.exclude(pk__in=self.done).exclude(pk__in=rows).values_list("pk", flat=True)[:count])

    def compute(self, images, files):
        self.batches.append([image.pk for image in images])
        if self.explosive & {image.pk for image in images}:
            raise MemoryError("too large")
        return [
            Unreadable("no picture") if image.pk in self.bad else len(file)
            for image, file in zip(images, files, strict=True)
        ]

    def store(self, results):
        for image, result in results:
            assert image.pk not in self.done, "done twice"
            self.done[image.pk] = result

    def work(self, rounds=20, count=4):
        """Work as workers do, some seconds apart, until nothing is left."""
        for n in range(1, rounds):
            with clock.at(timezone.now() + timedelta(minutes=n)):
                if not work_on_next(self.job, count=count):
                    return


def images(count):
    made = [make.image(f"image {n}") for n in range(count)]
    for image in made:
        default_storage.save(image.view_key, ContentFile(b"12345"))
    return [image.pk for image in made]


def test_everything_is_done_once_in_batches():
    ids, desk = images(6), Desk()
    desk.work()
    assert desk.done == dict.fromkeys(ids, 5)
    assert [len(batch) for batch in desk.batches] == [4, 2]
    assert not MachineWork.objects.exists()


def test_an_unreadable_image_is_tried_again_alone_and_set_aside_with_the_error():
    ids = images(5)
    desk = Desk(bad=ids[1:2])
    desk.work()
    assert sorted(desk.done) == sorted(set(ids) - {ids[1]})
    assert desk.batches.count([ids[1]]) == 1
    row = MachineWork.objects.get()
    assert (row.image_id, row.error, row.attempts) == (ids[1], "no picture", 2)
    assert row.failed_at


def test_an_image_that_makes_its_batch_fail_is_found_by_trying_each_alone():
    ids = images(3)
    desk = Desk(explosive=ids[1:2])
    with pytest.raises(MemoryError):
        work_on_next(desk.job, count=4)
    assert desk.done == {}
    desk.work()
    assert sorted(desk.done) == [ids[0], ids[2]]
    assert MachineWork.objects.get().error == "MemoryError: too large"


def test_bytes_that_the_storage_has_lost_are_the_images_failure():
    ids = images(2)
    default_storage.delete(Image.objects.get(pk=ids[0]).view_key)
    desk = Desk()
    desk.work()
    assert list(desk.done) == ids[1:]
    assert "The storage has lost" in MachineWork.objects.get().error


def test_a_storage_that_is_away_counts_against_no_image(tmp_path):
    ids, desk = images(2), Desk()
    for path in tmp_path.rglob("*.jpg"):
        path.rename(path.with_suffix(".away"))
        path.mkdir()  # the bytes cannot be had, for a reason of the storage's own
    for _ in range(5):
        with pytest.raises(StorageAwayError):
            work_on_next(desk.job, count=4)
    assert not MachineWork.objects.exists()
    for path in tmp_path.rglob("*.away"):
        path.with_suffix(".jpg").rmdir()
        path.rename(path.with_suffix(".jpg"))
    desk.work()
    assert sorted(desk.done) == ids


def test_what_was_set_aside_is_tried_again_on_request():
    ids = images(1)
    desk = Desk(bad=ids)
    desk.work()
    desk.bad.clear()
    desk.work()
    assert desk.done == {}
    assert machine_work.retry([MachineWork.objects.get().pk]) == 1
    desk.work()
    assert list(desk.done) == ids


def test_work_that_is_under_way_is_not_taken_by_a_second_worker():
    ids, desk = images(2), Desk()
    MachineWork.objects.create(image_id=ids[0], stage="score", model_version=desk.model, started_at=timezone.now())
    work_on_next(desk.job, count=4)
    assert list(desk.done) == ids[1:]


def test_what_one_model_could_not_do_another_may():
    ids, first = images(2), Desk(bad=[])
    first.bad = set(ids)
    first.work()
    assert MachineWork.objects.count() == 2
    first.model.state = "retired"
    first.model.save()
    second = Desk()
    second.model = machine.embedder("embedder-2")
    second.job = replace(second.job, model=second.model)
    second.work()
    assert sorted(second.done) == ids
    assert not MachineWork.objects.exists()  # nobody asks for the results of the first one any more


def test_rows_of_models_in_use_are_left_alone_and_rows_of_none_are_forgotten():
    ids, desk = images(3), Desk()
    heads = machine.classifier(make.policy())
    MachineWork.objects.create(image_id=ids[0], stage="score", model_version=heads, failed_at=timezone.now())
    MachineWork.objects.create(image_id=ids[1], stage="score", failed_at=timezone.now())  # of an earlier release
    MachineWork.objects.create(image_id=ids[1], stage="explain", failed_at=timezone.now())  # another job's to forget
    desk.work()
    assert sorted(desk.done) == ids
    left = MachineWork.objects.order_by("pk").values_list("image", "stage", "model_version")
    assert list(left) == [(ids[0], "score", heads.pk), (ids[1], "explain", None)]


DIES = """
import os, sys
import django; django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from labeling.models import Image, MachineWork
from labeling.services.machine_work import Job, work_on_next
from ml.models import ModelVersion
model = ModelVersion.objects.get()
done, kills = sys.argv[2], sys.argv[3]
def find(count):
    ids = Image.objects.exclude(pk__in=MachineWork.objects.values("image")).order_by("pk").values_list("pk", flat=True)
    return [pk for pk in ids if not os.path.exists(f"{done}/{pk}")][:count]
def compute(images, files):
    if kills in [image.sha256 for image in images]:
        os.kill(os.getpid(), 9)
    return files
def store(results):
    for image, _ in results:
        open(f"{done}/{image.pk}", "x")
while work_on_next(Job(stage="score", model=model, find=find, compute=compute, store=store), count=3):
    pass
"""


@pytest.mark.django_db(transaction=True)
def test_an_image_that_kills_its_worker_takes_no_other_along(tmp_path):
    ids = images(5)
    machine.embedder()
    (tmp_path / "done").mkdir()
    name, killer = connection.settings_dict["NAME"], Image.objects.get(pk=ids[1])
    command = [sys.executable, "-c", DIES, name, str(tmp_path / "done"), killer.sha256]
    environment = os.environ | {"STORAGE_OPTIONS": json.dumps({"location": str(tmp_path)})}
    deaths = 0
    while not MachineWork.objects.filter(failed_at__isnull=False).exists():
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert run.returncode in {0, -9}, run.stderr
        deaths += run.returncode == -9
        assert deaths <= machine_work.ATTEMPTS
        MachineWork.objects.update(started_at=timezone.now() - timedelta(minutes=1))  # somewhat later
    row = MachineWork.objects.get()
    assert (row.image_id, row.error, deaths) == (ids[1], machine_work.DIED, machine_work.ATTEMPTS)
    assert {int(path.name) for path in (tmp_path / "done").iterdir()} == set(ids) - {ids[1]}

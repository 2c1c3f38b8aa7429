import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from labeling.models import Image, QueueEntry
from moderation import tasks
from moderation.models import IncomingFile
from moderation.services import incoming
from tests import factories as make
from tests import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return make.source("shop", make.policy())


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"))
    return client


def send(client, source, *files):
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post("/upload/", {"source": source.pk if source else "", "files": uploads})


def test_uploaded_files_are_kept_and_workers_take_them_in(admin, source):
    response = send(admin, source, ("a.png", pictures.png()), ("b.jpg", pictures.text_called_jpg()))
    assert [file.state for file in IncomingFile.objects.all()] == ["waiting", "waiting"]
    assert tasks.ingest_incoming() == 2
    taken, failed = IncomingFile.objects.order_by("id")
    assert (taken.state, taken.image) == ("taken", Image.objects.get())
    assert (failed.state, failed.reason) == ("failed", "not_an_image")
    assert QueueEntry.objects.count() == 1
    page = admin.get(response.url).content.decode()
    assert "2 files: 1 taken, 1 not taken." in page
    assert "b.jpg" in page


def test_the_progress_asks_again_only_while_something_waits(admin, source):
    url = send(admin, source, ("a.png", pictures.png())).url
    assert "every 1s" in admin.get(url, headers={"HX-Request": "true"}).content.decode()
    tasks.ingest_incoming()
    assert "every 1s" not in admin.get(url, headers={"HX-Request": "true"}).content.decode()


def test_the_progress_takes_the_same_queries_for_many_files(admin, source, django_assert_num_queries):
    url = send(admin, source, *((f"{n}.jpg", b"no picture") for n in range(3))).url
    tasks.ingest_incoming()
    with django_assert_num_queries(4):
        admin.get(url)


def test_without_a_file_or_a_source_it_says_so(admin, source):
    assert "Choose at least one file." in admin.post("/upload/", {"source": source.pk}, follow=True).content.decode()
    page = admin.post("/upload/", {"source": "x", "files": [SimpleUploadedFile("a", b"a")]}, follow=True)
    assert "Choose a source." in page.content.decode()
    assert not IncomingFile.objects.exists()


def test_only_admins_upload_and_look(client, admin, source):
    url = send(admin, source, ("a.png", pictures.png())).url
    for role in ("labeler", "adjudicator"):
        client.force_login(make.person(role, role))
        assert client.get("/upload/").status_code == client.get(url).status_code == 403
        assert send(client, source, ("a.png", b"")).status_code == 403


def test_a_batch_that_nobody_uploaded_is_not_there(admin):
    assert admin.get(f"/upload/{uuid.uuid4()}/").status_code == 404


def test_a_failed_file_can_be_tried_again(admin, source):
    with override_settings(MAX_IMAGE_PIXELS=10):
        send(admin, source, ("a.png", pictures.png()))
        tasks.ingest_incoming()
    failed = IncomingFile.objects.get()
    assert failed.reason == "too_many_pixels"
    assert incoming.retry_incoming([failed.pk]) == 1
    assert incoming.retry_incoming([failed.pk]) == 0, "it is in line already"
    tasks.ingest_incoming()
    failed.refresh_from_db()
    assert (failed.state, failed.reason, failed.attempts) == ("taken", "", 2)


def test_failing_twice_under_one_name_is_one_failure(admin, source):
    for _ in range(2):
        send(admin, source, ("b.jpg", b"no picture"))
        tasks.ingest_incoming()
    assert IncomingFile.objects.filter(state="failed").count() == 1

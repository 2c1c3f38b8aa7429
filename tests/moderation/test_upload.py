import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from labeling.models import Image, QueueEntry
from moderation import tasks
from moderation.models import IncomingFile
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


def send(client, source, *files, **fields):
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post("/upload/", {"source": source.pk if source else "", "files": uploads} | fields)


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


def test_many_files_are_sent_in_portions_of_one_batch(admin, source):
    batch = str(uuid.uuid4())
    urls = {send(admin, source, (f"{n}.png", b"no picture"), batch=batch).url for n in range(3)}
    assert urls == {f"/upload/{batch}/"}
    assert "3 files:" in admin.get(urls.pop()).content.decode()


def test_a_portion_that_is_sent_again_because_its_answer_was_lost_counts_once(admin, source):
    batch = str(uuid.uuid4())
    for _ in range(2):
        send(admin, source, ("a.png", pictures.png()), ("b.png", b"no picture"), batch=batch)
    assert IncomingFile.objects.count() == 2


def test_two_files_of_one_name_are_two_arrivals(admin, source):
    send(admin, source, ("a.png", pictures.png((20, 30))), ("a.png", pictures.png((30, 20))))
    tasks.ingest_incoming()
    assert Image.objects.count() == 2


def test_a_file_over_the_limit_is_refused_at_once_and_not_kept(admin, source):
    with override_settings(MAX_IMAGE_BYTES=9):
        page = admin.get(send(admin, source, ("a.png", b"0123456789")).url).content.decode()
    assert "It has 10 bytes; at most 9 are taken." in page
    (failed,) = IncomingFile.objects.all()
    assert (failed.state, failed.storage_key, failed.uploaded_by.username) == ("failed", "", "admin")


def test_an_empty_file_is_refused_with_its_reason(admin, source):
    url = send(admin, source, ("a.png", b"")).url
    tasks.ingest_incoming()
    assert "The file is empty" in admin.get(url).content.decode()


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

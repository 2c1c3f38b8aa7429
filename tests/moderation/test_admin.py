"""Sources and failed files in the admin: the buttons that set work going."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from labeling.models import Policy, Source
from moderation.models import IncomingFile
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"), backend="labeling.access.RoleBackend")
    return client


@pytest.fixture
def sent(monkeypatch):
    """The tasks that were sent, instead of a broker."""
    found = []
    monkeypatch.setattr("celery.Task.apply_async", lambda task, ids=(), *_, **__: found.append((task.name, *ids)))
    return found


def act(client, address: str, action: str, *rows) -> list[str]:
    answer = client.post(reverse(address), {"action": action, "_selected_action": [row.pk for row in rows]})
    return [str(message) for message in get_messages(answer.wsgi_request)]


def failed(name: str, **fields) -> IncomingFile:
    known = {"state": "failed", "reason": "truncated", "detail": "It ends too early.", "attempts": 1}
    return IncomingFile.objects.create(source=make.source(), name=name, external_id=name, **known | fields)


def test_queueing_a_source_wakes_the_task_for_each(admin, sent, django_capture_on_commit_callbacks):
    shop, other = make.source("shop"), make.source("other")
    make.source("third")
    with django_capture_on_commit_callbacks(execute=True):
        act(admin, "admin:labeling_source_changelist", "queue_images", shop, other)
    assert sorted(sent) == sorted(("moderation.tasks.route_source", each.pk) for each in (shop, other))


def test_a_source_asks_only_what_has_a_guideline(admin):
    source, ready = make.source("shop"), make.policy()
    unready = Policy.objects.create(slug="new", name="New", question="?")
    address = reverse("admin:labeling_source_change", args=[source.pk])
    text = admin.post(address, {"policies": [ready.pk, unready.pk]}).content.decode()
    assert "Publish a guideline first for: New" in text
    assert admin.post(address, {"policies": [ready.pk]}).status_code == 302
    assert list(source.policies.all()) == [ready]


def test_a_source_keeps_the_name_that_imports_call_it_by(admin):
    source = make.source("shop")
    admin.post(reverse("admin:labeling_source_change", args=[source.pk]), {"name": "market", "demo": "on"})
    assert list(Source.objects.values_list("name", "demo")) == [("shop", True)]


def test_the_list_shows_what_failed_and_why(admin):
    failed("a.jpg")
    failed("b.jpg", state="waiting")
    text = admin.get(reverse("admin:moderation_failedfile_changelist")).content.decode()
    assert "a.jpg" in text
    assert "The file is cut short" in text
    assert "b.jpg" not in text
    for reason, count in (("truncated", 1), ("empty", 0)):
        page = admin.get(reverse("admin:moderation_failedfile_changelist"), {"reason": reason})
        assert page.context["cl"].result_count == count


def test_a_retry_puts_the_kept_files_back_in_line(admin, sent, django_capture_on_commit_callbacks):
    kept, lost = failed("a.jpg", storage_key="incoming/a"), failed("b.jpg")
    with django_capture_on_commit_callbacks(execute=True):
        said = act(admin, "admin:moderation_failedfile_changelist", "retry", kept, lost)
    assert said == ["1 file is tried again.", "1 was not kept; send it again."]
    assert dict(IncomingFile.objects.values_list("name", "state")) == {"a.jpg": "waiting", "b.jpg": "failed"}
    assert [name for name, *_ in sent] == ["moderation.tasks.ingest_incoming"]


def test_failed_files_are_changed_by_nothing_else(client):
    client.force_login(make.Person.objects.create_superuser("root"), backend="labeling.access.RoleBackend")
    file = failed("a.jpg")
    for what in ("change", "delete"):
        address = reverse(f"admin:moderation_failedfile_{what}", args=[file.pk])
        assert client.post(address, {"post": "yes", "state": "taken"}).status_code == 403

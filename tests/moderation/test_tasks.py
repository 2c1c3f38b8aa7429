import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from labeling import clock
from labeling import tasks as labeling_tasks
from labeling.models import QueueEntry
from labeling.services.leases import LEASE, claim_next
from moderation import tasks
from moderation.celery import app
from moderation.services import incoming
from tests import factories as make
from tests import pictures

pytestmark = pytest.mark.django_db


def test_a_source_is_routed_in_portions_until_its_end(eager, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(tasks, "PORTION", 2)
    source = make.source("shop")
    for n in range(5):
        make.image(f"{n}", of=source)
    make.image("elsewhere", of=make.source("other"))
    source.policies.add(make.policy())
    with django_capture_on_commit_callbacks(execute=True):
        tasks.route_source(source.pk)
    assert QueueEntry.objects.count() == 5


def test_a_policy_is_settled_in_portions_until_its_end(eager, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(labeling_tasks, "PORTION", 2)
    policy = make.policy(required_opinions=2, slice_opinions=2)
    for n in range(5):
        make.queued(f"{n}", policy)
        make.label_next(make.person(f"p{n}", "labeler"), policy)
    policy.required_opinions = policy.slice_opinions = 1
    policy.save()
    with django_capture_on_commit_callbacks(execute=True):
        labeling_tasks.settle_policy(policy.pk)
    decided = policy.decisions.count()
    assert decided == policy.labels.values("image").distinct().count()
    assert policy.entries.filter(state="open", purpose="second").count() == 0


def test_waiting_files_are_taken_in_for_a_while_and_the_rest_by_a_further_message(
    eager, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(tasks, "INGEST_S", -1)
    monkeypatch.setattr("labeling.services.scoring.score_next", lambda: 0)  # networks have tests of their own
    source, admin = make.source("shop"), make.person("admin", "admin")
    for n in range(3):
        file = ContentFile(pictures.png((20 + n, 20)), f"{n}.png")
        incoming.add_upload(source=source, file=file, batch=uuid.uuid4(), person=admin)
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.ingest_incoming() == 1
    assert source.arrivals.count() == 3


def test_the_sweep_is_a_task():
    policy = make.policy()
    make.queued("a", policy)
    claim_next(person=make.person("lena", "labeler"), policy_id=policy.pk, page="00000000-0000-0000-0000-000000000001")
    with clock.at(timezone.now() + LEASE + timedelta(seconds=1)):
        assert labeling_tasks.expire_leases() == 1


def test_what_the_clock_sends_exists():
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"], "while workers are away, messages pile up"


def test_a_message_is_given_on_only_after_its_holder_was_stopped():
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit
    assert app.conf.task_time_limit < app.conf.broker_transport_options["visibility_timeout"]
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost

"""Retention: what every source has kept long enough is erased, but for what still works for people."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from labeling import clock
from labeling.models import (
    DecisionWithdrawal,
    Erasure,
    Exemplar,
    Guideline,
    Image,
    PeopleDecision,
    PolicyVersion,
    QueueEntry,
    Source,
)
from labeling.services.gold import make_gold, withdraw_gold
from labeling.services.images import record_known_arrival
from labeling.services.undoing import withdraw_label
from moderation import tasks
from moderation.models import BankEntry, IncomingFile
from moderation.selectors.erasing import outlived
from moderation.services import retention
from tests import factories as make
from tests.labeling.erased import left, use_storage

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    use_storage(settings, tmp_path)
    return tmp_path


@pytest.fixture
def month():
    """A source that keeps images for thirty days."""
    return source("month", 30)


def source(name, days):
    return Source.objects.create(name=name, retention_days=days)


def came_in(name, of, *, day=0):
    with clock.at(START + day * DAY):
        return make.image(name, of=of)


def again(image, of, *, day=0):
    with clock.at(START + day * DAY):
        record_known_arrival(source=of, image=image, external_id=f"again {day}", received_at=clock.now())


def erased_on(day):
    """Let the clock erase what has run out by that day, and return all that is erased."""
    with clock.at(START + day * DAY):
        while retention.erase_outlived(count=2):
            pass
    return set(Image.objects.filter(erased_at__isnull=False))


def test_an_image_is_erased_when_its_days_are_over(month):
    image = came_in("a", month)
    assert erased_on(29.9) == set()
    assert erased_on(30) == {image}
    record = Erasure.objects.get()
    assert (record.erased_by, record.why, record.erased_at) == (None, "retention", START + 30 * DAY)


def test_the_days_count_from_when_it_came_in_here_and_not_from_what_its_sender_says(month):
    with clock.at(START):
        image = make.image("a", of=month)
        record_known_arrival(source=month, image=image, external_id="old", received_at=START - 400 * DAY)
        record_known_arrival(source=month, image=image, external_id="to come", received_at=START + 400 * DAY)
    assert erased_on(29) == set()
    assert erased_on(30) == {image}


def test_each_source_has_its_own_days_and_none_means_for_ever(month):
    week, ever = source("week", 7), source("ever", None)
    images = [came_in(each.name, each) for each in (week, month, ever)]
    assert erased_on(7) == {images[0]}
    assert erased_on(30) == set(images[:2])
    assert erased_on(30_000) == set(images[:2])


def test_what_came_in_elsewhere_stays_until_the_last_has_run_out(month):
    longer, ever = source("longer", 90), source("ever", None)
    both, kept = came_in("both", month), came_in("kept", month)
    again(both, longer, day=5)
    again(kept, ever)
    assert erased_on(94) == set()
    assert erased_on(95) == {both}


def test_what_comes_in_again_is_kept_anew(month):
    image = came_in("a", month)
    again(image, month, day=20)
    assert erased_on(49) == set()
    assert erased_on(50) == {image}


def test_a_source_that_is_given_days_later_lets_go_of_what_is_older(month):
    ever = source("ever", None)
    image = came_in("a", ever)
    assert erased_on(100) == set()
    Source.objects.filter(pk=ever.pk).update(retention_days=50)
    assert erased_on(100) == {image}


def test_nobody_is_asked_about_what_has_run_out(month):
    policy = make.policy()
    with clock.at(START):
        image = make.image("a", of=month)
        make.queue_image(image=image, policy=policy)
    erased_on(30)
    assert not QueueEntry.objects.filter(state="open").exists()


# What still works for people


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def settled(policy, month):
    """An adjudicated image whose days are over on day 30."""
    with clock.at(START):
        image = make.image("settled", of=month)
        make.queue_image(image=image, policy=policy)
        return make.adjudicated(image, policy, "safe", by=make.person("ada", "adjudicator"))


def test_standing_gold_is_kept_and_goes_when_it_is_withdrawn(settled):
    with clock.at(START):
        gold = make_gold(adjudication=settled, person=settled.adjudicator)
    assert erased_on(100) == set()
    withdraw_gold(gold=gold, person=settled.adjudicator)
    assert erased_on(101) == {settled.image}


def test_exemplars_are_kept_while_the_latest_guideline_shows_them(settled, policy):
    shown = Guideline.objects.create(version=policy.versions.get(), category=settled.category, text="Safe is this.")
    Exemplar.objects.create(guideline=shown, image=settled.image)
    assert erased_on(100) == set()
    PolicyVersion.objects.create(policy=policy, number=2, kind="editorial", published_at=START + 100 * DAY)
    assert erased_on(101) == {settled.image}


def in_bank(settled):
    decision = PeopleDecision.objects.get(adjudication=settled)
    return BankEntry.objects.create(policy=settled.policy, image=settled.image, kind="benign", decision=decision)


def test_a_bank_entry_is_kept_also_when_it_is_held_back_and_goes_when_it_is_disabled(settled):
    entry = in_bank(settled)
    assert erased_on(100) == set()
    BankEntry.objects.update(held_at=START)
    assert erased_on(100) == set()
    BankEntry.objects.update(disabled_at=START)
    assert erased_on(100) == {settled.image}
    entry.refresh_from_db()
    assert entry.image == settled.image


def test_a_bank_entry_whose_decision_was_taken_back_is_not_kept(settled):
    DecisionWithdrawal.objects.create(decision=in_bank(settled).decision, cause="tests")
    assert erased_on(100) == {settled.image}


def test_a_label_taken_back_after_it_is_stored_and_opens_nothing(policy, month):
    with clock.at(START):
        image = make.image("a", of=month)
        make.queue_image(image=image, policy=policy)
        lena = make.person("lena", "labeler")
        label = make.label_next(lena, policy)
    assert erased_on(30) == {image}
    assert withdraw_label(person=lena, label_id=label.pk) is None
    assert not PeopleDecision.objects.filter(withdrawal=None).exists()


# Refused files


def refused(of, name, *, day=0, state="failed"):
    key = default_storage.save(f"incoming/{name}", ContentFile(b"bytes"))
    at = START + day * DAY
    return IncomingFile.objects.create(
        source=of, name=name, external_id=name, state=state, reason="truncated", storage_key=key, changed_at=at
    )


def test_refused_files_lose_their_bytes_and_keep_name_and_reason(month, folder):
    old, waits = refused(month, "old.jpg"), refused(month, "waits.jpg", state="waiting")
    refused(month, "new.jpg", day=5)
    refused(source("ever", None), "kept.jpg")
    erased_on(30)
    tasks.delete_files()
    assert left(folder) == ["incoming/kept.jpg", "incoming/new.jpg", "incoming/waits.jpg"]
    old.refresh_from_db()
    assert (old.storage_key, old.state, old.name, old.reason) == ("", "failed", "old.jpg", "truncated")
    waits.refresh_from_db()
    assert waits.storage_key == "incoming/waits.jpg"


# The task and the query


def test_the_task_erases_in_portions_until_nothing_is_left(
    month, eager, monkeypatch, folder, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    monkeypatch.setattr("labeling.tasks.PORTION_S", -1)  # each portion sends a message for the next
    for n in range(5):
        image = came_in(f"{n}", month)
        default_storage.save(image.view_key, ContentFile(b"bytes"))
    with clock.at(START + 30 * DAY), django_capture_on_commit_callbacks(execute=True):
        tasks.erase_outlived()
    assert Erasure.objects.count() == 5
    assert left(folder) == []


def test_without_any_retention_nothing_is_looked_through():
    came_in("a", source("ever", None))
    with CaptureQueriesContext(connection) as queries:
        assert not outlived().exists()
    assert len(queries) == 1
    assert "labeling_source" in queries[0]["sql"]


def test_what_is_erased_is_looked_at_no_more(month):
    came_in("a", month)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = outlived()[:100].explain()
    assert re.search(r"Index Scan using image_kept", plan), plan


@pytest.mark.parametrize("days", [0, 36_501])
def test_days_are_at_least_one_and_no_more_than_a_moment_can_be_named_for(month, days):
    month.retention_days = days
    with pytest.raises(ValidationError):
        month.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        month.save()


def test_the_longest_retention_can_be_counted(month):
    Source.objects.update(retention_days=36_500)
    image = came_in("a", month)
    assert erased_on(36_499) == set()
    assert erased_on(36_500) == {image}

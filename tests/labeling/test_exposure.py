"""What a person has seen of harmful images is counted for them alone; a break is suggested once a stretch of work."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from auditlog.models import LogEntry
from django.utils import timezone

from labeling import clock
from labeling.help import Used
from labeling.models import Label
from labeling.rest import duration, suggestion
from labeling.selectors.exposure import harm_by_day, stretch_of
from labeling.services import adjudication
from labeling.services.labels import Answer, submit_label
from labeling.services.leases import claim_next
from labeling.services.undoing import withdraw_label
from tests import factories as make

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def policy():
    made = make.policy()
    for n in range(80):
        make.queued(f"{n}", made)
    return made


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


def look(who, policy, at, seconds=0, key="harmful"):
    """Answer the next image at this moment, after a look of so long."""
    looked = timedelta(seconds=seconds)
    with clock.at(at - looked):
        lease = claim_next(person=who, policy_id=policy.pk, page=uuid.uuid4())
    with clock.at(at):
        answer = Answer("category", key, looked=looked, used=Used())
        return submit_label(person=who, assignment_id=lease.assignment_id, answer=answer)


def stretch(who, at):
    with clock.at(at):
        return stretch_of(who)


def test_a_stretch_begins_after_the_last_pause(policy, lena):
    other = make.person("other", "labeler")
    look(lena, policy, NOON, 50)
    look(other, policy, NOON + timedelta(minutes=12), 59)
    for minute, seconds in [(20, 10), (25, 20), (34, 30)]:
        look(lena, policy, NOON + timedelta(minutes=minute), seconds)
    found = stretch(lena, NOON + timedelta(minutes=36))
    assert (found.began, found.lasted) == (NOON + timedelta(minutes=20), timedelta(minutes=14))
    assert found.harm == timedelta(seconds=60)
    assert not found.wants_rest


def test_who_pauses_is_in_no_stretch(policy, lena):
    assert stretch(lena, NOON) is None
    look(lena, policy, NOON)
    assert stretch(lena, NOON + timedelta(minutes=9)) is not None
    assert stretch(lena, NOON + timedelta(minutes=10)) is None


def test_five_minutes_of_harmful_images_want_a_rest(policy, lena):
    for minute in range(6):
        assert not (minute and stretch(lena, NOON + timedelta(minutes=minute)).wants_rest)
        look(lena, policy, NOON + timedelta(minutes=minute), 50)
    found = stretch(lena, NOON + timedelta(minutes=6))
    assert found.wants_rest
    assert suggestion(found) == (
        "You have looked at harmful images for 5 minutes since your last pause. A short break now?"
    )


def test_an_image_that_stood_there_through_the_pause_wants_no_rest_after_it(policy, lena):
    look(lena, policy, NOON, 50)
    look(lena, policy, NOON + timedelta(hours=1), 59 * 60)
    found = stretch(lena, NOON + timedelta(hours=1, seconds=1))
    assert (found.lasted, found.harm, found.wants_rest) == (timedelta(), timedelta(), False)
    look(lena, policy, NOON + timedelta(hours=1, minutes=2), 50)
    assert stretch(lena, NOON + timedelta(hours=1, minutes=2)).harm == timedelta(seconds=50)


def test_an_hour_of_work_wants_a_rest_whatever_it_showed(policy, lena):
    for minute in range(0, 61, 6):
        look(lena, policy, NOON + timedelta(minutes=minute), 20, key="safe")
        assert stretch(lena, NOON + timedelta(minutes=minute)).wants_rest == (minute == 60)
    found = stretch(lena, NOON + timedelta(minutes=61))
    assert found.harm == timedelta()
    assert suggestion(found) == "You have worked for 60 minutes without a pause. A short break now?"


def test_days_count_what_was_seen_also_of_labels_taken_back(policy, lena):
    look(lena, policy, NOON - timedelta(days=8), 50)
    look(lena, policy, NOON - timedelta(days=6), 7)
    look(lena, policy, NOON - timedelta(minutes=1), 9, key="safe")
    label = look(lena, policy, NOON, 11)
    with clock.at(NOON):
        withdraw_label(person=lena, label_id=label.pk)
        days = harm_by_day(lena)
    assert list(days) == [(NOON - timedelta(days=back)).date() for back in range(6, -1, -1)]
    assert [time.total_seconds() for time in days.values()] == [7, 0, 0, 0, 0, 0, 11]


def settled(policy, ada, category, plain):
    """Ada settles the next case a minute after her blind answer, of which she says that she saw it for so long."""
    case = adjudication.open_case(person=ada, policy=policy, page=uuid.uuid4())
    with clock.at(NOON):
        adjudication.judge_blind(person=ada, assignment_id=case.pk, answer=Answer("unsure"))
    with clock.at(NOON + timedelta(minutes=1)):
        return adjudication.settle_case(
            person=ada, assignment_id=case.pk, category=category, cause="gap", reason="Tests.", plain=plain
        )


@pytest.mark.parametrize(
    ("category", "plain", "counted"),
    [("harmful", 40, 40), ("harmful", 900, 60), ("harmful", 0, 0), ("low", 40, 0)],
)
def test_what_was_seen_while_a_case_was_settled_counts(lena, category, plain, counted):
    disputed = make.policy("disputed")
    with clock.at(NOON - timedelta(minutes=5)):
        make.queued("disputed", disputed)
        make.label_next(lena, disputed, "unsure")
        ada = make.person("ada", "adjudicator")
    with clock.at(NOON - timedelta(minutes=1)):
        made = settled(disputed, ada, category, timedelta(seconds=plain))
    assert made.exposure_ms == counted * 1000
    assert "exposure_ms" not in LogEntry.objects.get_for_object(made).get().changes_dict
    now = NOON + timedelta(minutes=2)
    found = stretch(ada, now)
    assert (found.began, found.lasted) == (NOON, timedelta(minutes=1))
    assert found.harm == timedelta(seconds=counted)
    with clock.at(now):
        assert list(harm_by_day(ada).values())[-1] == timedelta(seconds=counted)
        assert stretch_of(lena).harm == timedelta()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 seconds"), (1, "1 second"), (119, "119 seconds"), (130, "2 minutes")]
)
def test_durations_are_said_as_people_say_them(seconds, words):
    assert duration(timedelta(seconds=seconds)) == words


def renew(client, policy):
    return client.post(f"/label/{policy.slug}/renew", {"page": uuid.uuid4()}, headers={"HX-Request": "true"}).json()


def test_a_break_is_suggested_once_in_a_stretch(client, policy, lena):
    client.force_login(lena)
    now = timezone.now()
    assert renew(client, policy) == {"held": []}
    for minute in range(6):
        look(lena, policy, now - timedelta(minutes=6 - minute), 55)
    assert renew(client, policy)["rest"].startswith("You have looked at harmful images for 5 minutes")
    assert renew(client, policy) == {"held": []}
    later = now + timedelta(minutes=30)
    for minute in range(6):
        look(lena, policy, later - timedelta(minutes=6 - minute), 55)
    with clock.at(later):
        assert "rest" in renew(client, policy)


def test_nobody_else_sees_the_figures(client, policy, lena):
    label = look(lena, policy, timezone.now(), 54.321)
    assert Label.objects.get(pk=label.pk).exposure_ms == 54321
    client.force_login(make.person("boss", "labeler", "adjudicator", "admin"))
    for path in (
        "/admin/labeling/label/",
        f"/admin/labeling/label/{label.pk}/change/",
        f"/admin/labeling/person/{lena.pk}/change/",
        "/admin/labeling/person/",
        "/me/",
    ):
        page = client.get(path)
        assert page.status_code == 200
        found = [figure for figure in ("54321", "54 seconds", "exposure_ms") if figure in page.content.decode()]
        assert (path, found) == (path, [])

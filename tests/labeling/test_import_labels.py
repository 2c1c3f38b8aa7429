"""Labels from elsewhere: taken line by line, counted like labels that were given here, and never twice."""

import os
import signal
import uuid
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError
from django.utils import timezone

from labeling import clock
from labeling.models import (
    Label,
    LabelWithdrawal,
    PeopleDecision,
    Person,
    PolicyVersion,
)
from labeling.services import outside, queueing
from labeling.services.labels import submit_label
from labeling.services.leases import claim_next
from tests import factories as make
from tests.labeling.expected_queue import rebuild
from tests.labeling.outside import current, entry, lines_in, numbers, run, two_must_agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return two_must_agree()


@pytest.fixture
def file(tmp_path):
    return lines_in(tmp_path)


def test_they_settle_images_as_labels_that_were_given_here_do(policy, file):
    said = run(file("a,ann,safe", "a,bob,safe", "b,ann,safe", "b,bob,harmful", "c,ann,unsure"))
    assert numbers(said) == [5, 5, 0, 0]
    assert (current("a").category.key, current("a").opinions) == ("safe", 2)
    assert [entry(policy, "b").why, entry(policy, "c").why] == ["conflict", "unsure"]
    assert entry(policy, "a") is None
    assert sorted(rebuild(policy)) == stored(policy)
    ann, bob = Label.objects.filter(image=make.image("a")).order_by("id")
    assert (ann.purpose, bob.purpose, ann.assignment) == ("first", "second", None)


def stored(policy):
    found = make.open_entries(policy)
    return sorted(
        (e.image_id, e.purpose, e.why, e.asked_after_id or 0, e.strategy, e.priority, 0, e.inclusion_probability)
        for e in found
    )


def test_one_opinion_is_wanted_after_an_imported_one(policy, file):
    run(file("a,ann,safe"))
    assert entry(policy, "a").purpose == "second"
    lena = make.person("lena", "labeler")
    lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    submit_label(
        person=Person.objects.get(username="lena"),
        assignment_id=lease.assignment_id,
        answer=make.answer(policy, "safe"),
    )
    assert current("a").opinions == 2


def test_an_open_entry_of_the_queue_is_closed(policy, file):
    queueing.queue_image(image=make.image("a"), policy=policy)
    assert entry(policy, "a").purpose == "first"
    run(file("a,ann,safe", "a,bob,safe"))
    assert entry(policy, "a") is None


def test_a_decision_made_here_is_taken_back_by_an_opinion_that_disagrees(file):
    policy = make.policy()
    make.source("shop", policy)
    make.queued("a", policy)
    make.label_next(make.person("lena", "labeler"), policy, "safe")
    run(file("a,ann,harmful"))
    assert current("a") is None
    assert entry(policy, "a").why == "conflict"
    assert Label.objects.get(labeler__username="shop:ann").purpose == "second"


def test_people_from_elsewhere_cannot_log_in_and_clash_with_nobody(policy, file):
    ann = make.person("ann", "labeler")
    run(file("a,ann,safe", "b,ann,safe"))
    elsewhere = Person.objects.get(username="shop:ann")
    assert not elsewhere.is_active
    assert not elsewhere.has_usable_password()
    assert not elsewhere.groups.exists()
    assert (ann.labels.count(), elsewhere.labels.count()) == (0, 2)
    with pytest.raises(Exception, match="valid username"):
        elsewhere.full_clean()  # no form can make such a login


def test_an_item_may_be_named_by_its_digest(policy, file):
    digest = make.image("a").sha256
    assert numbers(run(file(f"{digest},ann,safe", f"{digest.upper()},bob,safe"))) == [2, 2, 0, 0]
    assert current("a").opinions == 2


def test_what_cannot_be_taken_is_listed_with_line_and_reason_and_the_rest_is_taken(policy, file):
    other = make.image("theirs", of=make.source("other"))
    same_name = make.image("d")
    make.image("e")
    outside_name = same_name.arrivals.get().external_id
    make.image("a").arrivals.create(source=make.source(), external_id=outside_name, received_at=timezone.now())
    make.person("shop:eve")
    said = run(
        file(
            "a,ann,safe,,",
            "nowhere,ann,safe,,",
            "theirs,ann,safe,,",
            f"{other.sha256},ann,safe,,",
            "d,ann,safe,,",
            "b,ann,sfae,,",
            "b,bob,safe,yesterday,",
            "b,cid,safe,2999-01-01,",
            "b,dan,cannot_judge,,tired",
            "b,,safe,,",
            "b,bob",
            "b,eve,safe,,",
            f"b,{'x' * 91},safe,,",
            "b,zero\0,safe,,",
            "c,ann,safe,,",
            header="item,labeler,label,decided_at,reason",
        )
    )
    assert numbers(said) == [15, 2, 0, 13]
    for expected in (
        "line 3 of labels.csv not taken: The source shop has sent no image called 'nowhere'.",
        "line 4 of labels.csv not taken: The source shop has sent no image called 'theirs'.",
        f"line 5 of labels.csv not taken: The source shop has sent no image called '{other.sha256}'.",
        "line 6 of labels.csv not taken: 2 images of the source shop are called 'd': name one by its SHA-256.",
        "line 7 of labels.csv not taken: 'sfae' is none of unsure, cannot_judge, safe, low, harmful.",
        "line 8 of labels.csv not taken: decided_at 'yesterday' is no ISO 8601 time.",
        "line 9 of labels.csv not taken: decided_at '2999-01-01' has not come yet.",
        "line 10 of labels.csv not taken: 'tired' is no reason",
        "line 11 of labels.csv not taken: There is no labeler.",
        "line 12 of labels.csv not taken: It does not have the columns of the first line.",
        "line 13 of labels.csv not taken: 'shop:eve' can log in here",
        "line 14 of labels.csv not taken: The labeler's name has over 90 characters.",
        "line 15 of labels.csv not taken: It has a NUL character.",
    ):
        assert expected in said


def test_columns_that_mean_nothing_are_named(policy, file):
    said = run(file("a,1.5,ann,safe", header="item,seconds,labeler,label"))
    assert "Columns of labels.csv that mean nothing here: seconds." in said
    assert numbers(said) == [1, 1, 0, 0]


def test_times_name_the_guideline_that_held(policy, file):
    published = datetime(2026, 3, 1, tzinfo=UTC)
    PolicyVersion.objects.create(policy=policy, number=2, kind="editorial", published_at=published)
    run(
        file(
            "a,ann,safe,2026-02-01T12:00:00+02:00",
            "b,ann,safe,2026-04-01",
            "c,ann,safe,1999-01-01",
            "c,bob,safe,",
            header="item,labeler,label,decided_at",
        )
    )
    labels = list(Label.objects.order_by("id"))
    assert labels[0].decided_at == labels[0].shown_at == datetime(2026, 2, 1, 10, tzinfo=UTC)
    assert [label.policy_version.number for label in labels] == [1, 2, 1, 2]
    assert timezone.now() - labels[3].decided_at < timedelta(minutes=1)


def test_who_cannot_judge_says_why_or_that_they_cannot_see_it(policy, file):
    run(file("a,ann,cannot_judge,distress", "a,bob,cannot_judge,", header="item,labeler,label,reason"))
    assert list(Label.objects.order_by("id").values_list("reason", flat=True)) == ["distress", "unreadable"]
    assert entry(policy, "a").why == "cannot_judge"


def test_the_same_person_again_is_a_repeat_and_no_further_opinion(policy, file):
    said = run(file("a,ann,safe", "a,ann,harmful", "a,ann,safe", "a,bob,safe"))
    assert numbers(said) == [4, 4, 0, 0]
    found = Label.objects.filter(labeler__username="shop:ann").order_by("id")
    assert list(found.values_list("purpose", "round")) == [("first", 1), ("repeat", 1), ("repeat", 2)]
    assert current("a").opinions == 2


def test_run_again_it_changes_nothing_and_what_was_added_is_taken(policy, file):
    lines = ["a,ann,safe", "a,ann,safe", "a,bob,safe", "b,ann,unsure"]
    run(file(*lines))
    before = Label.objects.count(), PeopleDecision.objects.count(), Person.objects.count()
    assert numbers(run(file(*lines))) == [4, 0, 4, 0]
    assert (Label.objects.count(), PeopleDecision.objects.count(), Person.objects.count()) == before
    assert numbers(run(file(*lines, "a,ann,harmful", "c,ann,safe"))) == [6, 2, 4, 0]


def test_another_answer_than_the_one_imported_before_is_listed(policy, file):
    run(file("a,ann,safe"))
    said = run(file("a,ann,harmful"))
    assert numbers(said) == [1, 0, 0, 1]
    assert "line 2 of labels.csv not taken: It was imported before as 'safe'" in said


def test_a_line_that_is_put_right_later_takes_its_own_place(policy, file):
    run(file("a,ann,sfae", "a,ann,harmful"))
    assert Label.objects.get().purpose == "repeat"
    assert numbers(run(file("a,ann,safe", "a,ann,harmful"))) == [2, 1, 1, 0]
    assert Label.objects.get(purpose="first").category.key == "safe"


def test_what_was_taken_back_here_does_not_come_again(policy, file):
    run(file("a,ann,safe"))
    LabelWithdrawal.objects.create(label=Label.objects.get(), cause="tests")
    assert numbers(run(file("a,ann,safe"))) == [1, 0, 1, 0]


def test_ended_in_the_middle_whole_portions_are_there_and_it_goes_on(policy, file, monkeypatch):
    monkeypatch.setattr(outside, "PORTION", 2)
    settle, settled = queueing.settle, []

    def fail_at_the_third(case):
        settled.append(case)
        if len(settled) == 3:
            raise ConnectionError("away")
        settle(case)

    monkeypatch.setattr(queueing, "settle", fail_at_the_third)
    path = file("a,ann,safe", "b,ann,safe", "c,ann,safe", "a,bob,safe")
    out = StringIO()
    with pytest.raises(CommandError, match="Run the same command again"):
        run(path, stdout=out)
    assert numbers(out.getvalue()) == [2, 2, 0, 0]
    assert Label.objects.count() == 2
    assert sorted(rebuild(policy)) == stored(policy)
    monkeypatch.setattr(queueing, "settle", settle)
    assert numbers(run(path)) == [4, 2, 2, 0]
    assert current("a").opinions == 2


def test_stopped_it_ends_after_the_portion_in_hand(policy, file, monkeypatch):
    monkeypatch.setattr(outside, "PORTION", 1)
    settle = queueing.settle

    def interrupted(case):
        os.kill(os.getpid(), signal.SIGINT)
        settle(case)

    monkeypatch.setattr(queueing, "settle", interrupted)
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        run(file("a,ann,safe", "b,ann,safe"), stdout=out)
    assert stopped.value.code == 130
    assert numbers(out.getvalue()) == [1, 1, 0, 0]
    assert "Stopped. Run the same command again" in out.getvalue()


def test_time_is_that_of_the_clock(policy, file):
    moment = timezone.now() - timedelta(days=30)
    with clock.at(moment):
        run(file("a,ann,safe", "a,bob,safe"))
    assert set(Label.objects.values_list("decided_at", "recorded_at")) == {(moment, moment)}
    assert current("a").decided_at == moment

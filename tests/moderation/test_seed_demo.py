"""The demo: what it fills in, that it goes on where it was, and that people come first."""

import itertools
import json
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from labeling import clock
from labeling.models import (
    Adjudication,
    AgreementStat,
    Arrival,
    Assignment,
    Embedding,
    Image,
    Label,
    PeopleDecision,
    Person,
    PolicyVersion,
    Prediction,
    QueueEntry,
    Source,
)
from labeling.selectors import filling as selector
from labeling.services.leases import claim_next
from ml.models import ModelVersion
from moderation import drawing, embedded
from moderation.services.demo import filling, machines, people, plan, policy
from moderation.services.demo.truths import Truths
from tests import factories as make

pytestmark = pytest.mark.django_db
PICTURES = 60
draw_once = cache(drawing.draw)


@pytest.fixture(autouse=True)
def small_demo(monkeypatch, settings, tmp_path):
    settings.DEMO_PICTURES = PICTURES
    settings.DATA_DIR = tmp_path
    monkeypatch.setenv("DATABASE_URL", embedded.database_url(tmp_path))
    # More of everything that is rare, so that a small demo has it.
    monkeypatch.setattr(plan, "LATE", 0.4)
    monkeypatch.setattr(plan, "REPEATED", 0.9)
    monkeypatch.setattr(drawing, "WORTH_PROCESSES", 1000)
    monkeypatch.setattr(drawing, "draw", draw_once)


@pytest.fixture
def no_machines(monkeypatch):
    """The networks have a test of their own."""
    monkeypatch.setattr(machines, "score_all", lambda: iter([]))
    monkeypatch.setattr(machines, "train_first", lambda policy: "no model")


def seed(**options):
    out = StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


def play(steps=None):
    made = policy.make_policy()
    planned = plan.make(pictures=PICTURES, end=policy.history_end(made))
    return list(itertools.islice(filling.fill(policy=made, plan=planned), steps))


def facts():
    """What a demo is made of, without numbers that the database gives."""
    labels = Label.objects.values_list(
        "labeler__username", "image__arrivals__external_id", "purpose", "verdict", "category__key", "reason"
    )
    entries = QueueEntry.objects.values_list("image__arrivals__external_id", "purpose", "state", "why")
    return Counter(labels), Counter(entries), Arrival.objects.count(), PeopleDecision.objects.count()


def test_people_can_begin_before_anything_else_is_there(monkeypatch, rf, no_machines):
    states = []

    def fill(**arguments):
        for now in filling_in(**arguments):
            states.append((now, QueueEntry.objects.filter(policy__slug="risky-things", state="open").count()))
            yield now

    filling_in = filling.fill
    monkeypatch.setattr(filling, "fill", fill)
    seed()
    assert states[plan.FIRST - 1] == (filling.Progress(plan.FIRST, 0), plan.FIRST)
    newest = Arrival.objects.order_by("-received_at")[: plan.FIRST]
    assert {each.pk for each in newest} == set(
        Arrival.objects.order_by("pk").values_list("pk", flat=True)[: plan.FIRST]
    )


def test_it_makes_a_policy_with_two_versions_and_people_with_roles(rf, settings, no_machines):
    settings.DEMO_PICTURES = 2
    seed()
    assert [version.guidelines.count() for version in PolicyVersion.objects.all()] == [3, 3]
    assert Source.objects.get().demo
    assert authenticate(rf.post("/login/"), username="lena", password=people.PASSWORD)
    roles = set(Person.objects.filter(simulated=False).values_list("groups__name", flat=True))
    assert roles == {"labeler", "adjudicator", "admin"}


def test_the_whole_is_a_third_judged_over_weeks_by_people_who_cannot_log_in(rf, no_machines):
    assert "Demo complete." in seed()
    assert Arrival.objects.count() == Image.objects.count() == PICTURES
    judged = Label.objects.values("image").distinct().count()
    assert judged == PICTURES // 3
    assert set(Label.objects.values_list("labeler__simulated", flat=True)) == {True}
    simulated = Person.objects.filter(simulated=True)
    assert simulated.filter(groups__name="labeler").count() == 4
    assert simulated.filter(groups__name="adjudicator").count() == 1
    assert not any(person.has_usable_password() for person in simulated)
    assert authenticate(rf.post("/login/"), username="sim-anna", password="") is None
    times = sorted(Label.objects.values_list("decided_at", flat=True))
    assert times[-1] - times[0] > timedelta(weeks=3)
    assert times[-1] < timezone.now()


def test_an_adjudicator_has_settled_part_of_what_was_in_dispute_and_agreement_was_measured(
    no_machines, monkeypatch, settings
):
    settings.DEMO_PICTURES = 120
    monkeypatch.setattr(plan, "JUDGED_IN", 1)
    seed()
    made = Adjudication.objects.all()
    assert {each.cause for each in made} <= {"gap", "edge", "slip"}
    assert all(each.decision.category_id == each.category_id == each.blind.category_id for each in made)
    assert all(each.gold for each in made if each.cause == "slip")
    assert made  # how many are left open is chance: see the plan's test
    assert len({each.date() for each in AgreementStat.objects.values_list("computed_at", flat=True)}) > 1


def test_labels_are_as_if_people_had_given_them_then(no_machines):
    seed()
    assert not Label.objects.filter(recorded_at__lt=F("decided_at")).exists()
    assert not Label.objects.filter(shown_at__lt=F("image__arrivals__received_at")).exists()
    assert not Label.objects.filter(shown_at__lt=F("policy_version__published_at")).exists()
    assert not PeopleDecision.objects.filter(decided_at__lt=F("policy_version__published_at")).exists()
    assert set(Label.objects.values_list("policy_version__number", flat=True)) == {1, 2}
    # Every lease of the history is over, and those whose answer came home late had run out.
    assert set(Assignment.objects.values_list("outcome", flat=True)) == {"labeled", "expired"}
    late = Label.objects.filter(assignment__outcome="expired")
    assert late.exists()
    assert not late.exclude(recorded_at__gt=F("decided_at") + timedelta(minutes=5)).exists()


def test_simulated_people_get_arms_too_and_open_only_what_is_offered(monkeypatch, no_machines):
    monkeypatch.setattr("labeling.help.WITHOUT_SHARE", 0.5)
    monkeypatch.setattr("moderation.simulation.OPENS", dict.fromkeys(("similar", "guideline"), (0.5, 0.5)))
    seed()
    helps = list(Label.objects.values_list("help", flat=True))
    assert {(each["mode"], each["arm"]) for each in helps} == {("on_asking", "with"), ("on_asking", "without")}
    assert {aid for each in helps for aid in each["opened"]} == {"guideline", "similar"}
    for each in helps:
        assert each["opened"].keys() <= {*each["offered"], "guideline"}
        assert bool(each["offered"]) == (each["arm"] == "with")


def test_opinions_overlap_and_some_images_are_judged_again_by_the_same_person(no_machines):
    seed()
    by_image = Counter(Label.objects.exclude(purpose="repeat").values_list("image", flat=True))
    assert max(by_image.values()) > 1
    repeats = Label.objects.filter(purpose="repeat")
    assert repeats.count() > 3
    for repeat in repeats:
        first = Label.objects.exclude(purpose="repeat").get(image=repeat.image, labeler=repeat.labeler)
        assert repeat.shown_at - first.decided_at > timedelta(days=10)
    assert not QueueEntry.objects.filter(purpose="repeat", state="open").exists()


def test_the_slice_has_two_opinions_or_a_conflict_or_waits_for_the_second(no_machines):
    seed()
    in_slice = Image.objects.filter(group__u__lt=0.2, labels__isnull=False).distinct()
    for image in in_slice:
        people_asked = image.labels.exclude(purpose="repeat").values("labeler").distinct().count()
        waits = image.entries.filter(state="open").exists()
        assert people_asked >= 2 or waits


def test_run_again_it_changes_nothing(no_machines):
    seed()
    before = facts()
    seed()
    assert facts() == before


@pytest.mark.parametrize("steps", [20, 70])
def test_interrupted_it_goes_on_and_ends_the_same(steps, settings):
    settings.SAMPLING_KEY = "tests"  # and a fixed end: the same history at every run
    with clock.at(datetime(2026, 3, 4, 14, 30, tzinfo=UTC)):
        goes_on_and_ends_the_same(steps)


def goes_on_and_ends_the_same(steps):
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT whole")
        play()
        whole = facts()
        cursor.execute("ROLLBACK TO whole")
    play(steps)
    assert facts() != whole
    play()
    assert facts() == whole
    names = [json.loads(line)["name"] for line in Truths().path.read_text().splitlines()]
    assert len(set(names)) == len(names) == PICTURES


def test_what_people_hold_or_judged_stays_theirs():
    lena = make.person("lena", "labeler")
    made = policy.make_policy()
    held = []
    planned = plan.make(pictures=PICTURES, end=policy.history_end(made))
    for _ in filling.fill(policy=made, plan=planned):
        if lease := claim_next(person=lena, policy_id=made.pk, page=uuid.uuid4()):
            held.append(lease.assignment_id)
    assert len(held) > plan.FIRST
    assert not (theirs := Assignment.objects.filter(pk__in=held)).exclude(ended_at=None).exists()
    assert not Label.objects.filter(assignment__entry__in=theirs.values("entry")).exists()


def test_the_simulation_leaves_the_newest_to_people(no_machines):
    seed()
    newest = Arrival.objects.order_by("-received_at")[: plan.FIRST].values("image")
    assert not Label.objects.filter(image__in=list(newest.values_list("image", flat=True))).exists()


def test_the_truth_is_beside_the_data_and_not_in_it(no_machines):
    seed()
    truths = [json.loads(line) for line in Truths().path.read_text().splitlines()]
    assert {truth["grade"] for truth in truths} == {"safe", "low_exposure", "harmful"}
    copies = [truth for truth in truths if "copy_of" in truth]
    assert len(copies) == PICTURES // plan.COPIES_IN
    assert all("things" in truth for truth in truths if truth not in copies)


def test_on_a_configured_database_it_makes_no_login_that_everybody_knows(monkeypatch, settings, no_machines):
    settings.DEMO_PICTURES = 2
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/winnow")
    assert "No demo people" in seed()
    assert not Person.objects.filter(simulated=False).exists()
    seed(with_logins=True)
    assert Person.objects.filter(simulated=False).count() == 4


def test_only_one_process_fills_it_in(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [selector.LOCK])
        with pytest.raises(CommandError, match="Another process"):
            seed()
        assert selector.filling() == selector.Filling(pictures=0, planned=PICTURES, scored=0)
    finally:
        with other.cursor() as cursor:  # closing alone would let go of it a little later, in the next test
            cursor.execute("SELECT pg_advisory_unlock(%s)", [selector.LOCK])
        other.close()


def test_nothing_is_said_to_be_filled_in_when_it_is_over(settings, no_machines):
    settings.DEMO_PICTURES = 2
    seed()
    assert selector.filling() is None


@pytest.mark.servers
def test_with_the_real_networks_it_ends_with_a_model_that_orders_the_queue(monkeypatch, settings):
    settings.DEMO_PICTURES = 80
    monkeypatch.setattr(plan, "FIRST", 6)
    monkeypatch.setattr(plan, "JUDGED_IN", 1)
    said = seed()
    assert "model trained and in use" in said
    assert Embedding.objects.count() == 80
    model = ModelVersion.objects.get(kind="classifier")
    assert (model.state, model.policy_key) == ("active", "risky-things")
    assert Prediction.objects.filter(model_version=model).count() == 80
    assert set(model.categories) == {"safe", "low_exposure", "harmful"}
    waiting = QueueEntry.objects.filter(state="open", purpose="first").exclude(strategy="slice")
    assert set(waiting.values_list("strategy", "model_version")) == {("entropy", model.pk)}
    assert "a model is in use already" in seed()
    assert ModelVersion.objects.count() == 2


def test_too_few_labels_for_a_model_are_no_failure(monkeypatch):
    monkeypatch.setattr(machines, "score_all", lambda: iter([]))
    monkeypatch.setattr("ml.versions.active_embedder", make.embedder)
    assert "no model yet: Two categories need" in seed()

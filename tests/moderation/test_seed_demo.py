from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from labeling.models import Arrival, Person, PolicyVersion, QueueEntry, Source
from moderation.services import demo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_pictures(monkeypatch):
    monkeypatch.setattr(demo, "PICTURES", 3)


def seed(**options):
    out = StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


def test_it_makes_a_policy_people_and_pictures_in_the_queue(rf):
    seed()
    assert QueueEntry.objects.filter(policy__slug="risky-things", state="open").count() == 3
    assert PolicyVersion.objects.get().guidelines.count() == 3
    assert Source.objects.get().demo
    assert authenticate(rf.post("/login/"), username="lena", password=demo.PASSWORD)
    assert {person.groups.get().name for person in Person.objects.all()} == {"labeler", "adjudicator", "admin"}


def test_run_again_it_changes_nothing():
    seed()
    seed()
    assert (Arrival.objects.count(), Person.objects.count(), PolicyVersion.objects.count()) == (3, 4, 1)


def test_interrupted_it_goes_on():
    policy = demo.make_policy()
    next(demo.receive_pictures(policy))
    seed()
    assert Arrival.objects.count() == 3


def test_on_a_configured_database_it_makes_no_login_that_everybody_knows(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/winnow")
    assert "No demo people" in seed()
    assert not Person.objects.exists()
    seed(with_logins=True)
    assert Person.objects.count() == 4

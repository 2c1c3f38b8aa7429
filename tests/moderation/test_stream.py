"""A stream of arrivals: planned alike each time, and played through the real services with the real networks."""

import json
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from labeling.models import Arrival, Image, Label, PeopleDecision
from ml import services as ml
from moderation import stream
from moderation.models import MachineDecision
from moderation.services import streaming

PHOTOS = [Path(f"{number}.jpg") for number in range(2000)]


def planned(**changed):
    return list(stream.plan(PHOTOS, **{"copies": 0.34, "arrivals": 3000, "seed": 0} | changed))


def test_the_same_arguments_make_the_same_stream():
    assert planned() == planned()
    assert planned() != planned(seed=1)
    assert planned(arrivals=100) == planned()[:100]


def test_a_third_of_it_are_copies_some_of_them_the_same_bytes():
    arrivals = planned()
    again = [each for each in arrivals if each.copy]
    assert len(again) / len(arrivals) == pytest.approx(0.34, abs=0.03)
    seen, same = set(), 0
    for each in arrivals:
        same += (each.path, each.edit) in seen
        seen.add((each.path, each.edit))
    assert same / len(again) == pytest.approx(stream.SAME_BYTES, abs=0.04)
    assert len({each.path for each in arrivals if not each.copy}) == len(arrivals) - len(again)


def test_what_came_often_comes_again_more_often():
    times = Counter(each.path for each in planned())
    assert max(times.values()) > 10 > sum(times.values()) / len(times)


def test_it_ends_when_every_photo_came_in_or_none_is_left():
    assert {each.path for each in planned(arrivals=None)} == set(PHOTOS)
    few = list(stream.plan(PHOTOS[:3], copies=0.0, arrivals=10, seed=0))
    assert [each.copy for each in few] == [False] * 3
    with pytest.raises(ValueError, match="below 1"):
        planned(copies=1)


@pytest.fixture
def folder(tmp_path):
    """Nine drawn scenes, three of them in the folder "bad"."""
    for number in range(9):
        kind = tmp_path / "photos" / ("bad" if number < 3 else "good")
        kind.mkdir(parents=True, exist_ok=True)
        (kind / f"{number}.jpg").write_bytes(ml.draw_scene(600 + number).jpeg)
    return tmp_path / "photos"


def simulate(folder, *more):
    out = StringIO()
    call_command("simulate_stream", "--images", str(folder), "--anyway", *more, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.django_db
def test_it_is_played_through_the_real_services(folder, monkeypatch):
    monkeypatch.setattr(streaming, "PORTION", 6)
    arguments = ("--harmful", "bad", "--copies", "0.5", "--seed", "3", "--json")
    found = json.loads(simulate(folder, *arguments))
    arrivals = list(stream.plan(sorted(folder.glob("*/*.jpg")), copies=0.5, arrivals=None, seed=3))
    assert found["arrivals"] == Arrival.objects.count() == len(arrivals) == sum(found["stages"].values())
    assert found["stages"]["same"] == len(arrivals) - Image.objects.count() > 0
    assert found["stages"]["bank"] == MachineDecision.objects.values("arrival__image").distinct().count() > 0
    assert found["stages"]["waiting"] == 0
    assert found["wrong"]["hits"] == 0 < found["wrong"]["n"]
    assert set(PeopleDecision.objects.values_list("category__key", flat=True)) == {"safe", "harmful"}
    assert "Decided without a look" in simulate(folder, *arguments[:-1])
    assert Arrival.objects.count() == len(arrivals), "run again, nothing is played twice"
    with pytest.raises(CommandError, match="Another stream"):
        simulate(folder, "--seed", "4")


@pytest.mark.django_db
def test_what_cannot_be_played_is_said(folder, tmp_path):
    with pytest.raises(CommandError, match="No photos"):
        simulate(tmp_path / "empty")
    with pytest.raises(CommandError, match="folder called hats"):
        simulate(folder, "--harmful", "hats")
    with pytest.raises(CommandError, match="below 1"):
        simulate(folder, "--copies", "1.5")
    assert not Label.objects.exists()


@pytest.mark.django_db
def test_it_stays_out_of_a_configured_database(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    with pytest.raises(CommandError, match="configured database"):
        call_command("simulate_stream", "--images", str(folder))

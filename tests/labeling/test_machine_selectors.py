"""What machines have to do, did lately, and how long the rest takes: counted from rows, not from counters."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from labeling import clock
from labeling.models import Image
from labeling.selectors import activity, backlog, machines
from tests import factories as make
from tests import machine_factories as machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def weapons():
    return make.policy()


def line(stage: str) -> machines.Line:
    return next(each for each in machines.lines(activity.lately()) if each.stage == stage)


def test_images_wait_for_scoring_until_they_have_an_embedding(weapons):
    images = [make.image(name) for name in "abcd"]
    assert line("scoring").waiting == backlog.Count(4)
    machine.scored(images[0])
    machine.set_aside(images[1])
    Image.objects.filter(pk=images[2].pk).update(view_key="")
    scoring = line("scoring")
    assert (scoring.waiting.value, scoring.done.value, scoring.aside.value) == (1, 1, 1)
    assert scoring.total == 2


def test_embeddings_of_another_embedder_do_not_count(weapons):
    machine.scored(make.image("a"))
    other = machine.embedder("embedder-2", state="retired")
    assert backlog.unscored(other).value == 1


def test_only_images_with_an_embedding_under_the_policy_wait_for_judgement(weapons):
    model = machine.classifier(weapons)
    images = [make.queued(name, weapons) for name in "abc"]
    elsewhere = make.image("d")
    for image in (images[0], images[1], elsewhere):
        machine.scored(image)
    machine.judged(images[0], model, 0.8, 0.1, 0.1)
    assert (line("judging").waiting.value, line("judging").done.value) == (1, 1)


def test_a_policy_without_an_active_model_has_no_lines_of_a_model(weapons):
    machine.classifier(weapons, state="candidate")
    assert [each.stage for each in machines.lines({})] == ["scoring", "matching", "labeling"]


def test_the_head_of_the_queue_waits_for_heatmaps(weapons):
    model = machine.classifier(weapons)
    images = [make.queued(name, weapons) for name in "abc"]
    machine.explained(images[0], model, weapons)
    machine.set_aside(images[1], stage="explain", model=model)
    assert line("explaining").waiting.value == 1
    assert line("explaining").aside.value == 1


def test_what_people_see_next_and_have_judged_waits_for_captions_of_its_domain(weapons):
    drawn, real = machine.captioner("drawn"), machine.captioner()
    images = [make.queued(name, weapons) for name in "abc"]
    judged = make.image("judged")
    for image in (judged, images[0]):
        make.decided(image, weapons, "safe")
    machine.captioned(images[0], real)
    machine.captioned(images[1], drawn)  # by a model that is not asked
    machine.set_aside(images[2], stage="caption", model=real)
    lines = [each for each in machines.lines(activity.lately()) if each.stage == "captioning"]
    told = [(each.policy, each.model, each.waiting.value, each.aside.value, each.lately.last_hour) for each in lines]
    assert told == [("", real, 2, 1, 1), ("drawn pictures", drawn, 0, 0, 1)]
    make.source("shop").__class__.objects.update(demo=True)
    lines = [each for each in machines.lines({}) if each.stage == "captioning"]
    assert [each.waiting.value for each in lines] == [0, 3]


def test_key_words_wait_where_no_captioner_is_in_use(weapons):
    make.queued("a", weapons)
    assert "captioning" not in [each.stage for each in machines.lines({})]
    tagger = machine.captioner(kind="tagger")
    assert (line("captioning").model, line("captioning").waiting.value) == (tagger, 1)
    real = machine.captioner()
    assert line("captioning").model == real


def test_every_policy_has_its_own_line_and_people_one_together(weapons):
    clothes = make.policy("clothes")
    for policy in (weapons, clothes):
        machine.classifier(policy, f"heads-{policy.slug}")
    make.queued("a", weapons, clothes)
    found = [(each.stage, each.policy) for each in machines.lines({})]
    assert found[1:6] == [
        ("matching", ""),
        ("judging", "Clothes"),
        ("judging", "Weapons"),
        ("explaining", "Clothes"),
        ("explaining", "Weapons"),
    ]
    assert line("labeling").waiting.value == 2


def test_what_was_done_is_counted_by_the_minute(weapons):
    model, now = machine.classifier(weapons), clock.now()
    images = [make.image(name) for name in "abcd"]
    for image, minutes in zip(images, (0.5, 5, 30, 70), strict=True):
        machine.scored(image, at=now - timedelta(minutes=minutes))
    machine.judged(images[0], model, 1.0, 0.0, 0.0, at=now - timedelta(seconds=10))
    machine.explained(images[0], model, weapons, at=now - timedelta(seconds=10))
    with clock.at(now):
        found = activity.lately()
    scored = found["scored", None]
    assert (scored.last_minute, scored.last_ten, scored.last_hour) == (1, 2, 3)
    assert scored.minutes[5] == scored.minutes[30] == 1
    assert found["judged", model.pk].last_minute == 1
    assert found["explained", model.pk].last_hour == 1  # one image, three heatmaps
    assert ("labeled", None) not in found


def test_labels_of_people_are_counted_too(weapons):
    make.queued("a", weapons)
    make.label_next(make.person("lena", "labeler"), weapons)
    assert line("labeling").lately.last_minute == 1


def test_the_time_left_follows_from_the_speed_since_work_began(weapons):
    now = clock.now()
    for number in range(10):
        machine.scored(make.image(f"done {number}"), at=now - timedelta(seconds=number * 2))
    for number in range(20):
        make.image(f"left {number}")
    with clock.at(now):
        scoring = line("scoring")
    assert scoring.total == 30
    assert scoring.takes.total_seconds() == pytest.approx(20 * 18 / 10)


def test_while_nothing_moves_nobody_knows_how_long_it_takes(weapons):
    make.image("a")
    assert line("scoring").takes is None


def test_counts_stop_where_nobody_needs_them(weapons, monkeypatch):
    monkeypatch.setattr(backlog, "COUNT_LIMIT", 2)
    for name in "abcd":
        make.image(name)
    waiting = line("scoring").waiting
    assert (str(waiting), waiting.is_exact, line("scoring").total) == ("2+", False, None)


def test_a_count_that_takes_too_long_is_given_up_and_leaves_the_connection_usable(monkeypatch):
    monkeypatch.setattr(backlog, "PATIENCE_MS", 20)
    slow = backlog.count("SELECT 1 FROM generate_series(1, 5), pg_sleep(1)", {})
    assert (slow.value, str(slow)) == (None, "not counted: too many images")
    assert backlog.count("SELECT 1 FROM generate_series(1, 5)", {}).value == 5


def test_the_last_hour_is_found_by_the_indexes_of_time():
    with connection.cursor() as cursor:
        # Reading a whole table, or the whole of another index, costs no more while there is next to nothing in it.
        for other in ("seqscan", "indexscan", "indexonlyscan"):
            cursor.execute(f"SET LOCAL enable_{other} = off")
        cursor.execute("EXPLAIN " + activity._LATELY, {"now": clock.now()})
        plan = "\n".join(row for (row,) in cursor.fetchall())
    names = ("embedding_by_time", "prediction_by_time", "explanation_by_time", "caption_by_time")
    assert [name for name in names if name not in plan] == []
    assert re.search("label_by_time|label_recent", plan)  # PostgreSQL 18 may skip through the other one
    assert "Seq Scan" not in plan

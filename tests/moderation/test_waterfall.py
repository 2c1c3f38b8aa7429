"""Of so many arrivals, how many did a person have to see: each stage by the real services, and the page about it."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from labeling import clock
from labeling.models import Policy, Source
from labeling.services import copies
from labeling.services.images import record_known_arrival
from moderation.selectors.waterfall import Stage, waterfall
from moderation.services import spot_checks
from tests import factories as make
from tests.moderation.test_banks import NOON, Day

pytestmark = pytest.mark.django_db
FROM, UNTIL = NOON - timedelta(days=1), NOON + timedelta(days=1)


def counted(day, **more):
    return waterfall(day.policy, [day.source], since=FROM, until=UNTIL, **more)


def arrivals(day):
    return {each.stage: each.arrivals for each in counted(day).stages if each.arrivals}


def wrong(day, stage):
    found = next(each for each in counted(day).stages if each.stage == stage).wrong
    return found and (found.hits, found.n)


@pytest.fixture
def day():
    """The first was seen, and came in again; two copies are in the bank; another picture waits."""
    with clock.at(NOON):
        day = Day(required_opinions=2, slice_opinions=2)
        make.queued("other", day.policy)
    for _ in range(2):
        day.copy()
    record_known_arrival(source=day.source, image=day.first, external_id="again", received_at=NOON + timedelta(hours=2))
    return day


def test_each_arrival_counts_once(day):
    assert arrivals(day) == {Stage.SAME: 1, Stage.PEOPLE: 1, Stage.BANK: 2, Stage.WAITING: 1}
    found = counted(day)
    assert (found.arrivals, found.seen.hits, found.seen.n) == (5, 1, 4)
    harmful = {each.stage: each.harmful for each in found.stages}
    assert (harmful[Stage.SAME], harmful[Stage.PEOPLE], harmful[Stage.BANK], harmful[Stage.WAITING]) == (1, 1, 2, 0)
    assert found.spared == 2 * 3  # two people would have looked at each


def test_what_waited_as_a_copy_is_a_stage_of_its_own(day):
    with clock.at(NOON):
        early = make.queued("early", day.policy)
    copies.join(make.copy_match(early, day.first))
    assert arrivals(day)[Stage.COPY] == 1
    day.policy.copy_check_share = 1
    day.policy.save()
    with clock.at(NOON + timedelta(hours=1)):
        assert spot_checks.plan(policy=day.policy) == 1
        assert spot_checks.plan(policy=day.policy) == 0
        assert (early.pk, "copy") in day.asked()
    assert wrong(day, Stage.COPY) == (0, 0)
    with clock.at(NOON + timedelta(hours=2)):
        while make.label_next(day.people[2], day.policy, "harmful").image != early:
            pass
    assert wrong(day, Stage.COPY) == (0, 1)
    assert Stage.COPY not in arrivals(day)  # a person has seen it


def test_without_spot_checks_nobody_is_asked(day):
    with clock.at(NOON):
        copies.join(make.copy_match(make.queued("early", day.policy), day.first))
    day.policy.copy_check_share = 0
    day.policy.save()
    assert spot_checks.plan(policy=day.policy) == 0


def test_the_random_slice_says_how_often_the_bank_is_wrong():
    day = Day(required_opinions=2, slice_opinions=2, slice_share=1.0)
    copy = day.copy()
    assert wrong(day, Stage.BANK) == (0, 0)
    with clock.at(NOON + timedelta(hours=3)):
        assert make.label_next(day.people[2], day.policy, "safe").image == copy
    assert wrong(day, Stage.BANK) == (1, 1)


def test_other_days_and_other_sources_do_not_count(day):
    assert waterfall(day.policy, [day.source], since=UNTIL, until=UNTIL + timedelta(days=9)).arrivals == 0
    assert waterfall(day.policy, [make.source("elsewhere", day.policy)], since=FROM, until=UNTIL).arrivals == 0


def test_what_another_source_had_sent_before_is_the_same_bytes_if_the_question_is_asked_there(day):
    elsewhere, unasked = make.source("elsewhere", day.policy), make.source("unasked")
    for source, minutes in ((elsewhere, 60), (unasked, -60)):
        record_known_arrival(
            source=source, image=day.first, external_id="too", received_at=NOON + timedelta(minutes=minutes)
        )
    found = waterfall(day.policy, [elsewhere], since=FROM, until=UNTIL)
    assert {each.stage: each.arrivals for each in found.stages if each.arrivals} == {Stage.SAME: 1}
    assert arrivals(day)[Stage.PEOPLE] == 1  # nobody looked when it came where the question is not asked


def test_the_same_bytes_wait_while_their_image_waits(day):
    other = make.image("other")
    record_known_arrival(source=day.source, image=other, external_id="more", received_at=NOON + timedelta(hours=2))
    assert (arrivals(day)[Stage.WAITING], arrivals(day)[Stage.SAME]) == (2, 1)
    make.label_next(day.people[2], day.policy, "safe")
    assert Stage.WAITING not in arrivals(day)
    assert arrivals(day)[Stage.SAME] == 2


@pytest.mark.parametrize("role", ["labeler", "adjudicator"])
def test_the_page_is_for_admins(client, day, role):
    client.force_login(make.person("somebody", role))
    for name in ("waterfall", "waterfall_table"):
        assert client.get(reverse(f"admin:{name}")).status_code == 403
    if role == "adjudicator":
        assert "people had to see" not in client.get(reverse("admin:index")).content.decode()


def test_an_admin_sees_it_first(client, day):
    client.force_login(make.person("ada", "admin"))
    first = client.get(reverse("admin:index")).content.decode()
    assert "Of 100 images, people had to see 25" in first
    text = client.get(reverse("admin:waterfall")).content.decode()
    assert "a person had to see <strong>25</strong> (4 arrivals)" in " ".join(text.split())
    assert "Not enough data yet" in text
    assert "decided by the bank: 40.0" in text
    rows = list(csv.DictReader(io.StringIO(client.get(reverse("admin:waterfall_table")).content.decode())))
    assert {row["stage"]: int(row["arrivals"]) for row in rows if row["arrivals"] != "0"} == arrivals(day)


def test_nothing_is_said_as_such(client, day):
    client.force_login(make.person("ada", "admin"))
    address = reverse("admin:waterfall")
    text = client.get(address, {"since": "2001-01-01", "until": "2001-02-01"}).content.decode()
    assert "Nothing came in from there in this time." in text
    assert client.get(address, {"since": "yesterday", "until": "2001-02-31"}).status_code == 200
    for asked in ({"policy": "none"}, {"source": "none"}):
        assert client.get(address, asked).status_code == 404
    Source.objects.all().update(demo=True)
    assert "shop" in client.get(address, {"source": "shop"}).content.decode()


def test_without_a_policy_there_is_nothing_to_see(client):
    client.force_login(make.person("ada", "admin"))
    assert not Policy.objects.exists()
    assert "There is no policy yet" in client.get(reverse("admin:waterfall")).content.decode()
    assert client.get(reverse("admin:waterfall_table")).status_code == 404
    assert client.get(reverse("admin:index")).status_code == 200

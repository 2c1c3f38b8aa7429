"""How often what was decided without people is wrong: which looks count, and that pictures are counted, not looks."""

import hashlib
import itertools
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import ProgrammingError, transaction
from django.urls import reverse

from labeling import clock, sampling
from labeling.intervals import share
from labeling.models import CopyGroup, CopyMatch
from labeling.services import copies
from labeling.services.undoing import withdraw_label
from moderation.admin import waterfall as page
from moderation.models import BankEntry, BankFinding, MachineDecision, SpotCheck
from moderation.selectors.looks import Looked
from moderation.selectors.waterfall import Counted, Stage
from moderation.services import entries, findings, spot_checks
from tests import factories as make
from tests.moderation.test_banks import NOON, Day
from tests.moderation.test_waterfall import arrivals, counted

pytestmark = pytest.mark.django_db


def looked(day, stage):
    """Return how many pictures were wrong, of how many, and the looks."""
    found = next(each for each in counted(day).stages if each.stage == stage).looked
    return found.pictures.hits, found.pictures.n, found.looks


def look(day, who, key, *, at, image):
    with clock.at(at):
        while (label := make.label_next(day.people[who], day.policy, key)) and label.image != image:
            pass
    assert label, "nobody was asked about it"


def u(name):
    return sampling.draw(hashlib.sha256(name.encode()).hexdigest(), key=settings.SAMPLING_KEY).u


def in_two_hours(minutes=0):
    return NOON + timedelta(hours=2, minutes=minutes)


@pytest.fixture
def slice_day():
    return Day(required_opinions=2, slice_opinions=2, slice_share=1.0)


def waited(day, name="early"):
    """Another copy that waited while the first picture was shown, and so was decided with it."""
    with clock.at(NOON):
        early = make.queued(name, day.policy)
    copies.join(make.copy_match(early, day.first))
    return early


def day_with_share(copy_check_share, **fields):
    return Day(required_opinions=2, slice_opinions=2, copy_check_share=copy_check_share, **fields)


def plan(day):
    with clock.at(NOON + timedelta(hours=1)):
        return spot_checks.plan(policy=day.policy)


def test_looks_at_copies_of_one_picture_are_one_picture_and_wrong_if_one_look_says_so(slice_day):
    first, second = slice_day.copy(), slice_day.copy()
    look(slice_day, 2, "harmful", at=in_two_hours(), image=first)
    assert looked(slice_day, Stage.BANK) == (0, 1, 1)
    look(slice_day, 3, "safe", at=in_two_hours(1), image=second)
    assert looked(slice_day, Stage.BANK) == (1, 1, 2)


def test_pictures_are_counted_apart(slice_day):
    with clock.at(NOON + timedelta(minutes=5)):
        other = make.queued("other", slice_day.policy)
        for who in slice_day.people[:2]:
            make.label_next(who, slice_day.policy, "safe")
    images = {slice_day.copy(), slice_day.copy(of=other)}
    with clock.at(in_two_hours()):
        assert {make.label_next(slice_day.people[2], slice_day.policy, "harmful").image for _ in images} == images
    assert looked(slice_day, Stage.BANK) == (1, 2, 2)


def test_all_that_people_see_is_seen_and_its_error_is_shown_all_the_same(client, slice_day):
    look(slice_day, 2, "harmful", at=in_two_hours(), image=slice_day.copy())
    assert Stage.BANK not in arrivals(slice_day)
    client.force_login(make.person("ada", "admin"))
    text = client.get(reverse("admin:waterfall")).content.decode()
    assert "Not enough data yet: 19 more pictures are needed (1 picture, 1 look)" in text


def test_with_enough_pictures_the_share_says_what_was_counted():
    assert page._wrong(Counted(Stage.BANK, 0, 0, Looked(share(1, 40), 52))) == (
        "2% (0.4% to 13%), 40 pictures, 52 looks"
    )
    assert page._wrong(Counted(Stage.BANK, 0, 0, Looked())) == page._wrong(Counted(Stage.SAME, 3, 0, None)) == ""


def test_a_spot_check_is_on_record_with_its_chance_and_counts_whatever_the_share_is_later():
    day = day_with_share(1.0)
    early = waited(day)
    assert plan(day) == 1
    assert SpotCheck.objects.get().share == 1.0
    look(day, 2, "safe", at=in_two_hours(), image=early)
    day.policy.copy_check_share = 0.0
    day.policy.save()
    assert looked(day, Stage.COPY) == (1, 1, 1)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        SpotCheck.objects.update(share=0.5)


def test_a_look_after_a_finding_was_taken_is_not_drawn_by_lot():
    day = day_with_share(0.0)
    early = waited(day)
    listed = BankEntry.objects.create(
        policy=day.policy, kind="benign", list_name="partner", pdq="0" * 256, category=make.category(day.policy, "safe")
    )
    with clock.at(NOON + timedelta(hours=1)):
        findings.accept(finding=BankFinding.objects.create(entry=listed, image=early), by=day.people[0])
    look(day, 2, "safe", at=in_two_hours(), image=early)
    assert looked(day, Stage.COPY) == (0, 0, 0)
    assert plan(day) == 0


def test_a_look_after_a_reversal_is_not_drawn_by_lot_also_where_the_picture_was_decided_anew():
    day = day_with_share(0.0)
    copy = day.copy()
    with clock.at(NOON + timedelta(minutes=70)):
        withdraw_label(person=day.people[0], label_id=day.labels[0].pk)
        make.label_next(day.people[2], day.policy, "harmful")
        assert entries.withdraw_groundless(count=10) == 1
    look(day, 3, "safe", at=in_two_hours(), image=copy)
    assert looked(day, Stage.COPY) == looked(day, Stage.BANK) == (0, 0, 0)


def test_a_look_after_a_reversal_stays_none_when_the_picture_comes_into_the_slice():
    share_ = min(u("first"), u("copy 1")) / 2
    day = Day(required_opinions=2, slice_opinions=2, slice_share=share_)
    copy = day.copy()
    with clock.at(NOON + timedelta(minutes=70)):
        entries.reverse(decision=MachineDecision.objects.get(), by=None, why="reversed")
    look(day, 2, "harmful", at=in_two_hours(), image=copy)
    twin = next(name for name in map(str, itertools.count()) if u(name) < share_)
    with clock.at(in_two_hours(1)):
        copies.join(make.copy_match(make.queued(twin, day.policy), day.first))
    assert CopyGroup.objects.get(images=day.first).u < share_
    assert looked(day, Stage.BANK) == (0, 0, 0)


def test_a_wrong_match_still_counts_when_the_two_are_parted():
    share_ = (1 + u("first")) / 2
    day = Day(required_opinions=2, slice_opinions=2, slice_share=share_)
    day.count = next(n for n in itertools.count() if u(f"copy {n + 1}") >= share_)
    copy = day.copy()
    look(day, 2, "safe", at=in_two_hours(), image=copy)
    assert looked(day, Stage.BANK) == (1, 1, 1)
    copies.part(match=CopyMatch.objects.get(), by=day.people[3])
    assert CopyGroup.objects.get(images=copy).u >= share_
    assert looked(day, Stage.BANK) == (1, 1, 1)

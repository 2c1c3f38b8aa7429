"""Which labels come back and which are followed by gold: the draw, and the planning that follows it."""

from datetime import UTC, datetime, timedelta

import pytest

from labeling import clock, measuring
from labeling.models import Arrival, Guideline, Image, Label, LabelWithdrawal, PolicyVersion, QueueEntry, Source
from labeling.services.gold import make_gold
from labeling.services.labels import withdraw_label
from labeling.services.measuring import drop_outdated, plan_gold, plan_repeats
from tests import factories as make

KEY = "a key"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
IDS = range(1, 20_001)


def test_the_share_that_comes_back_is_the_policys():
    drawn = sum(measuring.comes_back(pk, share=0.04, key=KEY) for pk in IDS)
    assert drawn / len(IDS) == pytest.approx(0.04, abs=0.005)


def test_a_higher_share_adds_to_what_was_drawn():
    few, many = ({pk for pk in IDS if measuring.comes_back(pk, share=share, key=KEY)} for share in (0.02, 0.05))
    assert few < many


def test_repeats_gold_and_their_delays_are_drawn_apart():
    repeats = [pk for pk in IDS if measuring.comes_back(pk, share=0.2, key=KEY)]
    assert sum(measuring.draws_gold(pk, share=0.2, key=KEY) for pk in repeats) / len(repeats) == pytest.approx(
        0.2, abs=0.02
    )
    delays = [measuring.delay(pk, after=2 * DAY, key=KEY) / DAY for pk in repeats]
    assert 2 <= min(delays) < max(delays) <= 3
    assert sum(delays) / len(delays) == pytest.approx(2.5, abs=0.05)


def test_another_key_draws_others():
    assert {pk for pk in IDS if measuring.comes_back(pk, share=0.04, key=KEY)} != {
        pk for pk in IDS if measuring.comes_back(pk, share=0.04, key="another")
    }


@pytest.fixture
def policy(db):
    return make.policy(repeat_share=0.5, repeat_after_days=10, gold_share=0.0)


@pytest.fixture
def lena(db):
    return make.person("lena", "labeler")


@pytest.fixture
def always(monkeypatch):
    """Every label is drawn, and comes back after exactly the policy's days."""
    monkeypatch.setattr(measuring, "uniform", lambda name, *, key, purpose: 0.0)


def label_at(moment, lena, policy, *names, key="safe"):
    with clock.at(moment):
        for name in names:
            make.queued(name, policy)
        return [make.label_next(lena, policy, key) for _ in names]


def repeats():
    return QueueEntry.objects.filter(purpose="repeat", state="open")


def planned(policy, after, **options):
    with clock.at(START + after):
        return plan_repeats(policy=policy, count=options.pop("count", 100), **options)


def test_images_come_back_to_their_own_person_once_their_days_are_over(always, policy, lena):
    [label] = label_at(START, lena, policy, "a")
    assert planned(policy, 10 * DAY - timedelta(seconds=1)) == 0
    assert planned(policy, 10 * DAY) == 1
    assert repeats().get().reserved_for == lena
    assert repeats().get().image == label.image


def test_planned_twice_an_image_comes_back_once_also_when_it_was_answered(always, policy, lena):
    label_at(START, lena, policy, "a")
    assert [planned(policy, 10 * DAY), planned(policy, 11 * DAY)] == [1, 0]
    with clock.at(START + 11 * DAY):
        assert make.label_next(lena, policy).purpose == "repeat"
    assert planned(policy, 12 * DAY) == 0


def test_only_the_drawn_labels_come_back_each_at_its_own_time(policy, lena, settings):
    labels = label_at(START, lena, policy, *map(str, range(30)))
    share, key = policy.repeat_share, settings.SAMPLING_KEY
    drawn = {each for each in labels if measuring.comes_back(each.pk, share=share, key=key)}
    early = {each for each in drawn if measuring.delay(each.pk, after=10 * DAY, key=key) <= 12 * DAY}
    planned(policy, 12 * DAY)
    assert {entry.image for entry in repeats()} == {each.image for each in early}
    planned(policy, 15 * DAY)
    assert {entry.image for entry in repeats()} == {each.image for each in drawn}
    assert 0 < len(early) < len(drawn) < 30


def test_a_portion_takes_those_first_that_are_the_longest_due(always, policy, lena):
    [old] = label_at(START, lena, policy, "a")
    label_at(START + DAY, lena, policy, "b")
    assert planned(policy, 12 * DAY, count=1) == 1
    assert repeats().get().image == old.image
    assert planned(policy, 12 * DAY, count=1) == 1


def publish(policy, moment, **changed):
    version = PolicyVersion.objects.create(policy=policy, number=2, kind="substantive", published_at=moment)
    for category in policy.categories.all():
        Guideline.objects.create(
            version=version, category=category, text="New.", changed=changed.get(category.key, False)
        )


def test_never_after_the_meaning_of_the_answer_has_changed(always, policy, lena):
    label_at(START, lena, policy, "a")
    label_at(START, lena, policy, "b", key="harmful")
    publish(policy, START + 9 * DAY, safe=True)
    planned(policy, 10 * DAY)
    assert [entry.image.arrivals.get().external_id for entry in repeats()] == ["b"]


def test_unsure_may_be_about_any_category_that_has_changed(always, policy, lena):
    label_at(START, lena, policy, "a", key="unsure")
    publish(policy, START + 9 * DAY, low=True)
    assert planned(policy, 10 * DAY) == 0


def test_nobody_is_shown_again_what_they_cannot_judge(always, policy, lena):
    label_at(START, lena, policy, "a", key="cannot_judge")
    assert planned(policy, 10 * DAY) == 0


def test_nor_asked_again_once_an_adjudicator_has_told_them_the_answer(always, policy, lena):
    [label] = label_at(START, lena, policy, "a")
    make.adjudicated(label.image, policy, "safe", by=make.person("ada", "adjudicator"))
    assert planned(policy, 10 * DAY) == 0


def test_nor_about_an_erased_image_or_a_label_taken_back_nor_after_leaving(always, policy, lena):
    erased, taken_back, theirs = label_at(START, lena, policy, "a", "b", "c")
    Image.objects.filter(pk=erased.image_id).update(erased_at=START)
    LabelWithdrawal.objects.create(label=taken_back, cause="undone")
    lena.is_active = False
    lena.save()
    assert planned(policy, 10 * DAY) == 0
    lena.is_active = True
    lena.save()
    assert planned(policy, 10 * DAY) == 1
    assert repeats().get().image == theirs.image


def test_labels_from_elsewhere_do_not_come_back(always, policy, lena):
    [label] = label_at(START, lena, policy, "a")
    Label.objects.create(
        **{
            field: getattr(label, field)
            for field in ("labeler", "policy", "policy_version", "purpose", "verdict", "category", "shown_at")
        }
        | {"image": make.queued("b", policy), "decided_at": START, "recorded_at": START}
    )
    assert planned(policy, 10 * DAY) == 1


def test_simulated_people_are_asked_when_they_are_played_and_in_demo_sources_only(always, policy):
    played = make.person("played", simulated=True)
    label_at(START, played, policy, "a", "b")
    drawn = Source.objects.create(name="drawn", demo=True)
    first = Image.objects.earliest("pk")
    with_demo = {"image": Image.objects.latest("pk"), "external_id": "x", "received_at": START}
    Arrival.objects.create(source=drawn, **with_demo)  # but a real source has sent it too
    assert planned(policy, 10 * DAY) == planned(policy, 10 * DAY, simulated=True) == 0
    Source.objects.filter(name="shop").update(demo=True)
    assert planned(policy, 10 * DAY) == 0
    assert planned(policy, 10 * DAY, simulated=True) == 2
    assert repeats().filter(image=first).exists()


def test_a_share_of_nothing_repeats_nothing(always, policy, lena):
    policy.repeat_share = 0
    label_at(START, lena, policy, "a")
    assert planned(policy, 10 * DAY) == 0


def drop(policy, after):
    with clock.at(START + after):
        return drop_outdated(policy=policy)


def test_an_open_repeat_falls_when_its_category_changes_its_meaning(always, policy, lena):
    label_at(START, lena, policy, "a")
    planned(policy, 10 * DAY)
    assert drop(policy, 10 * DAY) == 0
    publish(policy, START + 11 * DAY, safe=True)
    assert drop(policy, 11 * DAY) == 1
    assert not repeats().exists()


def test_and_when_the_label_is_taken_back(always, policy, lena):
    [label] = label_at(START, lena, policy, "a")
    planned(policy, 10 * DAY)
    withdraw_label(person=lena, label_id=label.pk)
    assert drop(policy, 10 * DAY) == 1


@pytest.fixture
def golden(policy):
    """An image that is gold: safe, because of a reason."""
    policy.gold_share = 0.5
    image = make.queued("golden", policy)
    with clock.at(START - DAY):
        ada = make.person("ada", "adjudicator")
        return make_gold(adjudication=make.adjudicated(image, policy, "safe", by=ada), person=ada)


def gold_entries(**found):
    return QueueEntry.objects.filter(purpose="gold", **found)


def gold_planned(policy, after=timedelta(), **options):
    with clock.at(START + after):
        return plan_gold(policy=policy, count=100, **options)


def test_a_drawn_label_is_followed_by_gold_for_its_person_once(always, policy, lena, golden):
    [label] = label_at(START, lena, policy, "a")
    assert [gold_planned(policy), gold_planned(policy)] == [1, 0]
    entry = gold_entries().get()
    assert (entry.reserved_for, entry.drawn_by, entry.why) == (lena, label, "gold")
    assert entry.image == golden.adjudication.image
    assert (entry.strategy, entry.priority) == ("slice", 2 - entry.image.group.u)


def test_nobody_gets_the_same_gold_twice(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    gold_planned(policy)
    with clock.at(START):
        assert make.label_next(lena, policy).purpose == "gold"
    label_at(START, lena, policy, "b")
    assert gold_planned(policy) == 0


def test_gold_as_often_as_the_share_says(policy, lena, golden, settings):
    labels = label_at(START, lena, policy, *map(str, range(12)))
    for number in range(12):
        with clock.at(START - DAY):
            extra = make.queued(f"gold {number}", policy)
            ada = golden.made_by
            make_gold(adjudication=make.adjudicated(extra, policy, "low", by=ada), person=ada)
    drawn = [
        each.pk for each in labels if measuring.draws_gold(each.pk, share=policy.gold_share, key=settings.SAMPLING_KEY)
    ]
    assert gold_planned(policy) == len(drawn)
    assert set(gold_entries().values_list("drawn_by", flat=True)) == set(drawn)
    assert gold_entries().values("image").distinct().count() == len(drawn)


def test_gold_goes_to_nobody_who_judged_the_image_or_a_copy_or_settled_it(always, policy, lena, golden):
    image = golden.adjudication.image
    copy = make.copy_of(image, "copy")
    other = make.person("omar", "labeler")
    for who, of in ((lena, image), (other, copy)):
        version = policy.versions.get()
        Label.objects.create(
            labeler=who, image=of, policy=policy, policy_version=version, purpose="first", verdict="unsure",
            shown_at=START, decided_at=START, recorded_at=START - 9 * DAY,
        )  # fmt: skip
    for who in (lena, other, golden.made_by):
        label_at(START, who, policy, f"of {who}")
    assert gold_planned(policy) == 0
    label_at(START, make.person("mia", "labeler"), policy, "of mia")
    assert gold_planned(policy) == 1


def test_yesterdays_labels_are_followed_no_more(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    assert gold_planned(policy, after=2 * DAY) == 0


def test_gold_of_another_rule_or_world_or_an_exemplar_is_none(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    Source.objects.filter(name="shop").update(demo=True)
    make.image("a", of=Source.objects.create(name="real"))
    assert gold_planned(policy) == 0
    make.image("golden", of=Source.objects.get(name="real"))
    publish(policy, START - timedelta(hours=1), safe=True)
    assert gold_planned(policy) == 0


def test_open_gold_falls_once_its_person_has_judged_the_image(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    gold_planned(policy)
    assert drop(policy, timedelta()) == 0
    lena.is_active = False
    lena.save()
    assert drop(policy, timedelta()) == 1
    assert gold_entries(state="void").count() == 1

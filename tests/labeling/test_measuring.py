"""Which labels come back: the draw, and the planning that follows it."""

from datetime import timedelta

import pytest

from labeling import clock, measuring
from labeling.models import Arrival, Image, Label, LabelWithdrawal, QueueEntry, Source
from labeling.services.measuring import drop_outdated, plan_repeats
from labeling.services.undoing import withdraw_label
from tests import factories as make
from tests.labeling.measured import DAY, START, label_at, publish

KEY = "a key"
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


def test_a_portion_takes_those_first_that_are_the_longest_due(always, policy, lena):
    [old] = label_at(START, lena, policy, "a")
    label_at(START + DAY, lena, policy, "b")
    assert planned(policy, 12 * DAY, count=1) == 1
    assert repeats().get().image == old.image
    assert planned(policy, 12 * DAY, count=1) == 1


def test_never_after_the_meaning_of_the_answer_has_changed(always, policy, lena):
    label_at(START, lena, policy, "a")
    label_at(START, lena, policy, "b", key="harmful")
    publish(policy, START + 9 * DAY, safe=True)
    planned(policy, 10 * DAY)
    assert [entry.image.arrivals.get().external_id for entry in repeats()] == ["b"]


def test_nor_of_an_answer_that_was_given_before_the_change_was_read(always, policy, lena):
    label_at(START, lena, policy, "a")
    publish(policy, START + DAY, safe=True)
    [late] = label_at(START + 2 * DAY, lena, policy, "b")
    assert late.policy_version.number == 1
    assert planned(policy, 12 * DAY) == 0


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

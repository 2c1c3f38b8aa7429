"""Which labels are followed by gold, which gold that is, and when it is taken out of the queue again."""

from datetime import timedelta

import pytest

from labeling import clock, measuring
from labeling.models import Exemplar, Guideline, Label, Policy, QueueEntry, Source
from labeling.services.gold import make_gold
from labeling.services.measuring import drop_outdated, plan_gold
from labeling.tasks import plan_measuring
from tests import factories as make
from tests.labeling.measured import DAY, START, label_at, publish

pytestmark = pytest.mark.django_db


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


def test_a_real_image_is_followed_by_real_gold(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    real = Source.objects.create(name="real")
    Source.objects.filter(name="shop").update(demo=True)
    make.image("a", of=real)
    assert gold_planned(policy) == 0
    make.image("golden", of=real)
    assert gold_planned(policy) == 1


def test_gold_whose_category_has_a_new_meaning_is_none(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    publish(policy, START - timedelta(hours=1), safe=True)
    assert gold_planned(policy) == 0


def test_what_the_guideline_shows_as_an_exemplar_is_no_gold(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    publish(policy, START - timedelta(hours=1))
    shown = Guideline.objects.get(category__key="safe")
    Exemplar.objects.create(guideline=shown, image=make.copy_of(golden.adjudication.image, "copy"))
    assert gold_planned(policy) == 0


def drop(policy):
    with clock.at(START):
        return drop_outdated(policy=policy)


def test_open_gold_falls_once_its_person_has_judged_the_image(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    gold_planned(policy)
    assert drop(policy) == 0
    Label.objects.create(
        labeler=lena, image=golden.adjudication.image, policy=policy, policy_version=policy.versions.get(),
        purpose="second", verdict="unsure", shown_at=START, decided_at=START,
    )  # fmt: skip
    assert drop(policy) == 1


def test_and_when_its_person_leaves(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    gold_planned(policy)
    lena.is_active = False
    lena.save()
    assert drop(policy) == 1
    assert gold_entries(state="void").count() == 1


def test_and_when_its_category_means_something_else(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    gold_planned(policy)
    publish(policy, START, safe=True)
    assert drop(policy) == 1


def test_the_clock_plans_for_every_active_policy(always, policy, lena, golden):
    label_at(START, lena, policy, "a")
    Policy.objects.update(gold_share=0.5)
    Policy.objects.update(active=False)
    with clock.at(START):
        plan_measuring()
        assert not gold_entries().exists()
        Policy.objects.update(active=True)
        plan_measuring()
    assert gold_entries().count() == 1
    with clock.at(START + 10 * DAY):
        plan_measuring()
    assert QueueEntry.objects.get(purpose="repeat").reserved_for == lena

"""Snapshots: what agreement is now, as labeling.agreement computes it from the same rows; nothing on too little."""

from datetime import timedelta

import pytest
from celery import current_app

from labeling import clock, tasks
from labeling.agreement import alpha, bootstrap, coefficients, cohen, repeats
from labeling.agreement.pairs import first_two
from labeling.agreement.ratings import Ratings
from labeling.intervals import wilson
from labeling.models import AgreementStat, Label, LabelWithdrawal, PolicyVersion
from labeling.services.agreement import WINDOW, take_daily_snapshots, take_snapshot
from tests import factories as make
from tests.labeling.opinions import KEYS, opinion, table
from tests.labeling.test_help_effect import adjudicate

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def people():
    return [make.person(name, "labeler") for name in ("lena", "omar", "ruth")]


def stat(scope, statistic, **about):
    about = {"images": "all"} | about
    return AgreementStat.objects.get(scope=scope, statistic=statistic, **about)


def numbers(found):
    return [found.value, found.low, found.high]


@pytest.mark.parametrize("images", ["slice", "all"])
def test_numbers_are_those_of_the_library_on_the_same_rows(policy, people, images):
    rows = table(policy, people, 90)
    assert take_snapshot(policy=policy) == AgreementStat.objects.count() > 0
    used = first_two(rows) if images == "slice" else rows
    ratings = Ratings.of(used, categories=KEYS)
    wanted = {"raw": coefficients.RAW, "alpha": alpha.NOMINAL, "alpha_ordinal": alpha.ORDINAL}
    wanted |= {"ac1": coefficients.AC1, "fleiss": coefficients.FLEISS}
    wanted |= {key: coefficients.specific(place) for place, key in enumerate(KEYS)}
    for name, expected in bootstrap.estimate(ratings.counts(), wanted).items():
        found = (
            stat("category", "specific", images=images, category__key=name)
            if name in KEYS
            else stat("overall", name, images=images)
        )
        assert numbers(found) == pytest.approx(numbers(expected), abs=1e-9)
        inside = {row[0] for row in rows} if name not in KEYS else {row[0] for row in used if row[2] == name}
        assert found.n == len([item for item in inside if [row[0] for row in used].count(item) > 1])
        assert (found.policy_version.number, found.simulated) == (1, False)


def test_two_people(policy, people):
    ratings = Ratings.of(table(policy, people, 40), categories=KEYS)
    take_snapshot(policy=policy)
    one, other = ratings.raters[:2]
    counts = cohen.table_of_two(ratings, 0, 1)
    raw = stat("pair", "raw", labeler=one, other=other)
    assert (raw.n, raw.value) == (counts.sum(), pytest.approx(counts.trace() / counts.sum()))
    assert [raw.low, raw.high] == pytest.approx(wilson(int(counts.trace()), int(counts.sum())))
    kappa = stat("pair", "kappa", labeler=one, other=other)
    assert numbers(kappa) == pytest.approx(numbers(cohen.of_two(ratings, 0, 1)))


def test_a_person_and_themself_where_both_looks_name_a_category(policy, people):
    lena, rows = people[0], []
    for number in range(30):
        image = make.queued(f"{number}", policy)
        first, again = KEYS[number % 3], KEYS[number % 3 if number % 5 else 2]
        Label.objects.bulk_create(
            [opinion(lena, image, policy, first), opinion(lena, image, policy, again, purpose="repeat")]
        )
        rows += [(number, "lena", first), (number, "lena", again)]
    for name, said in (("x", ("unsure", "safe", "harmful")), ("y", ("safe", "unsure", "safe"))):
        image = make.queued(name, policy)
        for turn, key in enumerate(said):
            opinion(lena, image, policy, key, purpose="repeat" if turn else "first", round=turn + 1).save()
    take_snapshot(policy=policy)
    expected = repeats.self_consistency(Ratings.of(rows, categories=KEYS))
    found = stat("self", "raw", labeler=lena)
    assert (found.n, found.value, found.low) == (30, expected.same.value, expected.same.low)
    assert numbers(stat("self", "kappa", labeler=lena)) == pytest.approx(numbers(expected.kappa))


def test_a_person_and_what_another_one_settled(policy, people):
    lena = people[0]
    for number in range(24):
        image = make.queued(f"{number}", policy)
        opinion(lena, image, policy, "safe").save()
        adjudicate(image, policy, "safe" if number < 18 else "low")
    take_snapshot(policy=policy)
    found = stat("adjudication", "raw", labeler=lena)
    assert (found.n, found.value) == (24, 0.75)


def test_what_rests_on_too_few_pairs_is_not_stored(policy, people):
    table(policy, people[:2], 19, missing=0)
    assert take_snapshot(policy=policy) == 0
    table(policy, people[:2], 1, missing=0, name="one more")
    assert take_snapshot(policy=policy) > 0


def test_answers_that_were_taken_back_do_not_count(policy, people):
    table(policy, people[:2], 20, missing=0)
    LabelWithdrawal.objects.create(label=Label.objects.latest("pk"), cause="tests")
    assert take_snapshot(policy=policy) == 0


def test_only_answers_under_the_present_meaning_count(policy, people):
    table(policy, people[:2], 20, missing=0)
    PolicyVersion.objects.create(policy=policy, number=2, kind="editorial")
    assert take_snapshot(policy=policy) > 0
    assert set(AgreementStat.objects.values_list("policy_version__number", flat=True)) == {2}
    PolicyVersion.objects.create(policy=policy, number=3, kind="substantive")
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert take_snapshot(policy=policy) == 0


def test_only_the_last_months_count_and_nothing_from_after_the_moment(policy, people):
    table(policy, people[:2], 20, missing=0)
    for moment in (clock.now() + WINDOW + timedelta(days=1), clock.now() - timedelta(days=1)):
        with clock.at(moment):
            assert take_snapshot(policy=policy) == 0


def test_simulated_people_are_measured_apart(policy, people):
    played = [make.person(name, "labeler", simulated=True) for name in ("sim", "sam")]
    table(policy, people[:2], 20, missing=0, noise=0)
    table(policy, played, 25, missing=0, noise=0, name="drawn")
    take_snapshot(policy=policy)
    assert [stat("overall", "raw", simulated=each).n for each in (False, True)] == [20, 25]


def test_a_message_that_comes_twice_measures_once(policy, people):
    table(policy, people[:2], 20, missing=0)
    tasks.measure_agreement(policy.pk)
    count = AgreementStat.objects.count()
    tasks.measure_agreement(policy.pk)
    assert AgreementStat.objects.count() == count > 0


def test_every_active_policy_is_measured_once_a_day(policy, people):
    table(policy, people[:2], 20, missing=0)
    noon = clock.now().replace(hour=12) + timedelta(days=1)
    for moment, times in ((noon, 1), (noon + timedelta(hours=3), 1), (noon + timedelta(days=1), 2)):
        with clock.at(moment):
            take_daily_snapshots()
        assert AgreementStat.objects.filter(scope="overall", statistic="raw", images="all").count() == times
    policy.active = False
    policy.save()
    with clock.at(noon + timedelta(days=2)):
        take_daily_snapshots()
    assert AgreementStat.objects.filter(computed_at__gte=noon + timedelta(days=2)).count() == 0


def test_the_clock_asks_for_it(settings):
    scheduled = [each["task"] for each in current_app.conf.beat_schedule.values()]
    assert tasks.measure_agreement_daily.name in scheduled

"""Do people agree? Numbers where there are enough, sentences where not."""

from datetime import timedelta

import pytest
from django.urls import reverse

from labeling import clock
from labeling.agreement import alpha, bootstrap, coefficients, cohen
from labeling.agreement.pairs import first_two
from labeling.agreement.ratings import Ratings
from labeling.intervals import wilson
from labeling.models import AgreementStat, Label, PolicyVersion
from labeling.services.agreement import take_snapshot
from tests import factories as make
from tests.labeling.agreement_pages import BACKEND, FILES, file, page, part
from tests.labeling.opinions import KEYS, opinion, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy(slice_opinions=2)


@pytest.fixture
def people():
    return [make.person(name, "labeler") for name in ("ruth", "lena", "omar")]


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"), backend=BACKEND)
    return client


def values(row, name):
    return [float(row[key]) for key in (name, f"{name}_low", f"{name}_high")]


def test_numbers_are_those_of_the_library_with_interval_and_n(admin, policy, people):
    rows = table(policy, people, 60)
    ratings = Ratings.of(first_two(rows), categories=KEYS)
    wanted = {"raw": coefficients.RAW, "alpha": alpha.NOMINAL, "harmful": coefficients.specific(2)}
    found = bootstrap.estimate(ratings.counts(), wanted)
    text = page(admin)
    raw, nominal = found["raw"], found["alpha"]
    assert f"{raw.value:.0%} ({raw.low:.0%} to {raw.high:.0%}), n = {raw.items}" in part(text, "number-raw")
    assert f"{nominal.value:.2f} ({nominal.low:.2f} to {nominal.high:.2f})" in part(text, "number-alpha")
    assert f"{found['harmful'].value:.0%}" in part(text, "category-harmful")
    assert 'aria-labelledby="categories-title categories-desc"' in text
    for name, row in (("alpha", file(admin, "numbers")[1]), ("harmful", file(admin, "categories")[2])):
        expected = [found[name].value, found[name].low, found[name].high]
        assert [float(row[key]) for key in ("value", "low", "high")] == pytest.approx(expected, abs=1e-5)


def test_the_slice_and_all_images_are_told_apart(admin, policy, people):
    table(policy, people, 30, missing=0)
    policy.slice_share = 1e-12
    policy.save()
    outside = table(policy, people[:2], 25, missing=0, name="outside")
    assert "n = 30" in part(page(admin), "number-raw")
    text = page(admin, images="all")
    assert "n = 55" in part(text, "number-raw")
    assert 'id="chosen"' in text
    assert len(outside) == 50


def test_a_slice_that_is_judged_once_is_said_to_be_no_fair_sample(admin, policy, people):
    assert 'id="alone"' not in page(admin)
    policy.slice_opinions = 1
    policy.save()
    assert 'id="alone"' in page(admin)


def test_with_little_data_it_says_how_much_is_missing_and_prints_no_number(admin, policy, people):
    table(policy, people[:2], 15, missing=0)
    text = page(admin)
    assert "5 more pairs are needed" in part(text, "number-raw")
    assert "%" not in part(text, "number-raw").split("<td>")[1]
    assert "\N{EN DASH}" in part(text, "matrix")
    assert "%" not in part(text, "matrix")
    assert "<figure" not in text
    assert [row["pairs_missing"] for row in file(admin, "numbers")] == ["5"] * 5
    assert {row["value"] for row in file(admin, "numbers")} == {""}


def test_empty(admin, policy):
    text = page(admin)
    assert "20 more pairs are needed" in part(text, "number-raw")
    assert "Nobody has answered yet." in part(text, "empty")
    assert 'id="matrix"' not in text
    assert "(CSV)" not in text
    for name in FILES:
        assert admin.get(reverse("admin:agreement_table", args=[name])).status_code == 200


def test_without_a_policy_there_is_a_sentence(admin):
    assert "There is no policy yet" in page(admin)
    assert admin.get(reverse("admin:agreement_table", args=["numbers"])).status_code == 404
    assert admin.post(reverse("admin:agreement_measure")).status_code == 404


def test_two_people(admin, policy, people):
    ratings = Ratings.of(table(policy, people, 40), categories=KEYS)
    counts = cohen.table_of_two(ratings, ratings.raters.index(people[0].pk), ratings.raters.index(people[1].pk))
    low, high = (f"{each:.0%}" for each in wilson(int(counts.trace()), int(counts.sum())))
    cell = f'{counts.trace() / counts.sum():.0%} <span class="by">{low} to {high}, n = {counts.sum()}</span>'
    assert part(page(admin), "matrix").count(cell) == 2
    row = next(each for each in file(admin, "pairs") if (each["one"], each["other"]) == ("lena", "ruth"))
    kappa = cohen.of_table(counts)
    assert float(row["kappa"]) == pytest.approx(kappa.value, abs=1e-5)
    assert values(row, "raw")[0] == pytest.approx(counts.trace() / counts.sum(), abs=1e-5)


def test_people_stand_by_name_and_are_no_ranking(admin, policy, people):
    table(policy, people, 30)
    names = [each["person"] for each in file(admin, "people")]
    assert names == ["lena", "omar", "ruth"]
    listed = part(page(admin), "people")
    assert listed.index("lena") < listed.index("omar") < listed.index("ruth")


def test_over_time_with_versions_marked_and_a_table(admin, policy, people):
    table(policy, people, 30)
    now = clock.now()
    for days in (0, 1, 3):
        with clock.at(now + timedelta(days=days)):
            take_snapshot(policy=policy)
    PolicyVersion.objects.create(policy=policy, number=2, kind="substantive", published_at=now + timedelta(days=2))
    text = page(admin)
    assert text.count('<figure class="plot line">') == 2
    assert "Version 2, " in text.split('class="plot-marks"')[1].split("</ol>")[0]
    assert "3 snapshots. The first:" in text
    assert part(text, "history").count("<tr>") == 4
    rows = [each for each in file(admin, "history") if each["statistic"] == "raw"]
    stored = AgreementStat.objects.filter(scope="overall", statistic="raw", images="slice").order_by("computed_at")
    assert [float(each["value"]) for each in rows] == pytest.approx([each.value for each in stored], abs=1e-5)


def test_a_guideline_version_and_a_day_choose_the_answers(admin, policy, people):
    table(policy, people, 30, missing=0)
    newer = PolicyVersion.objects.create(policy=policy, number=2, kind="editorial")
    image = make.queued("newer", policy)
    Label.objects.bulk_create([opinion(who, image, policy, "safe", version=newer) for who in people])
    assert "n = 31" in part(page(admin), "number-raw")
    assert "n = 30" in part(page(admin, version="1"), "number-raw")
    assert "19 more pairs are needed" in part(page(admin, version="2"), "number-raw")
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    assert "20 more pairs are needed" in part(page(admin, since=tomorrow), "number-raw")


def test_the_latest_answers_count_and_the_page_says_so(admin, policy, people, monkeypatch):
    table(policy, people, 30, missing=0)
    assert "Older ones are left out." not in page(admin)
    monkeypatch.setattr("labeling.selectors.answers.LATEST", 75)
    text = page(admin)
    assert "Older ones are left out." in text
    assert "n = 25" in part(text, "number-raw")


def test_a_third_answer_in_the_slice_does_not_count(admin, policy, people):
    for number in range(24):
        image = make.queued(f"{number}", policy)
        keys = ("safe", "low" if number < 12 else "safe", "safe")
        said = [opinion(who, image, policy, key) for who, key in zip(people, keys, strict=True)]
        Label.objects.bulk_create(said if number < 12 else said[:2])
    assert ">50% (" in part(page(admin), "number-raw")
    assert ">67% (" in part(page(admin, images="all"), "number-raw")


@pytest.mark.parametrize("asked", [{"policy": "none"}, {"version": "9"}, {"since": "yesterday"}, {"images": "some"}])
def test_what_does_not_exist_is_not_found(admin, policy, asked):
    assert admin.get(reverse("admin:agreement"), asked).status_code == 404


def test_simulated_people_stay_apart(admin, policy, people):
    table(policy, people, 20, missing=0)
    table(policy, [make.person(each, "labeler", simulated=True) for each in ("sim", "sam")], 25, missing=0, name="b")
    assert "n = 20" in part(page(admin), "number-raw")
    text = page(admin, people="simulated")
    assert "n = 25" in part(text, "number-raw")
    assert 'id="simulated"' in text
    assert "lena" not in part(text, "people")


def test_the_page_takes_the_same_queries_however_many_answers_there_are(
    admin, policy, people, django_assert_max_num_queries
):
    table(policy, people, 30)
    with django_assert_max_num_queries(20):
        page(admin)

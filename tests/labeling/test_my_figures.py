"""A person's figures: for admins and adjudicators, and the same for the person alone, as of the last midnight."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from labeling import clock
from labeling.agreement import drift, repeats
from labeling.agreement.pairs import with_others
from labeling.agreement.ratings import Ratings
from labeling.intervals import share
from labeling.models import Label, PeopleDecision
from tests import factories as make
from tests.labeling.agreement_pages import BACKEND, part
from tests.labeling.opinions import KEYS, opinion, table
from tests.labeling.test_help_effect import adjudicate

pytestmark = pytest.mark.django_db
YESTERDAY = timedelta(days=1)


@pytest.fixture
def policy():
    return make.policy(slice_opinions=2)


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


@pytest.fixture
def others():
    return [make.person("omar", "labeler"), make.person("ruth", "labeler")]


def logged_in(client, who):
    client.force_login(who, backend=BACKEND)
    return client


def mine(client, who, **asked):
    response = logged_in(client, who).get(reverse("my_figures"), asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def theirs(client, who, **asked):
    admin = make.person("admin", "admin")
    response = logged_in(client, admin).get(reverse("admin:agreement_person", args=[who.pk]), asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def shown(found):
    return f"{found.value:.0%} ({found.low:.0%} to {found.high:.0%}), n = {found.n}"


@pytest.fixture
def yesterday():
    """What happens in the test happens a day ago."""
    with clock.at(clock.now() - YESTERDAY):
        yield


@pytest.fixture
def worked(policy, lena, others):
    """Yesterday: sixty images of several people; of lena's first thirty, each comes back, and some are decided."""
    with clock.at(clock.now() - YESTERDAY):
        rows = table(policy, [lena, *others], 60)
        own = [row for row in rows if row[1] == lena.pk][:30]
        again = [(image, who, KEYS[2] if number % 4 == 0 else key) for number, (image, who, key) in enumerate(own)]
        images = {each.image_id: each.image for each in Label.objects.select_related("image")}
        said = [opinion(lena, images[image], policy, key, purpose="repeat") for image, _, key in again]
        Label.objects.bulk_create(said)
        for image, _, key in own[:22]:
            adjudicate(images[image], policy, key if image % 3 else "low")
    return rows, own, again


def test_all_figures_are_those_of_the_library(client, policy, lena, worked):
    rows, own, again = worked
    text = mine(client, lena)
    others = with_others(Ratings.of(rows, categories=KEYS), lena.pk)
    assert f"{others.value:.0%} ({others.low:.0%} to {others.high:.0%}), n = {others.items}" in part(
        text, "figure-others"
    )
    itself = repeats.self_consistency(Ratings.of([*own, *again], categories=KEYS))
    assert shown(itself.same) in part(text, "figure-itself")
    assert f"{itself.kappa.value:.2f}" in part(text, "figure-kappa")
    changes = drift.of_table(repeats.table(Ratings.of([*own, *again], categories=KEYS)))
    assert f"{100 * changes.drift.value:+.1f} points ({100 * changes.drift.low:+.1f} to" in part(text, "figure-drift")
    assert f"{changes.noise.value:.0%} (" in part(text, "figure-noise")
    settled = dict(PeopleDecision.objects.values_list("image", "category__key"))
    hits = sum(settled[image] == key for image, _, key in own[:22])
    assert shown(share(hits, 22)) in part(text, "figure-adjudication")
    assert f"{sum(row[1] == lena.pk for row in rows)}" in part(text, "figure-answers")
    assert "2.0 s (2.0 to 2.0)" in part(text, "figure-seconds")
    low = [sum(settled[image] == "low" and said == key for image, _, said in own[:22]) for key in KEYS]
    cells = [part(text, "confusion").split(">Low</th>")[2].split("<td")[place + 1] for place in range(3)]
    assert [int(cell.split(">")[1].split("<")[0]) for cell in cells] == low


def test_an_admin_sees_the_same_of_the_person(client, policy, lena, worked):
    own = mine(client, lena)
    text = theirs(client, lena)
    for figure in ("others", "itself", "kappa", "adjudication", "two_steps", "named"):
        assert part(text, f"figure-{figure}") == part(own, f"figure-{figure}")
    for name, column in (("figures", "others"), ("confusion", "same")):
        response = client.get(reverse("admin:agreement_person_table", args=[lena.pk, name]))
        assert column in next(csv.reader(io.StringIO(response.content.decode())))


def test_it_holds_nobody_elses_name(client, policy, lena, others, worked):
    text = mine(client, lena)
    assert not [each.username for each in others if each.username in text]


def test_todays_answers_wait_until_midnight_so_that_no_answer_can_be_read_off_them(client, policy, lena, others):
    table(policy, [lena, *others], 30, missing=0)
    assert ">0<" in part(mine(client, lena), "figure-answers")
    with clock.at(clock.now() + YESTERDAY):
        assert ">30<" in part(mine(client, lena), "figure-answers")


def test_a_decision_of_today_waits_too(client, policy, lena, others):
    with clock.at(clock.now() - YESTERDAY):
        rows = table(policy, [lena], 25, missing=0)
    for label in Label.objects.select_related("image"):
        adjudicate(label.image, policy, "safe")
    assert len(rows) == 25
    assert "20 more answers are needed" in part(mine(client, lena), "figure-adjudication")


def test_two_steps_count_where_help_was_offered(client, policy, lena, yesterday):
    for number in range(40):
        arm = "with" if number < 30 else "without"
        opened = {"similar": 900} if number % 3 == 0 else {"guideline": 500}
        used = {"mode": "on_asking", "arm": arm, "opened": opened}
        opinion(lena, make.queued(f"{number}", policy), policy, "safe", help=used).save()
    with clock.at(clock.now() + YESTERDAY):
        assert shown(share(20, 30)) in part(mine(client, lena), "figure-two_steps")


def test_unsure_is_an_answer_but_no_category(client, policy, lena, others, yesterday):
    images = [make.queued(f"{number}", policy) for number in range(24)]
    for number, image in enumerate(images):
        opinion(lena, image, policy, "unsure" if number < 6 else "safe").save()
        opinion(others[0], image, policy, "safe").save()
    with clock.at(clock.now() + YESTERDAY):
        text = mine(client, lena)
    assert shown(share(18, 24)) in part(text, "figure-named")
    assert "2 more pairs are needed" in part(text, "figure-others")


def test_own_word_alone_is_no_decision_to_be_held_against(client, policy, lena, yesterday):
    for number in range(25):
        image = make.queued(f"{number}", policy)
        opinion(lena, image, policy, "safe").save()
        make.decided(image, policy, "safe")
    with clock.at(clock.now() + YESTERDAY):
        assert "20 more answers are needed" in mine(client, lena).split('id="confusion"')[1]


def test_little_data_gives_sentences(client, policy, lena, others):
    with clock.at(clock.now() - YESTERDAY):
        table(policy, [lena, *others], 4, missing=0)
    text = mine(client, lena)
    for figure, missing in (("others", "12 more pairs"), ("itself", "20 more pairs"), ("seconds", "16 more answers")):
        assert f"{missing} are needed" in part(text, f"figure-{figure}")
    assert "%" not in text.split('id="figures"')[1].split("<tbody>")[1].split("</tbody>")[0]


def test_empty(client, policy, lena):
    assert "You have not labeled anything yet." in mine(client, lena)


def test_answers_of_the_first_day_are_not_lost_but_counted_later(client, policy, lena, others):
    with clock.at(clock.now() - YESTERDAY):
        table(policy, [lena, *others], 4, missing=0)
    assert "Your answers of today" not in mine(client, lena)
    newcomer = make.person("newcomer", "labeler")
    make.queued("z", policy)
    make.label_next(newcomer, policy)
    assert "Your answers of today count from midnight on." in mine(client, newcomer)


def test_one_of_several_policies_is_chosen_among_those_the_person_judged(client, policy, lena):
    other = make.policy("alcohol")
    for each in (policy, other):
        opinion(lena, make.queued(each.slug, each), each, "safe").save()
    make.policy("knives")
    assert '<option value="weapons" selected>' in mine(client, lena, policy="weapons")
    assert "knives" not in mine(client, lena)
    for slug in ("knives", "none"):
        assert client.get(reverse("my_figures"), {"policy": slug}).status_code == 404


def test_labelers_find_nobody_elses_page_nor_their_own_in_the_admin(client, policy, lena, others, worked):
    logged_in(client, lena)
    for person in (lena, others[0]):
        assert client.get(reverse("admin:agreement_person", args=[person.pk])).status_code == 403
        for name in ("figures", "confusion"):
            address = reverse("admin:agreement_person_table", args=[person.pk, name])
            assert client.get(address).status_code == 403


def test_who_has_labeled_nothing_there_has_no_page(client, policy, lena):
    logged_in(client, make.person("admin", "admin"))
    for pk in (lena.pk, 10**9):
        assert client.get(reverse("admin:agreement_person", args=[pk])).status_code == 404


def test_strangers_are_sent_to_the_login(client, policy):
    assert client.get(reverse("my_figures")).url.startswith("/login/")


def test_the_start_page_leads_there(client, lena):
    assert reverse("my_figures") in logged_in(client, lena).get("/").content.decode()


def test_the_page_takes_the_same_queries_however_many_answers_there_are(
    client, policy, lena, worked, django_assert_max_num_queries
):
    logged_in(client, lena)
    with django_assert_max_num_queries(8):
        client.get(reverse("my_figures"))

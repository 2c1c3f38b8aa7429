"""The page "Does help help?": numbers where there are enough, sentences where not, for those who may see it."""

import csv
import io

import pytest
from django.urls import reverse

from labeling.effect import ENOUGH
from labeling.intervals import newcombe, share, wilson
from labeling.models import Label
from tests import factories as make
from tests.labeling.test_help_effect import say

pytestmark = pytest.mark.django_db
BACKEND = "labeling.access.RoleBackend"


@pytest.fixture
def policy():
    return make.policy(required_opinions=2, slice_opinions=2)


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"), backend=BACKEND)
    return client


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


def page(client, **asked):
    response = client.get(reverse("admin:help_effect"), asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def file(client, **asked):
    response = client.get(reverse("admin:help_effect_table"), asked)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = csv.DictReader(io.StringIO(response.content.decode()))
    return {each["measure"]: each for each in rows}, response["Content-Disposition"]


def cell(text, row, number):
    """The text of a cell of the table, tags and all."""
    return text.split(f'<tr id="{row}">')[1].split("</tr>")[0].split("<td>")[number].split("</td>")[0]


@pytest.fixture
def labeled(policy, lena):
    """Forty images with help, thirty-two without; of the first a quarter is answered "unsure", of the others half."""
    for arm, total, unsure in (("with", 40, 10), ("without", 32, 16)):
        for number in range(total):
            image = make.queued(f"{arm} {number}", policy)
            say(
                lena, image, policy, "unsure" if number < unsure else "safe", arm=arm, seconds=3 if arm == "with" else 2
            )


def test_both_arms_are_shown_with_n_intervals_and_difference(admin, labeled):
    text = page(admin)
    assert cell(text, "named", 1) == "75% (60% to 86%), n = 40"
    assert cell(text, "named", 2) == "50% (34% to 66%), n = 32"
    assert cell(text, "named", 3) == "+25.0 points (+2.7 to +44.6)"
    assert cell(text, "named", 4) == "More with help."
    assert cell(text, "seconds", 3) == "+1.0 s (+1.0 to +1.0)"
    assert cell(text, "seconds", 4) == "Longer with help."
    assert text.count('<figure class="plot dots">') == 2
    assert "with help: 75% (60% to 86%), n = 40" in text
    assert "Two steps: no help opened" in text


def test_the_file_holds_the_same_numbers_unrounded(admin, labeled):
    found, disposition = file(admin)
    assert disposition == 'attachment; filename="help-effect-weapons-real.csv"'
    named = found["named"]
    low, high = newcombe(share(30, 40), share(16, 32))
    assert [float(named[key]) for key in ("with_n", "with", "without_n", "without", "difference")] == [
        40,
        0.75,
        32,
        0.5,
        0.25,
    ]
    assert float(named["with_low"]) == pytest.approx(wilson(30, 40)[0], abs=1e-6)
    assert [float(named["difference_low"]), float(named["difference_high"])] == pytest.approx([low, high], abs=1e-6)
    assert (found["agreement"]["shown"], found["agreement"]["with"], found["agreement"]["with_n"]) == ("0", "", "0")


def test_too_little_says_how_much_more_is_needed_and_no_numbers(admin, policy, lena):
    for number in range(ENOUGH):
        say(lena, make.queued(f"{number}", policy), policy)
    for number in range(4):
        say(lena, make.queued(f"without {number}", policy), policy, arm="without")
    text = page(admin)
    assert cell(text, "named", 4) == f"Not enough data yet: {ENOUGH - 4} more without help are needed."
    assert cell(text, "named", 1) == f"n = {ENOUGH}"
    assert "not known" in cell(text, "named", 3)
    assert "<figure" not in text


def test_what_waits_for_adjudicators_is_said_instead_of_a_number_that_is_too_good(admin, policy, lena):
    omar = make.person("omar", "labeler")
    for arm in ("with", "without"):
        for number in range(20):
            image = make.queued(f"{arm} {number}", policy)
            for who, key in ((lena, "safe"), (omar, "low" if number < 4 else "safe")):
                say(who, image, policy, key, arm=arm)
    text = page(admin)
    assert "16 answers wait for an adjudicator." in cell(text, "accuracy", 4)
    assert "100%" not in cell(text, "accuracy", 1)


def test_simulated_answers_are_called_so_and_stay_apart_from_real_ones(admin, policy, lena):
    say(make.person("sim", "labeler", simulated=True), make.queued("a", policy), policy)
    assert 'id="simulated"' in page(admin)
    for name in "bc":
        say(lena, make.queued(name, policy), policy)
    text = page(admin)
    assert 'id="simulated"' not in text
    assert cell(text, "named", 1) == "n = 2"
    assert cell(page(admin, people="simulated"), "named", 1) == "n = 1"
    assert file(admin, people="simulated")[1].endswith('-simulated.csv"')


def test_one_of_several_policies_is_chosen(admin, policy, lena):
    other = make.policy("alcohol")
    say(lena, make.queued("a", other), other)
    assert cell(page(admin), "named", 1) == "n = 1"
    assert cell(page(admin, policy="weapons"), "named", 1) == "n = 0"
    assert '<option value="weapons" selected>' in page(admin, policy="weapons")
    for name in ("help_effect", "help_effect_table"):
        assert admin.get(reverse(f"admin:{name}"), {"policy": "none"}).status_code == 404


def test_without_a_policy_there_is_a_sentence(admin):
    assert "There is no policy yet" in page(admin)
    assert admin.get(reverse("admin:help_effect_table")).status_code == 404


def test_a_blind_queue_says_that_nothing_new_is_compared(admin, policy):
    policy.help_mode = "blind"
    policy.save()
    assert "judged blind now" in page(admin)


@pytest.mark.parametrize(("roles", "status"), [(["admin"], 200), (["adjudicator"], 200), (["labeler"], 403), ([], 403)])
def test_admins_and_adjudicators_see_it(client, policy, roles, status):
    client.force_login(make.person("somebody", *roles), backend=BACKEND)
    for name in ("help_effect", "help_effect_table"):
        assert client.get(reverse(f"admin:{name}")).status_code == status
    if status == 200:
        assert reverse("admin:help_effect") in client.get("/admin/").content.decode()


def test_strangers_are_sent_to_the_login(client, policy):
    assert client.get(reverse("admin:help_effect")).url.startswith("/login/")


def test_the_page_takes_the_same_queries_however_many_labels_there_are(
    admin, policy, lena, django_assert_max_num_queries
):
    for number in range(3):
        say(lena, make.queued(f"{number}", policy), policy)
    with django_assert_max_num_queries(12):
        page(admin)
    assert Label.objects.count() == 3

"""The page "Where model and people differ": shares where there are enough, sentences where not, for whom it is."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories as make
from tests.labeling.test_disputes import decided, find, model, policy, settle

__all__ = ["model", "policy"]
pytestmark = pytest.mark.django_db
BACKEND = "labeling.access.RoleBackend"


@pytest.fixture
def room(client):
    client.force_login(make.person("admin", "admin"), backend=BACKEND)
    return client


@pytest.fixture
def ada():
    return make.person("ada", "adjudicator")


def page(room, **asked):
    response = room.get(reverse("admin:disputes"), asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def settled(policy, model, ada, *, weeks, each=10):
    """In each week one image more on which the label was wrong; of the others the model was."""
    for week in range(weeks):
        made = [decided(f"{week} {n}", policy, model, after=timedelta(days=7 * week, hours=1)) for n in range(each)]
        find(policy, days=7 * week + 1)
        for n, one in enumerate(made):
            settle(policy, one, "harmful" if n <= week else "safe", days=7 * week + 2, by=ada)


def test_it_shows_shares_and_where_they_go(room, policy, model, ada):
    settled(policy, model, ada, weeks=2)
    text = page(room)
    assert "Settled: 20. Waiting for an adjudicator: 0." in text
    outcomes = text.split('id="outcomes"')[1].split("</table>")[0]
    assert "85" in outcomes.split("The label was wrong")[0]
    assert "15" in outcomes.split("The label was wrong")[1]
    assert text.count("plot line") == 3
    assert "<title>Week of March 9, 2026: 2 of 10</title>" in text
    weeks = text.split('id="weeks"')[1].split("</table>")[0]
    assert weeks.index("March 9, 2026") < weeks.index("March 2, 2026")


def test_with_little_data_it_counts_and_says_how_much_is_missing(room, policy, model, ada):
    settled(policy, model, ada, weeks=1, each=4)
    text = page(room)
    assert "Not enough data yet for shares: 4 of 20 settled images." in text
    assert "plot line" not in text
    assert 'id="weeks"' in text


def test_without_disputes_and_without_a_policy_it_says_so(room):
    assert "There is no policy yet" in page(room)
    make.policy()
    assert "Settled: 0. Waiting for an adjudicator: 0." in page(room)
    assert "Nothing yet, and nothing to do" in page(room)


def test_the_weeks_can_be_downloaded(room, policy, model, ada):
    settled(policy, model, ada, weeks=2, each=3)
    response = room.get(reverse("admin:disputes_table"), {"policy": policy.slug})
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert rows[1] == {
        "week": "2026-03-09",
        "settled": "3",
        "model_wrong": "1",
        "label_wrong": "2",
        "rule_unclear": "0",
    }
    assert "disputes-weapons-real.csv" in response["Content-Disposition"]


def test_simulated_answers_are_named(room, policy, model):
    settled(policy, model, make.person("sim", "adjudicator", simulated=True), weeks=1, each=1)
    assert 'id="simulated"' in page(room)
    assert "Settled: 0." in page(room, people="real")


def test_an_unknown_policy_does_not_exist(room, policy):
    for name in ("disputes", "disputes_table"):
        assert room.get(reverse(f"admin:{name}"), {"policy": "other"}).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("adjudicator", 200), ("labeler", 403)])
def test_it_is_for_admins_and_adjudicators(client, policy, role, status):
    client.force_login(make.person("who", role), backend=BACKEND)
    for name in ("disputes", "disputes_table"):
        assert client.get(reverse(f"admin:{name}")).status_code == status
    if status == 200:
        assert reverse("admin:disputes") in client.get("/admin/").content.decode()

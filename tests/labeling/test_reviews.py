"""Looking again at what is decided: the decision stands until somebody disagrees."""

from datetime import UTC, datetime, timedelta

import pytest

from labeling import clock
from labeling.models import AdjudicationWithdrawal, Image, LabelWithdrawal, PeopleDecision, ReviewRequest
from labeling.selectors.cases import read_case
from labeling.services import queueing
from labeling.services.reviews import request_review
from labeling.services.undoing import withdraw_label
from tests import factories as make

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Day:
    """One image under one policy; each thing that happens takes a minute."""

    def __init__(self, **rule):
        self.policy = make.policy(**rule)
        self.people = {name: make.person(name, "labeler") for name in ("ann", "bob", "cid")}
        self.ada = make.person("ada", "adjudicator")
        self.now = NOON
        self.image = make.queued("a", self.policy)

    def at_next_minute(self, do, **fields):
        self.now += timedelta(minutes=1)
        with clock.at(self.now):
            return do(**fields)

    def says(self, name, key):
        return self.at_next_minute(make.label_next, who=self.people[name], policy=self.policy, key=key)

    def look_again(self, purpose="second", why="recheck"):
        asked = {"decision": self.decision, "purpose": purpose, "why": why, "value": 1.0}
        return self.at_next_minute(request_review, **asked)

    def settled_as(self, key):
        return self.at_next_minute(make.adjudicated, image=self.image, policy=self.policy, key=key, by=self.ada)

    def taken_back(self, adjudication):
        AdjudicationWithdrawal.objects.create(adjudication=adjudication, cause="tests")
        queueing.settle(read_case(image_id=self.image.pk, policy_id=self.policy.pk))

    @property
    def decision(self):
        return PeopleDecision.objects.filter(withdrawal=None).first()

    @property
    def state(self):
        """Return what is decided and what is asked: a category's key, a purpose, and why."""
        entry = make.open_entries(self.policy).first()
        said = self.decision.category.key if self.decision else None
        return (said, entry.purpose, entry.why) if entry else (said, None, None)


@pytest.fixture
def day():
    return Day()


def test_a_decision_stands_while_another_person_is_asked_and_when_they_agree(day):
    day.says("ann", "safe")
    before = day.decision
    day.look_again(why="rare")
    assert day.state == ("safe", "second", "rare")
    assert day.says("ann", "safe") is None
    day.says("bob", "safe")
    assert day.state == ("safe", None, None)
    assert day.decision == before


def test_one_who_disagrees_takes_it_back_and_an_adjudicator_decides(day):
    day.says("ann", "safe")
    day.look_again()
    day.says("bob", "low")
    assert day.state == (None, "adjudication", "conflict")
    day.settled_as("low")
    assert day.state == ("low", None, None)
    assert (day.decision.opinions, day.decision.adjudication.adjudicator) == (1, day.ada)


def test_with_a_tie_break_a_third_one_decides():
    day = Day(tie_break=True)
    day.says("ann", "safe")
    day.look_again()
    day.says("bob", "low")
    assert day.state == (None, "second", "conflict")
    day.says("cid", "low")
    assert day.state == ("low", None, None)
    assert day.decision.opinions == 2


def test_one_who_is_unsure_asks_a_third_person():
    day = Day(second_on_unsure=True)
    day.says("ann", "safe")
    day.look_again()
    day.says("bob", "unsure")
    assert day.state == (None, "second", "unsure")
    day.says("cid", "safe")
    assert day.state == ("safe", None, None)


def test_an_answer_that_is_taken_back_is_asked_for_again(day):
    day.says("ann", "safe")
    day.look_again()
    label = day.says("bob", "safe")
    entry = day.at_next_minute(withdraw_label, person=day.people["bob"], label_id=label.pk)
    assert day.state == ("safe", "second", "recheck")
    assert entry == make.open_entries(day.policy).get()


def test_an_adjudicator_is_asked_although_people_agree_and_the_decision_stands(day):
    day.says("ann", "safe")
    day.look_again("adjudication", "suspect")
    assert day.state == ("safe", "adjudication", "suspect")
    adjudication = day.settled_as("safe")
    assert day.state == ("safe", None, None)
    day.taken_back(adjudication)
    assert day.state == ("safe", "adjudication", "suspect")
    assert day.decision.adjudication is None


def test_what_an_adjudicator_said_outranks_people_until_it_is_asked_about(day):
    day.says("ann", "safe")
    day.settled_as("harmful")
    day.look_again()
    assert day.state == ("harmful", "second", "recheck")
    day.says("bob", "safe")
    assert day.state == ("harmful", "adjudication", "conflict")
    later = day.settled_as("safe")
    assert day.state == ("safe", None, None)
    # The first answer has been doubted: it does not come back by itself.
    day.taken_back(later)
    assert day.state == (None, "adjudication", "conflict")


def test_the_same_is_asked_once_for_each_reason(day):
    day.says("ann", "safe")
    assert day.look_again(why="model") is not None
    assert day.look_again(why="model") is None
    assert day.look_again(why="rare") is not None
    assert ReviewRequest.objects.count() == 2
    assert make.open_entries(day.policy).count() == 1


def test_what_is_withdrawn_or_erased_is_not_asked_about(day):
    label = day.says("ann", "safe")
    decision = day.decision
    Image.objects.update(erased_at=NOON)
    assert request_review(decision=decision, purpose="second", why="rare", value=1) is None
    Image.objects.update(erased_at=None)
    withdraw_label(person=day.people["ann"], label_id=label.pk)
    assert LabelWithdrawal.objects.exists()
    assert request_review(decision=decision, purpose="second", why="rare", value=1) is None


def test_a_case_is_read_in_one_query(day, django_assert_num_queries):
    day.says("ann", "safe")
    day.look_again()
    with django_assert_num_queries(1):
        case = read_case(image_id=day.image.pk, policy_id=day.policy.pk)
    assert [request.why for request in case.requests] == ["recheck"]

"""Erasing one image of several that are the same picture."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import clock
from labeling.models import CopyMatch, Image, PeopleDecision
from labeling.services import copies
from labeling.services.reviews import request_review
from tests import factories as make
from tests.labeling.erased import answer, asked, gone, labelers, lease

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return labelers()


@pytest.fixture
def policy():
    return make.policy()


def pair(policy):
    first, second = make.queued("first", policy), make.queued("second", policy)
    copies.join(make.copy_match(second, first))
    return first, second


def test_another_copy_is_shown_until_none_is_left(policy):
    first, second = pair(policy)
    assert asked(first, second) == [(first.pk, "first")]
    gone(first)
    assert asked(first, second) == [(second.pk, "first")]
    gone(second)
    assert asked(first, second) == []


def test_who_has_the_erased_one_on_screen_answers_for_the_picture(policy, people):
    first, second = pair(policy)
    held = lease(people[0], policy)
    gone(first)
    assert answer(people[0], held, policy).image == first
    assert (PeopleDecision.objects.get().image, asked(first, second)) == (first, [])


def test_nobody_is_to_look_at_a_copy_that_is_erased(policy, people):
    first = make.queued("first", policy)
    make.label_next(people[0], policy)
    copy = make.queued("copy", policy)
    copies.join(make.copy_match(copy, first))
    decision = PeopleDecision.objects.get(withdrawal=None)
    stale = Image.objects.get(pk=copy.pk)
    request_review(decision=decision, purpose="second", why="copy", value=1, copy=copy)
    assert asked(first, copy) == [(copy.pk, "second")]
    gone(copy)
    assert asked(first, copy) == []
    assert request_review(decision=decision, purpose="second", why="copy", value=1, copy=stale) is None
    assert PeopleDecision.objects.get(withdrawal=None) == decision


def test_but_a_copy_that_is_left_is_looked_at_for_a_decision_on_the_erased_one(policy, people):
    first, second = pair(policy)
    make.label_next(people[0], policy)
    gone(first)
    decision = PeopleDecision.objects.get()
    assert request_review(decision=decision, purpose="second", why="recheck", value=1)
    assert asked(first, second) == [(second.pk, "second")]


def test_what_was_said_differently_of_a_copy_that_is_erased_still_asks_the_adjudicator(policy, people):
    first, eva = make.queued("first", policy), make.person("eva", "adjudicator")
    make.adjudicated(first, policy, "safe", by=eva)
    with clock.at(timezone.now() + timedelta(minutes=1)):
        copy = make.queued("copy", policy)
        copies.join(make.copy_match(copy, first))
        decision = PeopleDecision.objects.get()
        request_review(decision=decision, purpose="second", why="copy", value=1, copy=copy)
    with clock.at(timezone.now() + timedelta(minutes=2)):
        make.label_next(people[0], policy, "harmful")
        assert asked(first, copy) == [(first.pk, "adjudication")]
        gone(copy)
        assert asked(first, copy) == [(first.pk, "adjudication")]


def test_parted_from_its_copy_an_erased_one_is_not_asked_about(policy):
    first, second = pair(policy)
    gone(second)
    copies.part(match=CopyMatch.objects.get(), by=None)
    assert asked(first, second) == [(first.pk, "first")]


def test_joined_with_an_erased_picture_the_other_is_shown(policy):
    first, second = make.queued("first", policy), make.queued("second", policy)
    gone(first)
    assert copies.join(make.copy_match(second, first))
    assert asked(first, second) == [(second.pk, "first")]

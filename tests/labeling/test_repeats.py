"""Asking a person again: their own entry, once, and only where it makes sense."""

import uuid

import pytest
from django.utils import timezone

from labeling.models import Image, Label, QueueEntry
from labeling.services.labels import submit_label
from labeling.services.leases import claim_next
from labeling.services.repeats import CannotRepeat, ask_again
from labeling.services.undoing import withdraw_label
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


@pytest.fixture
def label(lena):
    policy = make.policy()
    make.queued("a", policy)
    return make.label_next(lena, policy)


def claim(person, label):
    return claim_next(person=person, policy_id=label.policy_id, page=uuid.uuid4())


def test_only_the_same_person_is_asked(label, lena):
    entry = ask_again(label=label)
    assert (entry.purpose, entry.why, entry.reserved_for) == ("repeat", "repeat", lena)
    assert (entry.strategy, entry.priority) == ("slice", 2 - label.image.group.u)
    assert claim(make.person("omar", "labeler"), label) is None
    assert claim(lena, label)


def test_asked_twice_it_is_one_entry_until_it_is_answered(label, lena):
    assert ask_again(label=label) == ask_again(label=label)
    lease = claim(lena, label)
    submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(label.policy, "harmful"))
    assert not QueueEntry.objects.filter(state="open").exists()
    assert ask_again(label=label).state == "open"


def test_once_means_never_again_also_when_it_was_answered(label, lena):
    ask_again(label=label, once=True)
    with pytest.raises(CannotRepeat, match="already"):
        ask_again(label=label, once=True)
    lease = claim(lena, label)
    submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(label.policy, "safe"))
    with pytest.raises(CannotRepeat, match="already"):
        ask_again(label=label, once=True)


def test_a_repeat_that_is_taken_back_is_asked_again_of_the_same_person(label, lena):
    entry = ask_again(label=label)
    lease = claim(lena, label)
    again = submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(label.policy, "harmful"))
    assert withdraw_label(person=lena, label_id=again.pk) == entry
    assert claim(make.person("omar", "labeler"), label) is None
    assert claim(lena, label)
    assert label.image.decisions.get(withdrawal=None).category == label.category


def test_the_answer_is_a_fact_of_its_own_and_changes_no_decision(label, lena):
    ask_again(label=label)
    lease = claim(lena, label)
    again = submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(label.policy, "harmful"))
    assert (again.purpose, again.image) == ("repeat", label.image)
    assert label.image.decisions.get().category == label.category


def test_a_label_that_was_taken_back_is_not_asked_for_again(label, lena):
    withdraw_label(person=lena, label_id=label.pk)
    with pytest.raises(CannotRepeat, match="taken back"):
        ask_again(label=label)


def test_nor_is_a_repeat_itself(label, lena):
    ask_again(label=label)
    lease = claim(lena, label)
    again = submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(label.policy, "safe"))
    with pytest.raises(CannotRepeat, match="Only an opinion"):
        ask_again(label=again)


def test_nor_is_anything_about_an_erased_image_or_of_somebody_who_left(label, lena):
    Image.objects.update(erased_at=timezone.now())
    with pytest.raises(CannotRepeat, match="erased"):
        ask_again(label=Label.objects.get())
    Image.objects.update(erased_at=None)
    lena.is_active = False
    lena.save()
    with pytest.raises(CannotRepeat, match="has left"):
        ask_again(label=Label.objects.get())

"""Which answers agreement is computed from, and what each is held against."""

from datetime import timedelta

import pytest

from labeling import clock
from labeling.models import Adjudication, AdjudicationWithdrawal, Label, PeopleDecision
from labeling.selectors.agreement import disputes
from labeling.selectors.answers import Which, kinds_of_people, read_answers
from labeling.services import copies
from labeling.services.undoing import withdraw_label
from tests import factories as make
from tests.labeling.opinions import opinion
from tests.labeling.test_help_effect import adjudicate

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy(required_opinions=2, slice_opinions=2)


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


@pytest.fixture
def omar():
    return make.person("omar", "labeler")


def read(policy, **which):
    return read_answers(policy, Which(**which))


def test_what_people_answer_on_their_screen_is_read(policy, lena, omar):
    image = make.queued("a", policy)
    make.label_next(lena, policy, "low")
    make.label_next(omar, policy, "low")
    first, second = read(policy).said
    assert (first.image, first.person, first.category) == (image.pk, lena.pk, "low")
    assert (first.again, first.in_slice, first.decision, first.adjudication) == (False, True, "low", "")
    assert (second.person, second.opened) == (omar.pk, [])


def test_copies_are_one_picture(policy, lena, omar):
    """People who judged one copy each judged the same; who judged both is one rater, whose first answer counts."""
    first, other = (make.image(name) for name in ("first", "other"))
    opinion(lena, first, policy, "safe").save()
    opinion(lena, other, policy, "low").save()
    opinion(omar, other, policy, "harmful").save()
    assert len(disputes(read(policy), policy).images) == 1
    copies.join(make.copy_match(other, first))
    ratings = read(policy).between("all")
    assert (ratings.items, ratings.counts().sum(axis=1).tolist()) == ((first.pk,), [2])
    assert [ratings.categories[label] for label in ratings.label] == ["safe", "harmful"]
    [found] = disputes(read(policy), policy).images
    assert (found.image, found.differing) == (first, 1.0)
    make.queued("other", policy)  # somebody is still to judge the picture
    assert not disputes(read(policy), policy).images


def test_what_was_taken_back_is_not(policy, lena):
    make.queued("a", policy)
    withdraw_label(person=lena, label_id=make.label_next(lena, policy).pk)
    assert read(policy).said == ()


def test_neither_gold_nor_an_adjudicators_own_answer_is_an_opinion(policy, lena):
    for purpose in ("first", "second", "repeat", "gold", "adjudication"):
        opinion(lena, make.queued(purpose, policy), policy, "safe", purpose=purpose).save()
    assert [each.again for each in read(policy).said] == [False, False, True]
    assert len(read(policy).opinions) == 2


def test_another_policys_answers_are_not_read(policy, lena):
    other = make.policy("alcohol")
    opinion(lena, make.queued("a", other), other, "safe").save()
    assert read(policy).said == ()
    assert len(read(other).said) == 1


def test_a_decision_counts_while_it_stands_and_rests_on_several(policy, lena):
    image = make.queued("a", policy)
    opinion(lena, image, policy, "safe").save()
    alone = make.decided(image, policy, "safe")
    assert [each.decision for each in read(policy).said] == [""]
    make.undecided(alone)
    both = PeopleDecision.objects.create(
        image=image,
        policy=policy,
        policy_version=alone.policy_version,
        category=make.category(policy, "low"),
        opinions=2,
        replaces=alone.withdrawal,
    )
    assert [each.decision for each in read(policy).said] == ["low"]
    make.undecided(both)
    assert [each.decision for each in read(policy).said] == [""]


def test_the_standing_adjudication_of_somebody_else_counts(policy, lena):
    image = make.queued("a", policy)
    opinion(lena, image, policy, "safe").save()
    about = {"image": image, "policy": policy, "policy_version": policy.versions.get(), "reason": "Tests."}
    Adjudication.objects.create(**about, adjudicator=lena, category=make.category(policy, "safe"))
    assert [each.adjudication for each in read(policy).said] == [""]
    adjudicate(image, policy, "low")
    assert [each.adjudication for each in read(policy).said] == ["low"]
    assert read(policy).held_against_adjudication(lena.pk) == [False]
    AdjudicationWithdrawal.objects.create(adjudication=Adjudication.objects.latest("pk"), cause="tests")
    assert [each.adjudication for each in read(policy).said] == [""]


def test_only_repeats_of_a_standing_opinion_are_second_looks(policy, lena, omar):
    image = make.queued("a", policy)
    opinion(lena, image, policy, "safe", purpose="repeat").save()
    opinion(omar, image, policy, "safe").save()
    assert len(read(policy).again.raters) == 0
    opinion(omar, image, policy, "low", purpose="repeat").save()
    again = read(policy).again
    assert again.raters == (omar.pk,)
    assert [
        (again.categories[one], again.categories[two]) for one, two in zip(again.label, again.again, strict=True)
    ] == [("safe", "low")]


def test_the_slice_is_what_the_draw_put_into_it(policy, lena):
    opinion(lena, make.queued("inside", policy), policy, "safe").save()
    policy.slice_share = 1e-12
    policy.save()
    opinion(lena, make.queued("outside", policy), policy, "safe").save()
    opinion(lena, make.image("never asked about"), policy, "safe").save()
    assert [each.in_slice for each in read(policy).said] == [True, False, False]


def test_of_the_slice_the_first_two_answers_count_whatever_they_are(policy, lena, omar):
    people = [lena, omar, make.person("ruth", "labeler")]
    for name, keys in {"a": ("unsure", "safe", "safe"), "b": ("safe", "low", "low"), "c": ("low", "low")}.items():
        image = make.queued(name, policy)
        Label.objects.bulk_create([opinion(who, image, policy, key) for who, key in zip(people, keys, strict=False)])
    answers = read(policy)
    assert answers.between("slice").counts().tolist() == [[1, 0, 0], [1, 1, 0], [0, 2, 0]]
    assert answers.between("all").counts().tolist() == [[2, 0, 0], [1, 2, 0], [0, 2, 0]]


def test_help_that_was_not_offered_on_asking_says_nothing_of_two_steps(policy, lena):
    for number, (mode, arm) in enumerate([("on_asking", "with"), ("on_asking", "without"), ("always", "with")]):
        used = {"mode": mode, "arm": arm, "opened": {"caption": 5}}
        opinion(lena, make.queued(f"{number}", policy), policy, "safe", help=used).save()
    assert [each.opened for each in read(policy).said] == [["caption"], None, None]


def test_from_a_moment_until_another(policy, lena):
    for days in (3, 2, 1):
        opinion(lena, make.queued(f"{days}", policy), policy, "safe", ago=timedelta(days=days)).save()
    now = clock.now()
    found = read(policy, since=now - timedelta(days=2, hours=1), until=now - timedelta(days=1, hours=1))
    assert [each.image for each in found.said] == [Label.objects.order_by("pk")[1].image_id]


def test_kinds_of_people(policy, lena):
    assert kinds_of_people(policy) == set()
    opinion(lena, make.queued("a", policy), policy, "safe").save()
    assert kinds_of_people(policy) == {False}
    opinion(make.person("sim", simulated=True), make.queued("b", policy), policy, "safe").save()
    assert kinds_of_people(policy) == {False, True}
    assert len(read(policy, simulated=True).said) == len(read(policy).said) == 1

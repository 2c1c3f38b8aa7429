"""A copy group is one picture: shown once, decided once, undone once."""

import uuid

import pytest

from labeling import clock
from labeling.models import CopyGroup, CopyMatch, Image, PeopleDecision, QueueEntry, ReviewRequest, SliceDraw
from labeling.selectors import feedback
from labeling.selectors.answers import Which, read_answers
from labeling.services import copies, leases, queueing
from labeling.services.labels import submit_label
from labeling.services.undoing import withdraw_label
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def pair(policy):
    return make.queued("first", policy), make.queued("second", policy)


def join(image, other):
    other, image = sorted((image, other), key=lambda each: each.pk)
    return copies.join(make.copy_match(image, other))


def waiting(policy):
    return list(
        QueueEntry.objects.filter(policy=policy, state="open").values_list("image", "purpose").order_by("image")
    )


def decided(policy):
    return list(PeopleDecision.objects.filter(policy=policy, withdrawal=None).values_list("image", "category__key"))


def test_of_two_copies_that_wait_one_is_shown(policy, pair):
    first, _second = pair
    assert join(*pair)
    assert waiting(policy) == [(first.pk, "first")]


def test_joined_groups_keep_the_smaller_u(pair):
    smaller = min(image.group.u for image in pair)
    join(*pair)
    groups = {CopyGroup.objects.get(images=image) for image in pair}
    assert {group.u for group in groups} == {smaller}


def test_a_decision_holds_for_the_group_and_undo_for_all(policy, pair):
    first, _second = pair
    join(*pair)
    anna = make.person("anna", "labeler")
    label = make.label_next(anna, policy, "harmful")
    assert label.image == first
    assert (decided(policy), waiting(policy)) == ([(first.pk, "harmful")], [])
    withdraw_label(person=anna, label_id=label.pk)
    assert (decided(policy), waiting(policy)) == ([], [(first.pk, "first")])


def test_two_people_who_judged_two_copies_are_two_opinions_on_one_picture(policy, pair):
    policy.required_opinions = policy.slice_opinions = 2
    policy.save()
    people = [make.person(name, "labeler") for name in ("anna", "boris")]
    leased = [leases.claim_next(person=who, policy_id=policy.pk, page=uuid.uuid4()) for who in people]
    for who, lease in zip(people, leased, strict=True):
        submit_label(person=who, assignment_id=lease.assignment_id, answer=make.answer(policy, "safe"))
    assert decided(policy) == []
    join(*pair)
    assert (decided(policy), waiting(policy)) == ([(pair[0].pk, "safe")], [])


def test_a_person_is_not_asked_about_a_copy_of_what_they_judged(policy, pair):
    policy.required_opinions = policy.slice_opinions = 2
    policy.save()
    join(*pair)
    anna = make.person("anna", "labeler")
    make.label_next(anna, policy, "safe")
    assert leases.claim_next(person=anna, policy_id=policy.pk, page=uuid.uuid4()) is None


def test_an_answer_about_a_copy_that_was_on_a_screen_when_they_were_joined_is_kept(policy, pair):
    anna, boris = make.person("anna", "labeler"), make.person("boris", "labeler")
    leased = [leases.claim_next(person=who, policy_id=policy.pk, page=uuid.uuid4()) for who in (anna, boris)]
    join(*pair)
    labels = [
        submit_label(person=who, assignment_id=lease.assignment_id, answer=make.answer(policy, key))
        for who, lease, key in zip((anna, boris), leased, ("safe", "harmful"), strict=True)
    ]
    assert {label.image_id for label in labels} == {image.pk for image in pair}
    assert decided(policy) == []
    assert [purpose for _, purpose in waiting(policy)] == ["adjudication"]


def test_copies_that_were_decided_alike_keep_one_decision(policy, pair):
    for name in ("anna", "boris"):
        make.label_next(make.person(name, "labeler"), policy, "safe")
    both = decided(policy)
    assert len(both) == 2
    join(*pair)
    [left] = decided(policy)
    assert left in both


def test_copies_that_were_decided_differently_stay_apart_until_an_adjudicator_has_spoken(policy, pair):
    by_image = {}
    for name, key in (("anna", "safe"), ("boris", "harmful")):
        label = make.label_next(make.person(name, "labeler"), policy, key)
        by_image[label.image] = key
    assert not join(*pair)
    assert waiting(policy) == [(image.pk, "adjudication") for image in pair]
    assert {request.why for request in ReviewRequest.objects.all()} == {"copy"}
    for image in pair:
        make.adjudicated(image, policy, "harmful", by=make.person(f"eva {image.pk}", "adjudicator"))
    assert copies.join_waiting(count=10, since=clock.now()) == 0
    assert copies.join_waiting(count=10) == 1
    assert len(decided(policy)) == 1


def test_parted_they_are_two_again_and_the_one_nobody_judged_is_asked_about(policy, pair):
    first, second = pair
    join(*pair)
    make.label_next(make.person("anna", "labeler"), policy, "harmful")
    match = CopyMatch.objects.get()
    for _ in range(2):
        copies.part(match=match, by=None)
    assert (decided(policy), waiting(policy)) == ([(first.pk, "harmful")], [(second.pk, "first")])
    assert not copies.join(match)
    second.refresh_from_db()
    assert SliceDraw.objects.filter(group=second.group, policy=policy).exists()


def test_what_another_match_holds_together_stays_together(policy):
    images = [make.queued(name, policy) for name in ("a", "b", "c")]
    join(images[0], images[1])
    join(images[1], images[2])
    join(images[0], images[2])
    copies.part(match=CopyMatch.objects.get(image=images[2], other=images[0]), by=None)
    assert len({CopyGroup.objects.get(images=image) for image in images}) == 1
    copies.part(match=CopyMatch.objects.get(image=images[2], other=images[1]), by=None)
    groups = [CopyGroup.objects.get(images=image).pk for image in images]
    assert groups[0] == groups[1] != groups[2]


def test_when_the_exemplar_is_erased_another_copy_is_shown(policy, pair):
    first, second = pair
    join(*pair)
    Image.objects.filter(pk=first.pk).update(erased_at=clock.now(), view_key="", thumb_key="")
    queueing.queue_image(image=second, policy=policy)
    assert waiting(policy) == [(second.pk, "first")]


def test_order_of_the_matches_does_not_matter(policy):
    images = [make.queued(f"picture {n}", policy) for n in range(4)]
    pairs = [(0, 1), (2, 3), (1, 2)]
    for order in (pairs, pairs[::-1]):
        for one, other in order:
            join(images[one], images[other])
        assert waiting(policy) == [(images[0].pk, "first")]


def test_what_an_adjudicator_settled_for_two_copies_stays_with_the_one_they_saw(policy, pair):
    first, second = pair
    make.adjudicated(second, policy, "harmful", by=make.person("eva", "adjudicator"))
    join(*pair)
    assert decided(policy) == [(second.pk, "harmful")]
    copies.part(match=CopyMatch.objects.get(), by=None)
    assert (decided(policy), waiting(policy)) == ([(second.pk, "harmful")], [(first.pk, "first")])


def test_parted_what_two_people_decided_together_is_open_again_for_each(policy, pair):
    policy.required_opinions = policy.slice_opinions = 2
    policy.save()
    people = [make.person(name, "labeler") for name in ("anna", "boris")]
    leased = [leases.claim_next(person=who, policy_id=policy.pk, page=uuid.uuid4()) for who in people]
    for who, lease in zip(people, leased, strict=True):
        submit_label(person=who, assignment_id=lease.assignment_id, answer=make.answer(policy, "safe"))
    join(*pair)
    assert len(decided(policy)) == 1
    copies.part(match=CopyMatch.objects.get(), by=None)
    assert (decided(policy), waiting(policy)) == ([], [(image.pk, "second") for image in pair])


def test_who_labeled_a_copy_finds_the_outcome_and_is_held_against_it(policy, pair):
    policy.required_opinions = policy.slice_opinions = 2
    policy.save()
    people = [make.person(name, "labeler") for name in ("anna", "boris")]
    leased = [leases.claim_next(person=who, policy_id=policy.pk, page=uuid.uuid4()) for who in people]
    for who, lease, key in zip(people, leased, ("safe", "harmful"), strict=True):
        submit_label(person=who, assignment_id=lease.assignment_id, answer=make.answer(policy, key))
    join(*pair)
    eva = make.person("eva", "adjudicator")
    settled = make.adjudicated(pair[0], policy, "harmful", by=eva)
    answers = read_answers(policy, Which())
    assert {each.adjudication for each in answers.opinions} == {"harmful"}
    assert {each.decision for each in answers.opinions} == {"harmful"}
    told = [row.adjudication_id for who in people for row in feedback.settled(who)]
    assert told == [settled.pk] * 2

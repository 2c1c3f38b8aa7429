import threading
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from labeling import clock
from labeling.models import Assignment, CopyGroup, QueueEntry
from labeling.services import labels, leases
from labeling.services.leases import LEASE, claim_next, give_back, hold, renew
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


@pytest.fixture
def omar():
    return make.person("omar", "labeler")


def claim(who, policy, page=None):
    return claim_next(person=who, policy_id=policy.pk, page=page or uuid.uuid4())


def entry_of(lease):
    return Assignment.objects.get(pk=lease.assignment_id).entry


def test_the_order_is_that_of_u(policy, lena):
    images = [make.queued(f"{n}", policy) for n in range(5)]
    served = [make.label_next(lena, policy).image_id for _ in images]
    assert served == [image.pk for image in sorted(images, key=lambda image: image.group.u)]
    assert claim(lena, policy) is None


def test_an_image_that_somebody_holds_is_offered_to_nobody_else(policy, lena, omar):
    make.queued("a", policy)
    assert claim(lena, policy)
    assert claim(omar, policy) is None
    assert claim(lena, policy) is None


def test_an_expired_lease_is_offered_to_others(policy, lena, omar):
    make.queued("a", policy)
    first = claim(lena, policy)
    with clock.at(timezone.now() + LEASE + timedelta(seconds=1)):
        second = claim(omar, policy)
    assert entry_of(second) == entry_of(first)
    assert Assignment.objects.get(pk=first.assignment_id).outcome == "expired"


def test_an_expired_lease_still_brings_its_label_home(policy, lena, omar):
    make.queued("a", policy)
    first = claim(lena, policy)
    with clock.at(timezone.now() + LEASE + timedelta(seconds=1)):
        second = claim(omar, policy)
        late = labels.submit_label(person=lena, assignment_id=first.assignment_id, answer=make.answer(policy, "safe"))
        other = labels.submit_label(person=omar, assignment_id=second.assignment_id, answer=make.answer(policy, "safe"))
    assert {late.labeler, other.labeler} == {lena, omar}
    assert late.image.decisions.filter(withdrawal=None).count() == 1


def test_renewing_keeps_a_lease_and_says_what_is_lost(policy, lena, omar):
    make.queued("a", policy)
    make.queued("b", policy)
    page = uuid.uuid4()
    kept, lost = claim(lena, policy, page), claim(lena, policy, page)
    start = timezone.now()
    with clock.at(start + LEASE - timedelta(seconds=1)):
        assert renew(person=lena, page=page, assignment_ids=[kept.assignment_id]) == {kept.assignment_id}
    with clock.at(start + LEASE + timedelta(seconds=2)):
        assert entry_of(claim(omar, policy)) == entry_of(lost)
        held = renew(person=lena, page=page, assignment_ids=[kept.assignment_id, lost.assignment_id])
    assert held == {kept.assignment_id}


def test_a_stranger_cannot_renew_a_lease(policy, lena, omar):
    make.queued("a", policy)
    lease = claim(lena, policy)
    assert renew(person=omar, page=uuid.uuid4(), assignment_ids=[lease.assignment_id]) == set()


def test_leaving_a_page_gives_back_what_that_page_holds(policy, lena, omar):
    for name in "abc":
        make.queued(name, policy)
    page, other_page = uuid.uuid4(), uuid.uuid4()
    left = claim(lena, policy, page)
    claim(lena, policy, other_page)
    assert give_back(person=lena, page=page) == 1
    assert entry_of(claim(omar, policy)) == entry_of(left)


def test_a_reloaded_page_shows_the_same_images_and_no_page_hoards(policy, lena):
    for name in "abcdef":
        make.queued(name, policy)
    first = hold(person=lena, policy=policy, page=uuid.uuid4())
    again = hold(person=lena, policy=policy, page=uuid.uuid4())
    assert [lease.assignment_id for lease in first] == [lease.assignment_id for lease in again]
    assert len(first) == leases.HELD_AHEAD


def test_the_page_that_was_left_gives_nothing_back_of_the_page_that_took_over(policy, lena):
    make.queued("a", policy)
    left = uuid.uuid4()
    hold(person=lena, policy=policy, page=left)
    hold(person=lena, policy=policy, page=uuid.uuid4())
    assert give_back(person=lena, page=left) == 0


def test_nobody_gets_an_image_they_have_judged_nor_a_copy_of_one(policy, lena, omar):
    policy.required_opinions = policy.slice_opinions = 2
    policy.save()
    judged = make.queued("a", policy)
    copy = make.image("copy of a")
    copy.group = judged.group
    copy.save()
    make.queued("copy of a", policy)
    make.label_next(lena, policy)
    assert claim(lena, policy) is None
    assert claim(omar, policy)


def test_a_copy_of_an_image_on_the_screen_is_not_given_to_the_same_person(policy, lena):
    held = make.queued("a", policy)
    make.image("copy of a")
    held.group.images.model.objects.exclude(pk=held.pk).update(group=held.group)
    make.queued("copy of a", policy)
    assert claim(lena, policy)
    assert claim(lena, policy) is None


def test_a_repeat_goes_to_its_own_person_although_they_judged_the_image(policy, lena, omar):
    image = make.queued("a", policy)
    make.label_next(lena, policy)
    QueueEntry.objects.create(
        image=image,
        policy=policy,
        purpose="repeat",
        priority=1,
        strategy="slice",
        why="repeat",
        inclusion_probability=1,
        reserved_for=lena,
    )
    assert claim(omar, policy) is None
    repeat = make.label_next(lena, policy, "harmful")
    assert repeat.purpose == "repeat"
    # It measures the person; it is no opinion on the image.
    assert image.decisions.filter(withdrawal=None).get().category.key == "safe"


def test_adjudication_is_not_served_to_labelers(policy, lena, omar):
    make.queued("a", policy)
    make.label_next(lena, policy, "unsure")
    assert make.open_entries(policy).get().purpose == "adjudication"
    assert claim(omar, policy) is None


def test_the_sweep_ends_what_has_run_out_and_nothing_else(policy, lena):
    make.queued("a", policy)
    make.queued("b", policy)
    start = timezone.now()
    claim(lena, policy)
    with clock.at(start + timedelta(minutes=3)):
        claim(lena, policy)
    with clock.at(start + LEASE + timedelta(seconds=1)):
        assert leases.expire_leases() == 1
    assert make.open_entries(policy).filter(leased_until=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_concurrent_claims_never_collide():
    policy = make.policy()
    people = [make.person(f"p{n}", "labeler") for n in range(8)]
    for n in range(60):
        make.queued(f"{n}", policy)
    start, failures = threading.Barrier(len(people)), []

    def work(who):
        try:
            start.wait()
            while make.label_next(who, policy):
                pass
        except Exception as error:  # noqa: BLE001 (shown below)
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    held = Counter(Assignment.objects.values_list("entry", flat=True))
    assert len(held) == 60
    assert set(held.values()) == {1}
    assert policy.labels.count() == policy.decisions.count() == 60


@pytest.mark.django_db(transaction=True)
def test_two_opinions_at_once_on_one_image_make_one_decision():
    """Both labels are in flight together: without the group's lock neither would see the other."""
    policy = make.policy(required_opinions=2, slice_opinions=2)
    people = [make.person(f"p{n}", "labeler") for n in range(2)]
    image = make.queued("a", policy)
    held = []
    for who in people:
        held.append((who, claim(who, policy)))
        # The first lease runs out and the second person gets the image; both then answer.
        QueueEntry.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    start = threading.Barrier(2)

    def work(who, lease):
        start.wait()
        labels.submit_label(person=who, assignment_id=lease.assignment_id, answer=make.answer(policy, "safe"))
        connection.close()

    threads = [threading.Thread(target=work, args=each) for each in held]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert image.labels.count() == 2
    assert image.decisions.get().opinions == 2
    assert not make.open_entries(policy).exists()
    assert CopyGroup.objects.count() == 1


@pytest.mark.parametrize(
    ("waiting", "ahead"), [(0, 3), (39, 3), (40, 4), (85, 8), (120, 12), (1001, 12)], ids=lambda count: str(count)
)
def test_a_page_holds_a_tenth_of_what_waits_but_three_at_least_and_twelve_at_most(waiting, ahead):
    assert leases.held_ahead(waiting) == ahead

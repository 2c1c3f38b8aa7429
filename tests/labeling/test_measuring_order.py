"""What measures people lies by chance among what comes next, counts as waiting, and is prepared like the others."""

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from labeling import clock, measuring
from labeling.models import Assignment, Image, Label, PeopleDecision, QueueEntry
from labeling.selectors.queue import head_of_queue, queues_for
from labeling.services import queueing
from labeling.services.gold import make_gold
from labeling.services.leases import claim_next
from labeling.services.measuring import mix_in, plan_gold, plan_repeats
from labeling.services.placing import place_images
from labeling.services.repeats import ask_again
from labeling.services.reviews import request_review
from tests import factories as make

pytestmark = pytest.mark.django_db
PURPOSES = ["first", "second", "repeat", "gold"]
NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def shown_next(policy, person) -> list[Image]:
    found = []
    while lease := claim_next(person=person, policy_id=policy.pk, page=uuid.uuid4()):
        found.append(Assignment.objects.get(pk=lease.assignment_id).entry.image)
    return found


@pytest.fixture
def plain():
    """A queue ordered by doubt, with one image of each purpose for lena: `order` says by which doubts."""
    policy = make.policy("plain", slice_share=1e-9, slice_opinions=2, required_opinions=2)
    lena, omar, ada = (make.person(name, "labeler") for name in ("lena", "omar", "ada"))
    images = {purpose: make.queued(f"{purpose} {policy.slug}", policy) for purpose in PURPOSES}
    for person, kept in ((lena, "repeat"), (omar, "repeat"), (omar, "second")):
        others = make.open_entries(policy).exclude(image=images[kept])
        held = [entry.pk for entry in others]
        QueueEntry.objects.filter(pk__in=held).update(leased_until=make.clock.now() + timedelta(hours=1))
        make.label_next(person, policy)
        QueueEntry.objects.filter(pk__in=held).update(leased_until=None)
    ask_again(label=Label.objects.get(labeler=lena))
    make_gold(adjudication=make.adjudicated(images["gold"], policy, "safe", by=ada), person=ada)
    QueueEntry.objects.create(
        image=images["gold"], policy=policy, purpose="gold", why="gold", reserved_for=lena,
        priority=0.5, strategy="random",
    )  # fmt: skip
    return policy, lena, images


def place(policy, images, order):
    model = make.classifier(policy)
    for doubt, purpose in enumerate(reversed(order), 1):
        make.prediction(images[purpose], model, [0.2, 0.3, 0.5], entropy=doubt / 10)
    place_images(image_ids=[image.pk for image in images.values()], policy=policy)


@pytest.mark.parametrize("order", [PURPOSES, PURPOSES[::-1], ["repeat", "second", "gold", "first"]])
def test_the_claim_goes_by_priority_alone(plain, order):
    policy, lena, images = plain
    place(policy, images, order)
    assert shown_next(policy, lena) == [images[purpose] for purpose in order]


def test_machines_prepare_help_for_what_measures_as_for_the_others(plain):
    policy, _lena, images = plain
    place(policy, images, PURPOSES)
    assert head_of_queue(policy_id=policy.pk, count=10) == [images[purpose].pk for purpose in PURPOSES]
    assert head_of_queue(policy_id=policy.pk, count=3) == [images[purpose].pk for purpose in PURPOSES[:3]]


def test_drawn_places_are_spread_evenly_over_what_comes_next():
    ahead = [1.9, 1.5, 0.9, 0.3]
    places = [measuring.place_among(ahead, str(pk), key="key") for pk in range(8000)]
    assert {place.strategy for place in places} == {"mixed"}
    shares = Counter(place.priority for place in places)
    assert [shares[priority] / len(places) for priority in ahead] == pytest.approx([0.25] * 4, abs=0.03)
    assert 0 <= measuring.place_among([], "1", key="key").priority < 1


@pytest.fixture
def draw(monkeypatch):
    """Every label is drawn; places are drawn at this share of what comes next."""

    def at(share):
        monkeypatch.setattr(measuring, "uniform", lambda name, *, key, purpose: share if purpose == b"place" else 0.0)

    return at


def repeat_among(count):
    policy, lena = make.policy(repeat_share=0.5, repeat_after_days=1), make.person("lena", "labeler")
    with clock.at(NOW - DAY):
        make.queued("repeated", policy)
        make.label_next(lena, policy)
    for number in range(count):
        make.queued(f"image {number}", policy)
    return policy, lena


@pytest.mark.parametrize(("share", "place"), [(0.0, 1), (0.5, 3), (0.99, 4)])
def test_a_repeat_comes_at_its_drawn_place_in_the_order(draw, share, place):
    policy, lena = repeat_among(4)
    draw(share)
    with clock.at(NOW):
        plan_repeats(policy=policy, count=1)
        order = [image.arrivals.get().external_id for image in shown_next(policy, lena)]
    assert order.index("repeated") == place


def test_gold_too(draw):
    policy, lena = repeat_among(4)
    ada = make.person("ada", "adjudicator")
    gold = make.adjudicated(make.queued("golden", policy), policy, "safe", by=ada)
    make_gold(adjudication=gold, person=ada)
    draw(0.5)
    with clock.at(NOW - DAY):
        plan_gold(policy=policy, count=1)
        assert shown_next(policy, lena).index(gold.image) == 3


def test_a_new_model_leaves_drawn_places_as_they_are(draw):
    policy, _lena = repeat_among(4)
    draw(0.5)
    with clock.at(NOW):
        plan_repeats(policy=policy, count=1)
    entry = QueueEntry.objects.get(purpose="repeat")
    place_images(image_ids=[entry.image_id], policy=policy)
    assert QueueEntry.objects.get(pk=entry.pk).priority == entry.priority


def test_what_has_fallen_behind_all_that_comes_next_is_mixed_in_again(draw, monkeypatch):
    monkeypatch.setattr(measuring, "MIXED_AMONG", 4)
    policy, _lena = repeat_among(3)
    draw(0.99)
    with clock.at(NOW):
        plan_repeats(policy=policy, count=1)
        assert mix_in(policy=policy) == 0  # nothing is hidden where little waits
        make.queued("image 4", policy)
        behind = min(QueueEntry.objects.filter(state="open").values_list("priority", flat=True)) / 2
        QueueEntry.objects.filter(purpose="repeat").update(priority=behind)
        draw(0.0)
        assert [mix_in(policy=policy), mix_in(policy=policy)] == [1, 0]
    assert QueueEntry.objects.filter(state="open").earliest("-priority", "-id").purpose == "repeat"


def test_what_is_asked_again_lies_by_chance_among_what_comes_next_and_stays_there():
    """In a row before all others it would be known for what it is."""
    policy = make.policy(required_opinions=1, slice_opinions=1, slice_share=1e-9)
    people = [make.person(name, "labeler") for name in ("lena", "omar")]
    decided = [make.queued(f"again {n}", policy) for n in range(12)]
    while make.label_next(people[0], policy):
        pass
    for n in range(30):
        make.queued(f"{n}", policy)
    waiting = set(make.open_entries(policy).values_list("priority", flat=True))
    for image in decided:
        decision = PeopleDecision.objects.get(image=image)
        request_review(decision=decision, purpose="second", why="model", value=1)
    again = QueueEntry.objects.filter(state="open", purpose="second")
    places = dict(again.values_list("pk", "priority"))
    assert len(places) == 12
    assert len(set(places.values())) > 4
    assert set(places.values()) <= waiting
    for image in decided:
        with transaction.atomic():
            queueing.lock_group(image)
            queueing.settle_picture(image)
    assert dict(again.values_list("pk", "priority")) == places


def test_what_is_asked_again_is_brought_forward_too(monkeypatch):
    monkeypatch.setattr(measuring, "MIXED_AMONG", 4)
    policy = make.policy(slice_share=1e-9)
    image = make.queued("again", policy)
    make.label_next(make.person("lena", "labeler"), policy)
    request_review(decision=image.decisions.get(), purpose="second", why="rare", value=1)
    for n in range(8):
        make.queued(f"{n}", policy)
    again = make.open_entries(policy).filter(purpose="second")
    again.update(priority=0.0)
    assert mix_in(policy=policy) == 1
    fourth = make.open_entries(policy).exclude(purpose="second").order_by("-priority")[3]
    assert again.get().priority >= fourth.priority


def test_what_measures_waits_like_the_others(plain):
    """Else an image would come although nothing waits."""
    policy, lena, _images = plain
    assert [queue.waiting for queue in queues_for(lena, policy.slug)] == [4]
    assert [queue.waiting for queue in queues_for(make.person("mia", "labeler"), policy.slug)] == [2]


def test_gold_is_shown_to_nobody_who_has_judged_the_image_since(plain):
    policy, lena, images = plain
    Label.objects.create(
        labeler=lena, image=images["gold"], policy=policy, policy_version=policy.versions.get(), purpose="second",
        verdict="unsure", shown_at=NOW, decided_at=NOW,
    )  # fmt: skip
    assert images["gold"] not in shown_next(policy, lena)


def test_adjudicators_get_their_help_as_early_as_labelers():
    policy = make.policy(required_opinions=2, slice_opinions=2)
    image = make.queued("disputed", policy)
    for name, key in (("p1", "safe"), ("p2", "harmful")):
        make.label_next(make.person(name, "labeler"), policy, key)
    assert make.open_entries(policy).get().purpose == "adjudication"
    assert head_of_queue(policy_id=policy.pk, count=10) == [image.pk]

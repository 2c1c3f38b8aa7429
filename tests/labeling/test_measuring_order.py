"""What measures people lies in the queue where any other opinion on its image would, and is prepared like those."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from labeling.models import Assignment, Image, Label, QueueEntry
from labeling.selectors.queue import head_of_queue, queues_for
from labeling.services.gold import make_gold
from labeling.services.leases import claim_next
from labeling.services.placing import place_images
from labeling.services.repeats import ask_again
from ml.models import ModelVersion
from tests import factories as make

pytestmark = pytest.mark.django_db
PURPOSES = ["first", "second", "repeat", "gold"]
NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)


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


def place(policy, images, order, name):
    ModelVersion.objects.filter(policy_key=policy.slug).update(state="candidate")
    model = make.classifier(policy, name=name)
    for doubt, purpose in enumerate(reversed(order), 1):
        make.prediction(images[purpose], model, [0.2, 0.3, 0.5], entropy=doubt / 10)
    place_images(image_ids=[image.pk for image in images.values()], policy=policy)


@pytest.mark.parametrize("order", [PURPOSES, PURPOSES[::-1], ["repeat", "second", "gold", "first"]])
def test_what_measures_lies_where_any_other_opinion_on_its_image_would(plain, order):
    policy, lena, images = plain
    place(policy, images, PURPOSES[1:] + PURPOSES[:1], "the model before")
    place(policy, images, order, "model")
    assert shown_next(policy, lena) == [images[purpose] for purpose in order]


def test_machines_prepare_help_for_what_measures_as_for_the_others(plain):
    policy, _lena, images = plain
    place(policy, images, PURPOSES, "model")
    assert head_of_queue(policy_id=policy.pk, count=10) == [images[purpose].pk for purpose in PURPOSES]
    assert head_of_queue(policy_id=policy.pk, count=3) == [images[purpose].pk for purpose in PURPOSES[:3]]


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

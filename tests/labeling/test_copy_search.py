"""From stored pictures to copy groups, with the real embedder and the real test on the pictures."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import clock
from labeling.models import CopyMatch, CopySearch, Image, MachineWork, QueueEntry
from labeling.selectors.nearest import near_hashes, nearest_images
from labeling.services import copy_search, scoring
from ml import services as ml
from moderation.services.intake import receive
from tests import factories as make

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def source(policy):
    return make.source("scenes", policy)


def take(source, data, name):
    return receive(data=data, source=source, external_id=name, received_at=WHEN).image


def search_all():
    while scoring.score_next():
        pass
    while copy_search.search_next():
        pass


def groups(*images):
    return len(set(Image.objects.filter(pk__in=[each.pk for each in images]).values_list("group", flat=True)))


def test_an_edited_copy_joins_its_picture_and_another_picture_does_not(source, policy):
    drawn = [ml.draw_scene(seed).jpeg for seed in range(4)]
    pictures = [take(source, data, f"scene {n}") for n, data in enumerate(drawn)]
    edited = [take(source, ml.edit_copy(drawn[n], seed=n), f"copy {n}") for n in range(2)]
    search_all()
    for original, copy in zip(pictures, edited, strict=False):
        assert groups(original, copy) == 1
    assert groups(*pictures) == 4
    assert CopySearch.objects.count() == 6
    waiting = QueueEntry.objects.filter(state="open").values_list("image", flat=True)
    assert sorted(waiting) == [image.pk for image in pictures]


def test_searched_again_nothing_changes(source):
    scene = ml.draw_scene(1).jpeg
    take(source, scene, "scene")
    take(source, ml.edit_copy(scene, seed=1), "copy")
    search_all()
    before = list(CopyMatch.objects.values_list())
    assert len(before) == 1
    assert copy_search.search_next() == 0
    assert list(CopyMatch.objects.values_list()) == before


def test_a_picture_that_cannot_be_read_is_set_aside_and_holds_up_no_other(source):
    scene = ml.draw_scene(1).jpeg
    first, second = take(source, scene, "scene"), take(source, ml.edit_copy(scene, seed=1), "copy")
    while scoring.score_next():
        pass
    default_storage.delete(first.view_key)
    default_storage.save(first.view_key, ContentFile(b"no picture"))
    for minute in range(3):
        with clock.at(datetime.now(UTC) + timedelta(minutes=minute)):
            search_all()
    assert CopySearch.objects.get().image == second
    assert MachineWork.objects.get(failed_at__isnull=False).image == first


def test_the_nearest_are_found_by_embedding_and_never_the_image_itself(policy):
    images = [make.queued(f"image {n}", policy) for n in range(4)]
    for image, vector in zip(images, ([1, 0], [1, 0.1], [0, 1], [1, 0.5]), strict=True):
        make.embedding(image, vector)
    found = nearest_images(image=images[0], count=2)
    assert [near.image_id for near in found] == [images[1].pk, images[3].pk]
    assert found[0].distance == pytest.approx(1 - 1 / 1.01**0.5, abs=1e-3)
    assert nearest_images(image=make.image("not embedded")) == []
    inside = np.zeros(1280, np.float16)
    inside[1] = 1
    assert [near.image_id for near in nearest_images(image=images[0], inside=inside, count=2)] == [
        images[2].pk,
        images[1].pk,
    ]


def test_near_hashes_differ_in_few_bits_and_say_something():
    image, near, far, poor = (make.image(name) for name in ("image", "near", "far", "poor"))
    bits = "01" * 128
    for each, pdq, quality in (
        (image, bits, 100),
        (near, "11111" + bits[5:], 50),
        (far, "1" * 256, 100),
        (poor, bits, 49),
    ):
        Image.objects.filter(pk=each.pk).update(pdq=pdq, pdq_quality=quality)
    assert near_hashes(image=image) == [(near.pk, 3)]
    assert near_hashes(image=poor) == []


def test_every_hash_within_31_bits_is_found_wherever_the_bits_lie():
    image = make.image("image")
    dice = random.Random(31)
    bits = [dice.randrange(2) for _ in range(256)]
    turned = {
        "first": range(31),
        "last": range(225, 256),
        "spread": range(0, 248, 8),
        "any": dice.sample(range(256), 31),
    }
    expected = set()
    for name, places in {"image": [], **turned, "too far": range(0, 256, 8)}.items():
        each = image if name == "image" else make.image(name)
        pdq = "".join(str(bit ^ (place in places)) for place, bit in enumerate(bits))
        Image.objects.filter(pk=each.pk).update(pdq=pdq, pdq_quality=100)
        if name in turned:
            expected.add((each.pk, 31))
    with CaptureQueriesContext(connection) as queries:
        assert set(near_hashes(image=image)) == expected
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        assert "image_hash_pieces" in str(cursor.fetchall())

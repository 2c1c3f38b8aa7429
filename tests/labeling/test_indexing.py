"""What similar images are found by: learnt when there is enough, kept to the last months and to what people judged."""

from datetime import timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from labeling import clock
from labeling.models import Embedding, IndexedEmbedding
from labeling.selectors import nearest
from labeling.selectors.nearest import nearest_images
from labeling.services import indexing
from ml import versions
from ml.models import ModelVersion
from tests import factories as make

pytestmark = pytest.mark.django_db
MANY = 300


def unlike(count, seed=0):
    """Vectors of 1,280 numbers that are not negative, most of whose variance lies in forty directions."""
    dice = np.random.default_rng(seed)
    directions = np.random.default_rng(7).gamma(0.3, 1, (40, 1280))
    return (dice.gamma(0.5, 1, (count, 40)) @ directions + dice.gamma(0.5, 0.2, (count, 1280))).astype(np.float16)


def put(vectors, name="image"):
    images = [make.image(f"{name} {number}") for number in range(len(vectors))]
    for image, vector in zip(images, vectors, strict=True):
        make.embedding(image, vector.tolist())
    return images


def indexed():
    return set(IndexedEmbedding.objects.values_list("embedding__image", flat=True))


@pytest.fixture
def learnt(monkeypatch):
    """An index over MANY images: (images, vectors of length 1)."""
    monkeypatch.setattr(indexing, "FIT_AT", MANY)
    vectors = unlike(MANY)
    images = put(vectors)
    assert indexing.learn()
    single = vectors.astype(np.float64)
    return images, single / np.linalg.norm(single, axis=1, keepdims=True)


def test_it_is_learnt_once_there_is_enough(monkeypatch):
    monkeypatch.setattr(indexing, "FIT_AT", MANY)
    assert not indexing.learn()
    images = put(unlike(MANY - 1))
    assert not indexing.learn()
    assert versions.shortening() is None
    images += put(unlike(1, seed=1), "last")
    assert indexing.learn()
    assert indexed() == {image.pk for image in images}
    assert not indexing.learn()


@pytest.mark.parametrize("with_index", [False, True])
def test_the_nearest_are_those_of_brute_force(request, monkeypatch, with_index):
    images, single = request.getfixturevalue("learnt")
    if not with_index:
        monkeypatch.setattr(nearest.versions, "shortening", lambda: None)
    monkeypatch.setattr(nearest, "CANDIDATES", 60)
    for number in (0, 99, 250):
        away = 1 - single @ single[number]
        expected = [images[other].pk for other in np.argsort(away)[1:11]]
        found = nearest_images(image=images[number])
        assert [each.image_id for each in found] == expected
        assert found[0].distance == pytest.approx(np.sort(away)[1], abs=2e-3)


def test_the_short_ones_are_looked_up_by_their_index(learnt):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT vector::text FROM labeling_indexedembedding LIMIT 1")
        ((short,),) = cursor.fetchall()
        for where, name in (("", "short_nearest "), ("WHERE judged", "short_nearest_judged ")):
            cursor.execute(
                f"EXPLAIN SELECT embedding_id FROM labeling_indexedembedding {where} "
                "ORDER BY vector <-> %s::halfvec LIMIT 9",
                [short],
            )
            assert f"Index Scan using {name}" in "\n".join(row for (row,) in cursor.fetchall())


@pytest.mark.usefixtures("learnt")
def test_what_comes_later_is_indexed_with_its_embedding():
    late = put(unlike(1, seed=2), "late")[0]
    indexing.index(images=[late.pk])
    assert late.pk in indexed()
    twin = make.image("twin")
    make.embedding(twin, Embedding.objects.get(image=late).vector)
    indexing.index(images=[twin.pk])
    assert nearest_images(image=late, count=1)[0].image_id == twin.pk


def test_what_is_old_leaves_unless_people_judged_it(learnt):
    images, _ = learnt
    policy = make.policy()
    make.decided(images[0], policy, "safe")
    assert indexing.tend(count=100) == 1
    assert IndexedEmbedding.objects.get(judged=True).embedding.image == images[0]
    assert indexing.tend(count=100) == 0
    with clock.at(clock.now() + indexing.WINDOW + timedelta(days=1)):
        assert indexing.tend(count=200) == 200
        assert indexing.tend(count=200) == MANY - 1 - 200
        assert indexed() == {images[0].pk}
        make.decided(images[1], policy, "harmful")
        assert indexing.tend(count=100) == 1
        assert indexed() == {images[0].pk, images[1].pk}
        indexing.rebuild()
        assert indexed() == {images[0].pk, images[1].pk}


def test_an_embedding_takes_its_place_in_the_index_with_it(learnt):
    images, _ = learnt
    Embedding.objects.filter(image=images[0]).delete()
    assert indexed() == {image.pk for image in images[1:]}


def test_another_embedder_has_to_be_learnt_from_anew(learnt):
    versions.retire(versions.active_embedder())
    ModelVersion.objects.create(
        kind="embedder", name="another", architecture="tests", state="active", weights_digest="1"
    )
    assert versions.shortening() is None
    assert not indexing.learn()
    assert indexing.tend(count=10) == 0


def test_by_hand(learnt):
    out = StringIO()
    call_command("rebuild_index", stdout=out)
    assert out.getvalue().startswith(f"{MANY} images indexed. 256 components, learnt from {MANY} embeddings")


def test_too_few_to_learn_from_is_said():
    with pytest.raises(CommandError, match="no embeddings"):
        call_command("rebuild_index")
    put(unlike(3))
    with pytest.raises(CommandError, match="too few"):
        call_command("rebuild_index")

"""The nearest judged images are the right ones, whatever else lies nearer, and none that must not be shown."""

import hashlib
from collections import Counter

import numpy as np
import pytest
from safetensors.numpy import save

from labeling.models import Category, Label, LabelWithdrawal
from labeling.selectors import similar, votes
from labeling.selectors.judged import is_embedded
from labeling.selectors.similar import nearest_judged, neighbour_votes
from labeling.services import indexing
from ml import versions
from ml.results import FittedShortening
from tests import factories as make

pytestmark = pytest.mark.django_db
KEYS = ("safe", "low", "harmful")


@pytest.fixture
def policy():
    return make.policy()


def put(name, vector, policy=None, key=None, **where):
    """An image at this place in space, judged if a key is given."""
    made = make.image(name, **where)
    make.embedding(made, vector)
    if key:
        make.decided(made, policy, key)
    return made


@pytest.fixture
def me():
    return put("me", [1, 0])


def index():
    """Build the index, of stand-ins that hold all there is in these few dimensions."""
    weights = save({"mean": np.zeros(1280, np.float32), "axes": np.eye(1280, 256, dtype=np.float32)})
    fitted = FittedShortening(weights, hashlib.sha256(weights).hexdigest(), {"components": 256})
    indexing.build(versions.record_shortening(fitted, trunk=make.embedder()))


def ids(neighbours):
    return [neighbour.image_id for neighbour in neighbours]


def restricted(policy):
    return Category.objects.create(
        policy=policy, key="csam", name="Abuse", grade=9, action="block", hotkey="9", restricted=True
    )


@pytest.fixture
def cloud(policy):
    """Eighty images in eight dimensions, forty of them judged: (images, unit vectors, key of each judged one)."""
    rng = np.random.default_rng(7)
    vectors = rng.gamma(0.5, 1.0, (80, 8)).astype(np.float16).astype(np.float64)
    keys = {n: KEYS[0 if n < 25 else 1 if n < 38 else 2] for n in range(40)}
    images = [put(f"{n}", vectors[n].tolist(), policy, keys.get(n)) for n in range(80)]
    return images, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), keys


def brute_force(cloud, n, key, count):
    images, unit, keys = cloud
    others = sorted((m for m, its in keys.items() if its == key and m != n), key=lambda m: 1 - unit[m] @ unit[n])
    return [images[m].pk for m in others[:count]]


@pytest.mark.parametrize("walks", [False, True], ids=["exact", "exact and walk"])
def test_they_are_those_of_brute_force_in_each_category(policy, cloud, monkeypatch, walks):
    if walks:  # as where far more is judged than is measured one by one
        monkeypatch.setattr(similar, "EXACT_ROWS", 6)
        index()
    for n in (0, 30, 39, 50, 79):
        found = nearest_judged(image=cloud[0][n], policy=policy, per_category=3)
        for key in KEYS:
            assert ids(each for each in found if each.category.key == key) == brute_force(cloud, n, key, 3)
        assert found[0].distance == pytest.approx(
            min(each.distance for each in found if each.category.key == "safe"), abs=1e-6
        )


def test_the_walk_finds_what_the_latest_do_not_hold(policy, me, monkeypatch):
    monkeypatch.setattr(similar, "EXACT_ROWS", 6)
    old = put("old and near", [1, 0.01], policy, "safe")
    for n in range(5):
        put(f"{n}", [0.1 * n, 1], policy, "safe")
    assert ids(nearest_judged(image=me, policy=policy))[0] != old.pk
    index()
    assert ids(nearest_judged(image=me, policy=policy))[0] == old.pk


def test_the_order_does_not_vote(policy, me):
    for n in range(4):
        put(f"harmful {n}", [1, 0.1 * n], policy, "harmful")
        put(f"safe {n}", [0.1 * n, 1], policy, "safe")
    found = nearest_judged(image=me, policy=policy, per_category=2)
    assert [each.category.key for each in found] == ["safe", "harmful", "safe", "harmful"]


def test_neither_the_image_itself_nor_its_copies(policy, me):
    copy = make.copy_of(me, "copy")
    make.embedding(copy, [1, 0])
    for each in (me, copy):
        make.decided(each, policy, "harmful")
    other = put("other", [0, 1], policy, "safe")
    assert ids(nearest_judged(image=me, policy=policy)) == [other.pk]


def test_one_image_per_copy_group_the_nearest(policy, me):
    far = put("far", [1, 1], policy, "safe")
    near = make.copy_of(far, "near")
    make.embedding(near, [1, 0.2])
    make.decided(near, policy, "harmful")
    assert ids(nearest_judged(image=me, policy=policy)) == [near.pk]


def test_only_what_stands_under_this_policy(policy, me):
    make.undecided(make.decided(put("withdrawn", [1, 0]), policy, "safe"))
    put("elsewhere", [1, 0], make.policy("other"), "safe")
    put("undecided", [1, 0])
    assert nearest_judged(image=me, policy=policy) == []


def test_a_withdrawn_decision_gives_way_to_the_next(policy, me):
    image = put("a", [1, 0])
    first = make.decided(image, policy, "safe")
    make.undecided(first)
    type(first).objects.create(
        image=image,
        policy=policy,
        policy_version=first.policy_version,
        category=make.category(policy, "harmful"),
        opinions=2,
        replaces=first.withdrawal,
    )
    assert [each.category.key for each in nearest_judged(image=me, policy=policy)] == ["harmful"]


def test_nothing_restricted_under_whatever_policy_nor_a_copy_of_it(policy, me):
    other = make.policy("other")
    restricted(policy)
    restricted(other)
    put("here", [1, 0], policy, "csam")
    there = put("there", [1, 0], policy, "safe")
    make.decided(there, other, "csam")
    copy = make.copy_of(there, "copy")
    make.embedding(copy, [1, 0])
    make.decided(copy, policy, "safe")
    fine = put("fine", [0, 1], policy, "safe")
    assert ids(nearest_judged(image=me, policy=policy)) == [fine.pk]


def test_one_person_calling_it_restricted_is_enough_until_they_take_it_back(policy, me):
    other = make.policy("other", required_opinions=2, slice_opinions=2)
    restricted(other)
    image = put("a", [1, 0], policy, "safe")
    make.queue_image(image=image, policy=other)
    label = make.label_next(make.person("lena", "labeler"), other, "csam")
    assert Label.objects.count() == 1
    assert nearest_judged(image=me, policy=policy) == []
    LabelWithdrawal.objects.create(label=label, cause="undo")
    assert ids(nearest_judged(image=me, policy=policy)) == [image.pk]


def test_nothing_erased(policy, me):
    image = put("a", [1, 0], policy, "safe")
    image.view_key = image.thumb_key = ""
    image.save()
    assert nearest_judged(image=me, policy=policy) == []


def test_what_only_a_demo_knows_stays_beside_the_demos_images(policy, me):
    demo = make.source("demo")
    demo.demo = True
    demo.save()
    drawn = put("drawn", [1, 0], policy, "safe", of=demo)
    asked = put("asked", [1, 0], of=demo)
    assert nearest_judged(image=me, policy=policy) == []
    assert ids(nearest_judged(image=asked, policy=policy)) == [drawn.pk]
    assert neighbour_votes(image_ids=[me.pk, asked.pk], policy=policy) == {asked.pk: "safe"}


def test_without_an_embedding_there_are_none_yet(policy, me):
    put("a", [1, 0], policy, "safe")
    bare = make.image("bare")
    assert nearest_judged(image=bare, policy=policy) == []
    assert neighbour_votes(image_ids=[bare.pk], policy=policy) == {}
    assert not is_embedded(bare)
    assert is_embedded(me)


def test_without_any_embedder_there_are_none(policy):
    bare = make.image("bare")
    assert not is_embedded(bare)
    assert nearest_judged(image=bare, policy=policy) == []
    assert neighbour_votes(image_ids=[bare.pk], policy=policy) == {}


def test_votes_are_those_of_brute_force(policy, cloud, monkeypatch):
    monkeypatch.setattr(votes, "BLOCK", 7)
    images, unit, keys = cloud
    expected = {}
    for n, image in enumerate(images):
        nearest = sorted((m for m in keys if m != n), key=lambda m: 1 - unit[m] @ unit[n])[:9]
        count = Counter(keys[m] for m in nearest)
        weight = {key: sum(unit[m] @ unit[n] for m in nearest if keys[m] == key) for key in KEYS}
        expected[image.pk] = max(count, key=lambda key: (count[key], weight[key]))
    assert len(set(expected.values())) > 1
    assert neighbour_votes(image_ids=[image.pk for image in images], policy=policy) == expected


def test_a_tie_goes_to_the_nearer_and_copies_vote_once(policy, me):
    put("near", [1, 0.1], policy, "harmful")
    first = put("far", [1, 1], policy, "safe")
    for n in range(3):
        copy = make.copy_of(first, f"copy {n}")
        make.embedding(copy, [1, 1])
        make.decided(copy, policy, "safe")
    assert neighbour_votes(image_ids=[me.pk], policy=policy) == {me.pk: "harmful"}
    assert neighbour_votes(image_ids=[first.pk], policy=policy, k=1) == {first.pk: "harmful"}

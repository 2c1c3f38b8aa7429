"""Erasing what machines work on in this very moment, and what they find and learn afterwards."""

from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from labeling.models import CopyGroup, CopyMatch, CopySearch, Embedding, Image, IndexedEmbedding, MachineWork
from labeling.selectors.nearest import near_hashes
from labeling.selectors.similar import nearest_judged
from labeling.services import copy_search, indexing, training
from labeling.services.machine_work import Job, work_on_next
from ml import services as ml
from ml.results import CopyCheck
from tests import factories as make
from tests import machine_factories as machine
from tests.labeling.erased import asked, gone, stored, use_storage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    use_storage(settings, tmp_path)
    return tmp_path


@pytest.fixture
def policy():
    return make.policy()


def in_background(image):
    """Erase it over a connection of its own; return the thread that does."""

    def work():
        try:
            gone(image)
        finally:
            connection.close()

    thread = Thread(target=work)
    thread.start()
    return thread


def meanwhile(image):
    """Erase it now, without waiting for the worker, who may compute for minutes."""
    thread = in_background(image)
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["computed", "stored"])
def test_what_is_erased_while_a_worker_looks_at_it_leaves_no_result(moment):
    policy = make.policy()
    images, embedder = [stored(name, policy) for name in "ab"], machine.embedder()

    def compute(rows, data):
        if moment == "computed":
            meanwhile(images[0])
        return data

    def store(results):
        for image, _ in results:
            machine.scored(image)
        if moment == "stored":
            meanwhile(images[0])

    job = Job("score", embedder, lambda _: [image.pk for image in images], compute, store)
    assert work_on_next(job, count=2) == 2
    assert Image.objects.get(pk=images[0].pk).erased_at
    assert [each.image for each in Embedding.objects.all()] == images[1:]
    assert not MachineWork.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_into_the_index_in_this_moment_is_erased_after_it(monkeypatch):
    policy = make.policy()
    image = make.queued("picture", policy)
    make.embedding(image, [1, 0])
    make.decided(image, policy, "safe")
    monkeypatch.setattr(indexing.versions, "shortening", lambda: object())
    monkeypatch.setattr(indexing.versions, "weights_of", lambda _: b"")
    threads = []

    def shorten(_, vectors):
        threads.append(in_background(image))
        threads[0].join(0.5)
        assert threads[0].is_alive(), "it waits"
        return vectors[:, :256]

    monkeypatch.setattr(indexing.ml, "shorten", shorten)
    assert indexing.tend(count=10) == 1
    threads[0].join(20)
    assert Image.objects.get().erased_at
    assert not Embedding.objects.exists()
    assert not IndexedEmbedding.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_while_the_index_is_built_erasing_waits_and_locks_nothing_that_people_need():
    image = make.queued("picture", make.policy())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(indexing._LOCK)
        thread = in_background(image)
        thread.join(0.5)
        assert thread.is_alive(), "it waits"
        assert CopyGroup.objects.select_for_update(nowait=True).get()
    thread.join(20)
    assert Image.objects.get().erased_at


def test_work_on_what_is_erased_by_now_is_forgotten_and_not_set_aside(policy):
    image, embedder = stored("picture", policy), machine.embedder()
    job = Job("score", embedder, lambda _: [], lambda *_: [], lambda _: None)
    gone(image)
    for failed_at in (None, timezone.now()):  # left by a worker that died, and set aside
        MachineWork.objects.create(
            image=image, stage="score", model_version=embedder, started_at=timezone.now(), failed_at=failed_at
        )
        assert work_on_next(job, count=2) == 0
        assert not MachineWork.objects.exists()


@pytest.mark.parametrize("which", ["searched", "candidate"])
def test_a_search_for_copies_goes_on_when_an_image_is_erased_under_it(policy, monkeypatch, which):
    first, second = stored("first", policy), stored("second", policy)
    Image.objects.filter(pk=second.pk).update(pdq=first.pdq)
    for image in (first, second):
        machine.scored(image)
    CopySearch.objects.create(image=first, rule=ml.COPY_RULE, candidates=0)
    erased = {"searched": second, "candidate": first}[which]

    def inside(looked_at):
        gone(erased)
        return [None for _ in looked_at]

    proof = CopyCheck(True, 90, False, agreement=0.9, structure=0.9, likeness=0.9, overlap=1.0)
    monkeypatch.setattr(copy_search.ml, "embed_inside", inside)
    monkeypatch.setattr(copy_search.ml, "check_copies", lambda picture, others: [proof for _ in others])
    assert copy_search.search_next() == 1
    assert CopyMatch.objects.exists() == (which == "searched"), "nothing is proved on bytes that are gone"
    assert Embedding.objects.get().image != erased
    [left_one] = {first, second} - {erased}
    assert asked(first, second) == [(left_one.pk, "first")]
    assert copy_search.search_next() == 0


def test_erased_images_take_no_place_among_the_near_hashes():
    images = [make.image(f"picture {n}") for n in range(12)]
    Image.objects.update(pdq=images[0].pdq)
    for image in images[1:11]:
        gone(image)
    assert [near.image_id for near in near_hashes(image=images[0])] == [images[11].pk]


def test_similar_images_leave_it_out_and_find_none_for_it(policy):
    shown, first, second = (make.queued(name, policy) for name in ("shown", "first", "second"))
    for image, vector in ((shown, [1, 0]), (first, [1, 0.1]), (second, [1, 0.2])):
        make.embedding(image, vector)
    for image in (first, second):
        make.decided(image, policy, "safe")
    gone(first)
    assert [near.image_id for near in nearest_judged(image=shown, policy=policy)] == [second.pk]
    gone(shown)
    assert nearest_judged(image=shown, policy=policy) == []


def test_nothing_is_learnt_from_it(monkeypatch):
    policy = make.policy(slice_share=1e-9)
    images = [make.queued(f"picture {n}", policy) for n in range(12)]
    for n, image in enumerate(images):
        make.embedding(image, [n, 1])
        make.decided(image, policy, "safe" if n % 2 else "harmful")
    learnt = []
    monkeypatch.setattr(training.training, "prepare_run", lambda **run: learnt.append(run["examples"]))
    monkeypatch.setattr(training.training, "train", lambda run: run)
    gone(images[0])
    training.train_frozen(policy=policy)
    assert {example.sha256 for example in learnt[0]} == {image.sha256 for image in images[1:]}

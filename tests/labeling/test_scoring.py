"""The real networks on small pictures, from stored bytes to rows and places in the queue."""

from datetime import timedelta
from itertools import count

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings
from django.utils import timezone

from labeling import clock, tasks
from labeling.models import Embedding, Explanation, MachineWork, Prediction, QueueEntry
from labeling.services import explaining, models, scoring, training
from ml import versions
from ml.models import ModelVersion, TrainingRun
from tests import factories as make
from tests.machines import decide, receive_colours, red_or_blue

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy(slice_share=0.25)


@pytest.fixture
def images(policy):
    """Two dozen small pictures, half of them reddish and half bluish, in the order of arrival."""
    return receive_colours(policy, 24)


@pytest.fixture
def later():
    """Return a context manager in which it is a minute later than in the one before."""
    moments = (timezone.now() + timedelta(minutes=n) for n in count(1))
    return lambda: clock.at(next(moments))


def score_all():
    while scoring.score_next(count=16):
        pass


def test_every_image_gets_one_embedding_of_the_frozen_embedder(images):
    score_all()
    score_all()
    embedder = ModelVersion.objects.get(kind="embedder")
    assert embedder.state == "active"
    assert list(Embedding.objects.order_by("image").values_list("image", "model_version")) == [
        (image.pk, embedder.pk) for image in images
    ]
    vector = np.array(Embedding.objects.first().vector)
    assert vector.shape == (1280,)
    assert np.isfinite(vector).all()
    assert vector.any()


def test_one_broken_image_is_set_aside_and_holds_up_no_other(images, later):
    broken = images[5]
    default_storage.delete(broken.view_key)
    default_storage.save(broken.view_key, ContentFile(b"\xff\xd8\xff\xe0 no picture at all"))
    for _ in range(3):
        with later():
            score_all()
    assert set(Embedding.objects.values_list("image", flat=True)) == {i.pk for i in images} - {broken.pk}
    row = MachineWork.objects.get()
    assert row.image == broken
    assert row.failed_at
    assert row.error


def test_without_a_model_people_are_asked_as_before(images, policy):
    score_all()
    assert scoring.judge_next(policy=policy) == 0
    assert explaining.explain_next(policy=policy) == 0
    assert not Prediction.objects.exists()
    assert make.label_next(make.person("lena", "labeler"), policy)


@pytest.fixture
def model(images, policy):
    score_all()
    decide(policy, images)
    version = training.train_frozen(policy=policy)
    models.activate(version)
    return version


def test_a_model_judges_every_image_and_orders_the_queue(model, images, policy):
    more = receive_colours(policy, 12, first=100)
    score_all()
    while scoring.judge_next(policy=policy, count=20):
        pass
    predictions = Prediction.objects.filter(model_version=model)
    assert predictions.count() == len(images) + len(more)
    for prediction in predictions:
        assert sum(prediction.probabilities) == pytest.approx(1, abs=1e-4)
        assert 0 <= prediction.disagreement <= prediction.entropy + 1e-6 <= np.log(3) + 1e-5
    right = [
        model.categories[int(np.argmax(p.probabilities))] == red_or_blue(p.image)
        for p in predictions.filter(image__in=more).select_related("image")
    ]
    assert np.mean(right) > 0.8
    entries = QueueEntry.objects.filter(state="open", image__in=more)
    assert {entry.strategy for entry in entries} == {"slice", "entropy"}
    assert all((entry.model_version == model) == (entry.strategy == "entropy") for entry in entries)


def test_the_slice_is_never_learnt_from(model, images, policy):
    manifest = default_storage.open(model.training_run.manifest_key).read().decode()
    in_slice = [image for image in images if image.group.u < policy.slice_share]
    assert in_slice
    assert not [image for image in in_slice if image.sha256 in manifest]
    assert [image for image in images if image.sha256 in manifest]


def test_a_version_says_what_it_was_made_of(model, policy):
    assert (model.kind, model.policy_key, model.policy_version) == ("classifier", policy.slug, 1)
    assert model.categories == ["safe", "low", "harmful"]
    assert model.preprocessing["embedder"] == ModelVersion.objects.get(kind="embedder").name
    assert model.data_digest == model.training_run.manifest_digest
    assert model.training_run.state == TrainingRun.State.DONE
    assert len(versions.weights_of(model)) > 1000


def test_trained_twice_on_the_same_it_is_the_same(model, policy):
    assert training.train_frozen(policy=policy) == model


def test_weights_that_changed_in_the_storage_are_refused(model):
    weights = versions.weights_of(model)
    versions._read_weights.cache_clear()
    replace_file(model.weights_key, b"something else")
    with pytest.raises(versions.WrongWeights):
        versions.weights_of(model)
    replace_file(model.weights_key, weights)  # other tests share the storage, and may train the very same model


def replace_file(key, data):
    default_storage.delete(key)
    default_storage.save(key, ContentFile(data))


def test_restricted_categories_are_not_learnt_from(images, policy):
    score_all()
    decide(policy, images)
    policy.categories.filter(key="harmful").update(restricted=True)
    with pytest.raises(training.NotEnoughLabels, match="safe: "):
        training.train_frozen(policy=policy)


def test_too_few_labels_are_an_error_that_says_what_is_missing(images, policy):
    with pytest.raises(training.NotEnoughLabels, match="No image has been scored"):
        training.train_frozen(policy=policy)
    score_all()
    with pytest.raises(training.NotEnoughLabels, match="Found none"):
        training.train_frozen(policy=policy)


def test_heatmaps_are_made_for_the_head_of_the_queue_only(model, images, policy, monkeypatch):
    more = receive_colours(policy, 12, first=200)
    score_all()
    scoring.judge_next(policy=policy)
    monkeypatch.setattr(explaining, "HEAD", 5)
    while explaining.explain_next(policy=policy, count=2):
        pass
    head = QueueEntry.objects.filter(state="open", purpose="first").order_by("-priority", "id")[:5]
    explained = Explanation.objects.filter(model_version=model)
    assert set(explained.values_list("image", flat=True)) == {entry.image_id for entry in head}
    for image in {entry.image for entry in head}:
        assert explained.filter(image=image).count() == 3
    one = explained.first()
    assert len(one.grid) == one.rows * one.columns
    assert 0 <= min(one.grid) <= max(one.grid) <= 1
    assert len(more) == 12


def test_the_tasks_do_it_all_and_doing_it_twice_changes_nothing(model, images, policy, eager):
    receive_colours(policy, 6, first=300)
    for _ in range(2):
        tasks.score_images()
        tasks.judge_images()
        tasks.explain_images()
    assert Embedding.objects.count() == Prediction.objects.count() == len(images) + 6
    assert (
        Explanation.objects.count()
        == 3
        * QueueEntry.objects.filter(state="open").exclude(purpose="adjudication").values("image").distinct().count()
    )


def test_only_the_embedder_that_was_learnt_with_is_used(model, policy):
    receive_colours(policy, 3, first=400)
    score_all()
    model.preprocessing["embedder"] = "another"
    model.save()
    assert scoring.judge_next(policy=policy) == 0


def test_a_storage_elsewhere_serves_the_bytes(policy):
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    with override_settings(STORAGES={"default": memory, "staticfiles": memory}):
        receive_colours(policy, 3)
        score_all()
    assert Embedding.objects.count() == 3

import pytest

from labeling.models import QueueEntry
from labeling.services.placing import place_images, place_stale
from ml import versions
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy(slice_share=0.3)


@pytest.fixture
def rest(policy):
    """Twelve images' entries, those outside the random slice."""
    for n in range(12):
        make.queued(f"image {n}", policy)
    return list(QueueEntry.objects.filter(strategy="random"))


def judged(entries, model, entropies):
    for entry, entropy in zip(entries, entropies, strict=False):
        make.prediction(entry.image, model, [0.6, 0.3, 0.1], entropy=entropy)
    place_images(image_ids=[entry.image_id for entry in entries], policy=entries[0].policy)


def test_the_most_doubtful_image_comes_next_after_the_slice(policy, rest):
    model = make.classifier(policy)
    judged(rest, model, [0.1 * n for n in range(len(rest))])
    order = list(QueueEntry.objects.order_by("-priority"))
    slice_size = 12 - len(rest)
    assert {entry.strategy for entry in order[:slice_size]} == {"slice"}
    assert [entry.pk for entry in order[slice_size:]] == [entry.pk for entry in reversed(rest)]
    assert all(entry.model_version_id == model.pk for entry in order[slice_size:])


def test_labelers_are_served_in_that_order(policy, rest):
    judged(rest, make.classifier(policy), [0.1 * n for n in range(len(rest))])
    lena = make.person("lena", "labeler")
    served = []
    while label := make.label_next(lena, policy):
        served.append(label.image_id)
    assert served[-len(rest) :] == [entry.image_id for entry in reversed(rest)]


def test_images_that_the_model_has_not_judged_stay_at_random(policy, rest):
    judged(rest[:2], make.classifier(policy), [0.4, 0.5])
    assert QueueEntry.objects.filter(strategy="entropy").count() == 2
    assert QueueEntry.objects.filter(strategy="random").count() == len(rest) - 2


def test_another_active_model_places_anew_and_none_at_random(policy, rest):
    first, second = make.classifier(policy, "first"), make.classifier(policy, "second", state="candidate")
    judged(rest, first, [0.2] * len(rest))
    for entry in rest[:3]:
        make.prediction(entry.image, second, [0.5, 0.5, 0], entropy=0.7)
    versions.activate(second)
    while place_stale(policy=policy, count=2):
        pass
    assert set(QueueEntry.objects.filter(model_version=second).values_list("pk", flat=True)) == {e.pk for e in rest[:3]}
    assert not QueueEntry.objects.filter(model_version=first).exists()
    versions.retire(second)
    while place_stale(policy=policy, count=2):
        pass
    assert QueueEntry.objects.filter(strategy="random").count() == len(rest)


def test_an_entry_that_opens_later_takes_its_place_from_the_model(policy, rest):
    policy.required_opinions = policy.slice_opinions = 2
    policy.save()
    model = make.classifier(policy)
    judged(rest, model, [0.9] * len(rest))
    lena = make.person("lena", "labeler")
    while make.label_next(lena, policy):
        pass
    second = QueueEntry.objects.filter(purpose="second", image=rest[0].image).get()
    assert (second.strategy, second.model_version_id) == ("entropy", model.pk)


def test_two_active_models_of_one_policy_are_impossible(policy):
    versions.activate(make.classifier(policy, "first"))
    second = make.classifier(policy, "second", state="candidate")
    versions.activate(second)
    assert versions.active_classifier(policy.slug) == second


def test_what_is_asked_again_keeps_its_place_whichever_model_is_active(policy, rest):
    model = make.classifier(policy)
    judged(rest[:1], model, [0.1])
    again = QueueEntry.objects.filter(pk=rest[0].pk)
    again.update(purpose="second", why="model", strategy="mixed", priority=0.7, model_version=None)
    for _ in range(2):
        place_images(image_ids=[rest[0].image_id], policy=policy)
        assert again.values_list("strategy", "priority", "model_version").get() == ("mixed", 0.7, None)
    assert place_stale(policy=policy, count=100) == 0

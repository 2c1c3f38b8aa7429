"""Which images get captions, from which model, in which order; and what is stored of them."""

from dataclasses import replace

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from labeling import tasks
from labeling.models import Caption, MachineWork, Policy, Source
from labeling.selectors import captionable
from labeling.services import captioning
from labeling.services.captioning import caption_next
from ml import results, services
from ml.models import ModelVersion
from ml.results import NetworkCard, Unreadable
from moderation.celery import app
from tests import factories as make

pytestmark = pytest.mark.django_db

CARD = NetworkCard("blip", "ab" * 32, {"side": 32}, 0)
WORDS = ("a", "knife")


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }
    settings.CAPTION_MODEL = "somebody/a-captioner"


class Models:
    """The captioners that are installed, and what they were asked."""

    def __init__(self):
        self.cards = {services.DRAWN: CARD}
        self.asked = []

    def card(self, model):
        card = self.cards.get(model)
        if isinstance(card, Exception):
            raise card
        return card

    def caption(self, files, model):
        self.asked.append((model, len(files)))
        return [Unreadable("no picture") if file == b"broken" else said(WORDS) for file in files]

    def tag(self, files):
        self.asked.append(("tagger", len(files)))
        return [said(("cleaver",)) for _ in files]


def said(words):
    grids = np.tile(np.array([[0.0, 0.5, 1.0]], np.float32), (len(words), 1, 1))
    return results.Caption(words, grids)


@pytest.fixture
def models(monkeypatch):
    made = Models()
    monkeypatch.setattr(services, "captioner_card", made.card)
    monkeypatch.setattr(services, "caption", made.caption)
    monkeypatch.setattr(services, "tagger_card", lambda: CARD)
    monkeypatch.setattr(services, "tag", made.tag)
    return made


@pytest.fixture
def policy():
    return make.policy()


def queued(name, policy, *, demo, data=b"picture"):
    image = make.queued(name, policy)
    Source.objects.filter(name="shop").update(demo=False)
    if demo:
        source = make.source("demo")
        Source.objects.filter(pk=source.pk).update(demo=True)
        moved = make.image(f"drawn {name}", of=source)
        image.entries.update(image=moved)
        image = moved
    default_storage.save(image.view_key, ContentFile(data))
    return image


def captioned(kind=None):
    rows = Caption.objects.order_by("id")
    return [row.image for row in (rows.filter(model_version__kind=kind) if kind else rows)]


def test_drawn_pictures_and_others_are_captioned_apart(models, policy):
    drawn, real = queued("a", policy, demo=True), queued("b", policy, demo=False)
    models.cards["somebody/a-captioner"] = replace(CARD, weights_digest="cd" * 32)
    assert caption_next(domain="drawn") == 1
    assert captioned() == [drawn]
    assert caption_next(domain="") == 1
    assert captioned() == [drawn, real]
    assert models.asked == [("drawn", 1), ("somebody/a-captioner", 1)]
    versions = ModelVersion.objects.filter(kind="captioner").order_by("id").values_list("name", "domain", "state")
    assert list(versions) == [("drawn-captioner-abababab", "drawn", "active"), ("a-captioner-cdcdcdcd", "", "active")]
    assert caption_next(domain="drawn") == caption_next(domain="") == 0


def test_words_are_stored_with_their_grids_in_whole_numbers(models, policy):
    queued("a", policy, demo=True)
    caption_next(domain="drawn")
    caption = Caption.objects.get()
    assert caption.words == [["a", [0, 4, 9]], ["knife", [0, 4, 9]]]
    assert (caption.rows, caption.columns) == (1, 3)


def test_until_a_captioner_is_installed_key_words_stand_in(models, policy):
    image = queued("a", policy, demo=False)
    caption_next(domain="")
    assert captioned("tagger") == [image]
    assert caption_next(domain="") == 0
    models.cards["somebody/a-captioner"] = replace(CARD, weights_digest="cd" * 32)
    assert caption_next(domain="") == 1
    assert captioned("captioner") == [image]
    assert caption_next(domain="") == 0


def test_what_is_no_captioner_is_as_good_as_none(models, policy, caplog):
    image = queued("a", policy, demo=False)
    models.cards["somebody/a-captioner"] = results.NotACaptioner("a folder of holiday pictures")
    assert caption_next(domain="") == 1
    assert captioned("tagger") == [image]
    assert "holiday pictures" in caplog.text


def test_drawn_pictures_wait_for_their_own_captioner(models, policy):
    queued("a", policy, demo=True)
    models.cards.clear()
    assert caption_next(domain="drawn") == caption_next(domain="") == 0


def test_without_a_demo_its_captioner_is_not_even_looked_for(models, policy):
    queued("a", policy, demo=False)
    assert caption_next(domain="drawn") == 0
    assert not ModelVersion.objects.exists()


def test_a_picture_that_a_real_source_has_sent_too_is_none_of_the_demos(models, policy):
    image = queued("a", policy, demo=True)
    image.arrivals.create(source=make.source("shop"), external_id="too", received_at=image.created_at)
    assert caption_next(domain="drawn") == 0
    assert caption_next(domain="") == 1


def test_the_heads_of_all_queues_come_first_in_turn_then_what_was_judged(models, policy):
    clothes = make.policy("clothes")
    judged = queued("judged", policy, demo=True)
    judged.entries.update(state="done")
    make.decided(judged, policy, "safe")
    weapons_next = [queued(f"w{n}", policy, demo=True) for n in range(3)]
    clothes_next = [queued(f"c{n}", clothes, demo=True) for n in range(2)]
    heads = [captionable.head_of_queue(policy_id=each.pk, count=9) for each in (clothes, policy)]
    assert [sorted(head) for head in heads] == [[i.pk for i in clothes_next], [i.pk for i in weapons_next]]
    assert caption_next(domain="drawn", count=2) == 2
    assert {image.pk for image in captioned()} == {heads[0][0], heads[1][0]}
    while caption_next(domain="drawn", count=2):
        pass
    assert captioned()[-1] == judged
    assert len(captioned()) == 6


def test_only_the_head_of_a_queue_is_captioned(models, policy, monkeypatch):
    for n in range(4):
        queued(f"{n}", policy, demo=True)
    monkeypatch.setattr(captionable, "HEAD", 3)
    while caption_next(domain="drawn", count=2):
        pass
    assert Caption.objects.count() == 3


@pytest.mark.parametrize("change", [{"help_mode": "blind"}, {"active": False}])
def test_what_nobody_may_see_is_not_captioned(models, policy, change):
    image = queued("a", policy, demo=True)
    make.decided(image, policy, "safe")
    Policy.objects.filter(pk=policy.pk).update(**change)
    assert caption_next(domain="drawn") == 0


def test_an_image_that_cannot_be_read_is_set_aside_for_this_model_only(models, policy):
    image = queued("a", policy, demo=False, data=b"broken")
    models.cards["somebody/a-captioner"] = CARD
    caption_next(domain="")
    MachineWork.objects.update(started_at=image.created_at.replace(year=2020))
    caption_next(domain="")
    row = MachineWork.objects.get()
    assert (row.image, row.error, row.model_version.kind) == (image, "no picture", "captioner")
    assert row.failed_at
    assert caption_next(domain="") == 0
    models.cards.clear()  # the model was taken away again
    assert caption_next(domain="") == 1
    assert captioned("tagger") == [image]


def test_the_task_goes_on_to_the_end_but_leaves_the_machine_to_a_demo_that_is_being_filled_in(
    models, policy, monkeypatch
):
    for n in range(2 * captioning.BATCH + 1):
        queued(f"{n}", policy, demo=True)
    monkeypatch.setattr(tasks, "filling", lambda: "going on")
    tasks.caption_images()
    assert Caption.objects.count() == captioning.BATCH
    monkeypatch.setattr(tasks, "filling", lambda: None)
    tasks.caption_images()
    assert Caption.objects.count() == 2 * captioning.BATCH + 1


def test_captions_run_where_networks_do_and_are_found_by_the_clock():
    assert app.conf.task_routes["labeling.tasks.caption_images"] == {"queue": "gpu"}
    asked = {each["task"]: each["schedule"] for each in app.conf.beat_schedule.values()}
    assert asked["labeling.tasks.caption_images"] == 10
    assert asked["labeling.tasks.measure_key_words"] == 600


def test_shades_go_from_dark_to_bright():
    assert captioning.shades(np.array([[0, 0.04], [0.06, 1]], np.float32)) == [0, 0, 1, 9]

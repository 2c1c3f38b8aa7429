"""Erasing an image: no byte is left, nobody is asked any more, and nothing that people said is lost."""

import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from labeling.models import (
    Caption,
    Embedding,
    Erasure,
    Explanation,
    Image,
    IndexedEmbedding,
    Label,
    MachineWork,
    PeopleDecision,
    Prediction,
    QueueEntry,
)
from labeling.services import adjudication, copies, files, measuring, queueing
from labeling.services.gold import make_gold
from labeling.services.repeats import CannotRepeat, ask_again
from labeling.services.reviews import request_review
from labeling.services.undoing import withdraw_label
from tests import factories as make
from tests import machine_factories as machine
from tests.labeling.erased import answer, asked, gone, labelers, lease, left, stored, use_storage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    use_storage(settings, tmp_path)
    return tmp_path


@pytest.fixture
def people():
    return labelers()


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def ada():
    return make.person("ada", "admin")


def test_bytes_and_what_machines_made_of_them_go_and_all_rows_stay(policy, people, ada, folder):
    image = stored("picture", policy)
    default_storage.save(f"{image.original_key}_cut-short", ContentFile(b"byt"))
    model, category = machine.classifier(policy), make.category(policy, "safe")
    embedding = machine.scored(image)
    IndexedEmbedding.objects.create(embedding=embedding, vector=[0.0] * 256)
    make.explanation(image, model, category, [[1.0]])
    machine.captioned(image, machine.captioner(), "knife")
    machine.set_aside(image)
    machine.judged(image, model, 0.5, 0.3, 0.2)
    make.label_next(people[0], policy, "safe")
    before = Image.objects.filter(pk=image.pk).values("sha256", "pdq", "pdq_quality", "width", "group").get()

    assert gone(image, by=ada, why="a person in it asked for it")
    assert files.delete_doomed()
    assert left(folder) == []
    for made in (Embedding, IndexedEmbedding, Explanation, Caption, MachineWork):
        assert not made.objects.exists(), made
    image.refresh_from_db()
    assert (image.original_key, image.view_key, image.thumb_key) == ("", "", "")
    assert Image.objects.filter(pk=image.pk).values(*before).get() == before
    assert Label.objects.count() == PeopleDecision.objects.filter(withdrawal=None).count() == 1
    assert Prediction.objects.count() == 1
    record = Erasure.objects.get()
    assert (record.image, record.erased_by, record.erased_at) == (image, ada, image.erased_at)


def test_what_is_made_of_other_images_stays(policy):
    first, second = stored("first", policy), stored("second", policy)
    for image in (first, second):
        machine.scored(image)
    gone(first)
    files.delete_doomed()
    assert default_storage.exists(second.view_key)
    assert Embedding.objects.get().image == second
    assert asked(first, second) == [(second.pk, "first")]


def test_erased_twice_it_is_erased_once(policy, ada):
    image = make.queued("picture", policy)
    assert gone(image, by=ada, why="first")
    at = Image.objects.get().erased_at
    assert not gone(image, why="second")
    assert (Erasure.objects.get().why, Image.objects.get().erased_at) == ("first", at)


def test_a_storage_that_is_away_does_not_lose_what_is_to_be_deleted(policy, folder, monkeypatch):
    stored("picture", policy)
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "delete", lambda *_: (_ for _ in ()).throw(OSError("away")))
        gone(Image.objects.get())
        assert files.delete_doomed() == 0
    assert Image.objects.get().view_key == "", "nobody gets it meanwhile"
    while files.delete_doomed():
        pass
    assert left(folder) == []


def in_every_purpose(people):
    """An image that is asked about under four policies, once for each purpose but gold; and gold itself."""
    image, eva = make.image("asked"), make.person("eva", "adjudicator")
    first, second, dispute, again = (
        make.policy(name, slice_opinions=opinions)
        for name, opinions in (("first", 1), ("second", 2), ("dispute", 2), ("again", 1))
    )
    for policy in (second, dispute, again):
        queueing.queue_image(image=image, policy=policy)
    make.label_next(people[0], second)
    for person, key in zip(people, ("safe", "harmful"), strict=False):
        make.label_next(person, dispute, key)
    ask_again(label=make.label_next(people[0], again))
    queueing.queue_image(image=image, policy=first)
    gold = make.policy("gold", gold_share=0.5)
    queueing.queue_image(image=image, policy=gold)
    make_gold(adjudication=make.adjudicated(image, gold, "safe", by=eva), person=eva)
    make.queued("other", gold)
    make.label_next(people[0], gold)
    return image, gold


def test_whatever_was_asked_about_it_is_asked_no_more(people, monkeypatch):
    monkeypatch.setattr("labeling.measuring.uniform", lambda name, *, key, purpose: 0.0)
    image, gold = in_every_purpose(people)
    assert measuring.plan_gold(policy=gold, count=10) == 1
    purposes = {"first", "second", "adjudication", "repeat", "gold"}
    assert {purpose for _, purpose in asked(image)} == purposes
    gone(image)
    assert asked(image) == []
    closed = QueueEntry.objects.filter(image=image, state="void")
    assert set(closed.values_list("purpose", flat=True)) == purposes
    assert measuring.plan_gold(policy=gold, count=10) == 0


def test_nothing_asks_about_it_again(policy, people):
    image = make.queued("picture", policy)
    label = make.label_next(people[0], policy)
    ask_again(label=label)
    repeat = answer(people[0], lease(people[0], policy), policy)
    decision = PeopleDecision.objects.get()
    gone(image)
    queueing.queue_image(image=image, policy=policy)
    with pytest.raises(CannotRepeat, match="erased"):
        ask_again(label=label)  # read before it was erased
    assert request_review(decision=decision, purpose="second", why="recheck", value=1) is None
    assert withdraw_label(person=people[0], label_id=repeat.pk) is None
    assert withdraw_label(person=people[0], label_id=label.pk) is None
    policy.required_opinions = policy.slice_opinions = 2
    policy.save()
    queueing.settle_some(policy=policy, after=0, count=10)
    assert asked(image) == []
    assert not PeopleDecision.objects.filter(withdrawal=None).exists()


def test_an_answer_to_what_is_on_a_screen_is_stored_and_counts(policy, people):
    image = make.queued("picture", policy)
    held = lease(people[0], policy)
    gone(image)
    assert lease(people[1], policy) is None
    label = answer(people[0], held, policy, "harmful")
    assert (label.image, label.assignment_id) == (image, held.assignment_id)
    assert PeopleDecision.objects.get().category.key == "harmful"
    assert answer(people[0], held, policy, "harmful") == label, "sent twice, it is one"
    assert asked(image) == []


def test_an_answer_that_leaves_the_picture_open_is_stored_and_nobody_is_asked_further(people):
    policy = make.policy(slice_opinions=2)
    image = make.queued("picture", policy)
    held = lease(people[0], policy)
    gone(image)
    assert answer(people[0], held, policy)
    assert (Label.objects.count(), PeopleDecision.objects.count(), asked(image)) == (1, 0, [])


def test_a_repeat_on_a_screen_is_stored(policy, people):
    image = make.queued("picture", policy)
    ask_again(label=make.label_next(people[0], policy))
    held = lease(people[0], policy)
    gone(image)
    assert answer(people[0], held, policy).purpose == "repeat"


@pytest.fixture
def disputed(people):
    """A policy, an image on which two people disagree, and an adjudicator who has answered blind."""
    policy, eva = make.policy(slice_opinions=2), make.person("eva", "adjudicator")
    image = make.queued("disputed", policy)
    for person, key in zip(people, ("safe", "harmful"), strict=False):
        make.label_next(person, policy, key)
    case = adjudication.open_case(person=eva, policy=policy, page=uuid.uuid4())
    adjudication.judge_blind(person=eva, assignment_id=case.pk, answer=make.answer(policy, "harmful"))
    return policy, image, eva, case


def settle(eva, case):
    said = {"category": "harmful", "cause": "gap", "reason": "Held is harmful."}
    return adjudication.settle_case(person=eva, assignment_id=case.pk, **said)


def test_what_an_adjudicator_has_before_them_is_settled_with_its_reason(disputed):
    policy, image, eva, case = disputed
    gone(image)
    assert adjudication.open_case(person=eva, policy=policy, page=uuid.uuid4()) is None
    made = settle(eva, case)
    assert made.reason == "Held is harmful."
    assert PeopleDecision.objects.get(withdrawal=None).adjudication == made
    assert settle(eva, case) == made
    assert asked(image) == []


def test_also_where_a_copy_is_shown_to_the_next_one(disputed):
    policy, image, eva, case = disputed
    copy = make.queued("copy", policy)
    copies.join(make.copy_match(copy, image))
    gone(image)
    assert asked(image, copy) == [(copy.pk, "adjudication")]
    otto = make.person("otto", "adjudicator")
    late = adjudication.open_case(person=otto, policy=policy, page=uuid.uuid4())
    adjudication.judge_blind(person=otto, assignment_id=late.pk, answer=make.answer(policy, "safe"))
    settle(eva, case)
    assert asked(image, copy) == []
    with pytest.raises(adjudication.CaseClosedError):
        settle(otto, late)

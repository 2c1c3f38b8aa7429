"""People find what became of their own answers; of other people's answers no address tells them anything."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from labeling import clock
from labeling.models import AdjudicationWithdrawal, Category, FeedbackReading, Image, Label
from labeling.selectors import gold as gold_selector
from labeling.services.gold import make_gold
from labeling.services.undoing import withdraw_label
from labeling.views import feedback as view
from tests import factories as make
from tests import pictures
from tests.labeling.test_gold import gold_entry

pytestmark = pytest.mark.django_db
BACKEND = "labeling.access.RoleBackend"
NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def policy():
    return make.policy(required_opinions=2, slice_opinions=2)


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


@pytest.fixture
def omar():
    return make.person("omar", "labeler")


@pytest.fixture
def ada():
    return make.person("ada", "adjudicator")


@pytest.fixture
def room(client, lena):
    client.force_login(lena, backend=BACKEND)
    return client


@pytest.fixture
def conflict(policy, lena, omar, ada):
    """Lena's answer, omar's, and what an adjudicator settled an hour later."""

    def settle(name="a", own="safe", other="harmful", right="low", *, at=NOW, cause="edge"):
        with clock.at(at - HOUR):
            image = make.queued(name, policy)
            if not default_storage.exists(image.thumb_key):
                picture = pictures.encoded(pictures.photo_like(1, (64, 48)), "JPEG")
                default_storage.save(image.thumb_key, ContentFile(picture))
            label = make.label_next(lena, policy, own)
            if own != "unsure":  # that alone opens the case
                assert make.label_next(omar, policy, other).image == label.image == image
        with clock.at(at):
            make.adjudicated(image, policy, right, by=ada, cause=cause)
        return label

    return settle


def page(room, at=NOW, **asked):
    with clock.at(at):
        response = room.get(reverse("feedback"), asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def shown(room, **asked):
    with clock.at(NOW):
        return [(each.label, each.compared) for each in room.get(reverse("feedback"), asked).context["found"]]


def unread(room, at=NOW):
    with clock.at(at):
        return room.get("/").context["unread"]


def test_the_person_finds_outcome_cause_and_reason(room, conflict):
    conflict()
    text = page(room)
    assert "You said <strong>Safe</strong>; it is <strong>Low</strong>." in text
    assert "It is low because." in text
    assert "edge case" in text
    assert "March 21, 2026" in text


def test_those_that_differ_come_first_and_can_be_seen_alone(room, conflict):
    other, same, unsure = conflict("a"), conflict("b", right="safe"), conflict("c", own="unsure")
    newer = conflict("d", at=NOW + HOUR)
    assert shown(room) == [(newer, "other"), (other, "other"), (unsure, "open"), (same, "same")]
    assert shown(room, show="other") == [(newer, "other"), (other, "other")]
    assert "as you said" in page(room)
    assert "as you said" not in page(room, show="other")


def test_a_truth_from_outside_has_no_cause(room, conflict):
    conflict(cause="")
    assert not any(cause in page(room) for cause in ("edge case", "slip", "guideline gap", "ambiguous image"))


def test_what_was_said_after_the_adjudication_or_taken_back_is_no_feedback(room, conflict, policy, lena):
    label = conflict()
    AdjudicationWithdrawal.objects.create(adjudication=label.image.adjudications.get(), cause="undone")
    assert shown(room) == []
    with clock.at(NOW - HOUR):
        image = make.queued("b", policy)
        taken_back = make.label_next(lena, policy, "safe")
        withdraw_label(person=lena, label_id=taken_back.pk)
        make.adjudicated(image, policy, "low", by=make.person("ana", "adjudicator"))
    assert shown(room) == []


def test_an_image_that_came_twice_is_told_of_once(room, conflict, lena):
    first = conflict()
    fields = {name: getattr(first, name) for name in ("image", "policy", "policy_version", "verdict", "shown_at")}
    Label.objects.create(**fields, labeler=lena, purpose="repeat", category=first.category, decided_at=NOW)
    with clock.at(NOW + HOUR):
        make.adjudicated(first.image, first.policy, "low", by=make.person("ana", "adjudicator"))
    assert shown(room) == [(first, "other")]


def test_new_is_what_came_since_the_last_visit(room, conflict):
    assert unread(room) == 0
    page(room)
    assert not FeedbackReading.objects.exists()
    conflict("a")
    conflict("b")
    assert unread(room) == 2
    assert "<strong>new</strong>" not in page(room)  # on the first visit everything is
    assert unread(room) == 0
    conflict("c", at=NOW + HOUR)
    assert unread(room, NOW + HOUR) == 1
    assert page(room, NOW + 2 * HOUR).count("<strong>new</strong>") == 1
    page(room, NOW + 3 * HOUR)
    assert FeedbackReading.objects.count() == 2


def test_a_look_at_the_head_reads_nothing(room, conflict):
    conflict()
    room.head(reverse("feedback"))
    assert unread(room) == 1


def test_without_any_it_says_so(room):
    assert "Nothing yet." in page(room)
    assert "None of your answers" in page(room, show="other")


def test_many_are_shown_page_by_page(room, conflict, monkeypatch):
    monkeypatch.setattr(view, "A_PAGE", 2)
    labels = [conflict(name, at=NOW + n * HOUR) for n, name in enumerate("abc")]
    assert [label for label, _ in shown(room)] == labels[:0:-1]
    assert [label for label, _ in shown(room, page=2)] == labels[:1]
    assert "Page 1 of 2" in page(room, page="nonsense")


def thumb(room, label):
    return room.get(reverse("feedback_thumb", args=[label.pk])).status_code


def test_the_small_picture_is_for_who_labeled_it_once_it_is_settled(room, client, conflict, policy, lena, omar):
    label = conflict()
    other = Label.objects.get(labeler=omar)
    assert (thumb(room, label), thumb(room, other)) == (200, 404)
    with clock.at(NOW):
        make.queued("b", policy)
        assert thumb(room, make.label_next(lena, policy)) == 404
    client.force_login(omar, backend=BACKEND)
    assert thumb(client, label) == 404


def test_it_is_softened_as_the_person_wants(room, conflict, lena):
    label = conflict()
    plain = b"".join(room.get(reverse("feedback_thumb", args=[label.pk])))
    lena.softening = "grayscale"
    lena.save()
    assert room.get(reverse("feedback_thumb", args=[label.pk])).content != plain


@pytest.mark.parametrize(("key", "status"), [("low", 404), ("safe", 404), ("harmful", 200)])
def test_restricted_images_are_not_shown_again_and_nothing_tells_what_others_called_them(room, conflict, key, status):
    label = conflict()
    Category.objects.filter(key=key).update(restricted=True)
    assert thumb(room, label) == status
    assert ("This image is not shown again." in page(room)) == (status == 404)


def test_erased_images_are_gone(room, conflict):
    label = conflict()
    Image.objects.update(thumb_key="", erased_at=NOW)
    assert thumb(room, label) == 404
    assert "This image is not shown again." in page(room)


def test_known_answers_are_told_in_batches(room, policy, lena, ada, monkeypatch):
    monkeypatch.setattr(gold_selector, "GOLD_BATCH", 2)
    monkeypatch.setattr("labeling.selectors.feedback.GOLD_BATCH", 2)
    labels = []
    for n, key in enumerate(["safe", "harmful"] + ["safe"] * 10):
        with clock.at(NOW + n * HOUR):
            settled = make.adjudicated(make.queued(f"{n}", policy), policy, "safe", by=ada)
            if n < 2:
                gold_entry(make_gold(adjudication=settled, person=ada), lena)
            else:
                make.queued(f"plain {n}", policy)
            labels.append(make.label_next(lena, policy, key))
        if n == 10:
            assert (unread(room), thumb(room, labels[1])) == (0, 404)
            assert "Images with a known answer" not in page(room)
    assert [each.purpose for each in labels[:3]] == ["gold", "gold", "first"]
    assert unread(room) == 1
    text = page(room)
    assert "1 of 2 was answered otherwise." in text
    assert "You said <strong>Harmful</strong>; it is <strong>Safe</strong>." in text
    assert unread(room) == 0
    assert (thumb(room, labels[0]), thumb(room, labels[1])) == (404, 410)


def test_only_labelers_have_feedback(client, ada):
    address = reverse("feedback")
    assert client.get(address).status_code == 302
    client.force_login(ada, backend=BACKEND)
    assert client.get(address).status_code == 403
    assert client.get(reverse("feedback_thumb", args=[1])).status_code == 403


def test_a_reason_cannot_break_out_of_the_page(room, conflict):
    label = conflict()
    about = label.image.adjudications.get()
    with clock.at(NOW + HOUR):
        about.pk, about.reason, about.decided_at = None, "<script>alert(1)</script>", clock.now()
        about.save(force_insert=True)
    assert not re.search("<script>alert", page(room))

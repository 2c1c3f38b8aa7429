"""What a guideline changed is read once, by those who labeled by an earlier one, before their next image."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from labeling import clock
from labeling.models import ExemplarProposal, GuidelineReading, Label
from labeling.services import leases
from labeling.services.labels import submit_label
from labeling.services.policies import CategoryText, publish_version
from labeling.texts import Piece, pieces
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    policy = make.policy()
    publish(policy, kind="editorial")
    return policy


@pytest.fixture
def lena(client, policy):
    lena = make.person("lena", "labeler")
    client.force_login(lena)
    make.queued("a", policy)
    make.queued("b", policy)
    make.label_next(lena, policy)
    return lena


def publish(policy, kind="substantive", **more):
    texts = {
        each: CategoryText(f"A {each} thing." if kind == "editorial" else f"A {each} toy.", changed=kind != "editorial")
        for each in policy.categories.all()
    }
    number = policy.versions.first().number
    return publish_version(policy=policy, author=None, kind=kind, texts=texts, based_on=number, **more)


def opened(client, policy):
    return client.get(reverse("label", args=[policy.slug]), follow=True)


def is_asked_to_read(client, policy):
    return bool(opened(client, policy).redirect_chain)


def test_it_is_read_once_and_then_never_again(client, policy, lena):
    assert not is_asked_to_read(client, policy)
    version = publish(policy)
    answer = opened(client, policy)
    text = answer.content.decode()
    assert "<del>thing.</del>" in text
    assert "<ins>toy.</ins>" in text
    page = reverse("guideline_changes", args=[policy.slug])
    assert client.post(page, {"version": version.number}, follow=True).redirect_chain[-1][0] == f"/label/{policy.slug}/"
    assert not is_asked_to_read(client, policy)
    client.post(page, {"version": version.number})
    assert GuidelineReading.objects.get().person == lena


def test_an_older_page_does_not_count_for_a_newer_version(client, policy, lena):
    first = publish(policy)
    publish(policy)
    client.post(reverse("guideline_changes", args=[policy.slug]), {"version": first.number})
    assert is_asked_to_read(client, policy)


def test_new_people_and_new_wording_are_spared(client, policy, lena):
    publish(policy, kind="editorial")
    assert not is_asked_to_read(client, policy)
    publish(policy)
    client.force_login(make.person("new", "labeler"))
    assert not is_asked_to_read(client, policy)


def test_new_exemplars_are_shown_with_it(client, policy, lena):
    ada = make.person("ada", "adjudicator")
    settled = make.adjudicated(make.queued("c", policy), policy, "harmful", by=ada)
    proposal = ExemplarProposal.objects.create(adjudication=settled, proposed_by=ada)
    publish(policy, proposals=[proposal])
    text = opened(client, policy).content.decode()
    assert "New exemplars" in text
    assert "It is harmful because." in text


def by_script(client, policy, **fields):
    """Send what the open page sends: an answer, or its request for images."""
    address = reverse("label", args=[policy.slug])
    headers = {"HX-Request": "true"}
    return client.post(address, fields, headers=headers) if fields else client.get(address, headers=headers)


def test_an_open_page_gets_no_further_image_until_it_is_read(client, policy, lena):
    held = leases.hold(person=lena, policy=policy, page=uuid.uuid4(), count=1)[0]
    version = publish(policy)
    page = reverse("guideline_changes", args=[policy.slug])
    answer = by_script(client, policy, assignment=held.assignment_id, answer="category:safe", page=uuid.uuid4())
    for response in (answer, by_script(client, policy)):
        assert (response.status_code, response["HX-Redirect"], response.content) == (200, page, b"")
    assert Label.objects.filter(assignment=held.assignment_id).exists()
    client.post(page, {"version": version.number})
    response = by_script(client, policy)
    assert (response.status_code, "HX-Redirect" in response) == (200, False)


def test_an_answer_that_is_sent_again_says_so_too(client, policy, lena):
    """It asks for no image, since the first try may have brought one."""
    held = leases.hold(person=lena, policy=policy, page=uuid.uuid4(), count=1)[0]
    publish(policy)
    response = by_script(client, policy, assignment=held.assignment_id, answer="category:safe")
    assert response["HX-Redirect"] == reverse("guideline_changes", args=[policy.slug])


def test_who_has_not_read_it_labels_by_what_they_knew(client, policy, lena):
    known = policy.versions.first()
    held = leases.hold(person=lena, policy=policy, page=uuid.uuid4(), count=1)[0]
    with clock.at(timezone.now() + timedelta(minutes=1)):
        version = publish(policy)
    with clock.at(timezone.now() + timedelta(minutes=2)):
        late = submit_label(person=lena, assignment_id=held.assignment_id, answer=make.answer(policy, "safe"))
        assert late.policy_version == known
        assert late.image.decisions.get().policy_version == known
        GuidelineReading.objects.create(version=version, person=lena)
    make.queued("c", policy)
    with clock.at(timezone.now() + timedelta(minutes=3)):
        assert make.label_next(lena, policy).policy_version == version


def test_a_decision_is_made_by_the_latest_text_that_those_who_said_so_knew():
    policy = make.policy(slice_opinions=2)
    known = policy.versions.get()
    image = make.queued("a", policy)
    make.label_next(make.person("lena", "labeler"), policy)
    with clock.at(timezone.now() + timedelta(minutes=1)):
        version = publish(policy)
    with clock.at(timezone.now() + timedelta(minutes=2)):
        make.label_next(make.person("new", "labeler"), policy)
    assert {label.policy_version for label in image.labels.all()} == {known, version}
    assert image.decisions.get().policy_version == version


def test_wording_that_changed_no_meaning_belongs_to_what_they_knew(policy, lena):
    start = timezone.now()
    for minutes, kind in enumerate(("editorial", "substantive", "editorial"), 1):
        with clock.at(start + timedelta(minutes=minutes)):
            publish(policy, kind=kind)
    with clock.at(start + timedelta(minutes=5)):
        assert make.label_next(lena, policy).policy_version.number == policy.versions.first().number - 2


def test_new_people_label_by_the_latest_at_once(policy, lena):
    version = publish(policy)
    make.queued("c", policy)
    assert make.label_next(make.person("new", "labeler"), policy).policy_version == version


def test_an_open_page_learns_of_it_with_the_next_renewal(client, policy, lena):
    def renewed():
        page = str(uuid.uuid4())
        return client.post(
            reverse("label_renew", args=[policy.slug]), {"page": page}, headers={"HX-Request": "true"}
        ).json()

    assert "changed" not in renewed()
    version = publish(policy)
    assert renewed()["changed"] is True
    client.post(reverse("guideline_changes", args=[policy.slug]), {"version": version.number})
    assert "changed" not in renewed()


def test_texts_are_compared_word_by_word():
    assert list(pieces("a red ball", "a blue ball")) == [
        Piece("same", "a "),
        Piece("gone", "red"),
        Piece("new", "blue"),
        Piece("same", " ball"),
    ]
    assert list(pieces("", "new")) == [Piece("new", "new")]

"""Help comes with an image or not, whoever asks for it by which address: the page, its aids, a copy, a repeat."""

import re
import uuid

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from labeling import help
from labeling.models import Assignment, PeopleDecision
from labeling.selectors.helping import help_for
from labeling.services.leases import claim_next, lease_entry
from labeling.services.repeats import ask_again
from labeling.services.reviews import request_review
from tests import factories as make
from tests import pictures

pytestmark = pytest.mark.django_db
URL = "/label/weapons/"
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def lena(client):
    made = make.person("lena", "labeler")
    client.force_login(made)
    return made


@pytest.fixture
def without(monkeypatch):
    """From now on every image is drawn to come without."""
    return lambda: monkeypatch.setattr(help, "WITHOUT_SHARE", 1.0)


@pytest.fixture
def addresses(policy, lena):
    """Every aid beside an image that lena holds, all of them there to be seen."""
    image, near = make.queued("shown", policy), make.image("near")
    for each, vector in ((image, [1, 0]), (near, [1, 0.1])):
        make.embedding(each, vector)
    make.decided(near, policy, "harmful")
    for key in (near.view_key, near.thumb_key):
        if not default_storage.exists(key):
            default_storage.save(key, ContentFile(pictures.encoded(pictures.photo_like(1, (64, 48)), "JPEG")))
    make.explanation(image, make.classifier(policy), make.category(policy, "harmful"), [[0, 0], [0, 1]])
    return f"/images/{claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4()).assignment_id}"


def each_aid(client, beside):
    """The responses of all aids' addresses; those of neighbours from a strip that was offered."""
    strip = client.get(f"{beside}/similar", headers=SCRIPT)
    neighbour = re.search(rf'href="({beside}/similar/[^"]+)"', strip.content.decode())[1]
    paths = [f"{beside}/heat/harmful", f"{beside}/similar", neighbour, f"{neighbour}/thumb"]
    return paths, [client.get(path) for path in paths]


def test_with_help_every_aid_is_there(client, addresses):
    assert [response.status_code for response in each_aid(client, addresses)[1]] == [200] * 4


def test_in_the_arm_without_no_aid_is_there_and_a_sentence_says_why(client, addresses, without):
    paths, _ = each_aid(client, addresses)
    without()
    for response in map(client.get, paths):
        assert (response.status_code, response["Content-Type"]) == (404, "text/plain; charset=utf-8")
        assert "one in ten comes without" in response.content.decode()


def test_in_a_blind_queue_no_aid_is_there_for_anybody(client, policy, addresses):
    paths, _ = each_aid(client, addresses)
    policy.help_mode = "blind"
    policy.save()
    for response in map(client.get, paths):
        assert (response.status_code, response.content) == (404, b"This queue is judged without help.")


def test_the_page_says_of_each_image_whether_help_comes_with_it(client, policy, lena, without):
    for name in "abcd":
        make.queued(name, policy)
    first = client.get(URL).content.decode()
    assert re.findall(r'data-help="(\w+)"', first) == ["with"] * 3
    assert 'data-help-mode="on_asking"' in first
    without()
    assert re.findall(r'data-help="(\w+)"', client.get(URL).content.decode()) == ["without"] * 3
    page, shown = uuid.uuid4(), Assignment.objects.first().pk
    following = client.post(URL, {"assignment": shown, "answer": "unsure", "page": page}, headers=SCRIPT)
    reopened = client.post(f"{URL}undo", {"assignment": shown, "page": page}, headers=SCRIPT)
    for response in (following, reopened):
        assert re.findall(r'data-help="(\w+)"', response.content.decode()) == ["without"]


@pytest.fixture
def half(monkeypatch):
    monkeypatch.setattr(help, "WITHOUT_SHARE", 0.5)


def arm_of(lease):
    return help_for(Assignment.objects.get(pk=lease.assignment_id)).arm


def test_copies_and_repeats_come_as_the_image_came(policy, lena, half):
    for number in range(12):
        image = make.queued(f"{number}", policy)
        copy = make.copy_of(image, f"copy {number}")
        lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
        assert arm_of(lease) == lease.help
        label = make.submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(policy, "safe"))
        again = lease_entry(person=lena, entry_id=ask_again(label=label).pk, page=uuid.uuid4())
        decision = PeopleDecision.objects.get(image=image)
        request_review(decision=decision, purpose="second", why="copy", value=1, copy=copy)
        entry = make.open_entries(policy).get(image=copy)
        beside = lease_entry(person=lena, entry_id=entry.pk, page=uuid.uuid4())
        assert lease.help == again.help == beside.help
        make.submit_label(person=lena, assignment_id=beside.assignment_id, answer=make.answer(policy, "safe"))


def test_arms_differ_between_images(policy, lena, half):
    images = [make.queued(f"{number}", policy) for number in range(40)]
    arms = {arm_of(make_lease(lena, policy, image)) for image in images}
    assert arms == {"with", "without"}


def make_lease(person, policy, image):
    entry = make.open_entries(policy).get(image=image)
    return lease_entry(person=person, entry_id=entry.pk, page=uuid.uuid4())


def test_asking_for_the_help_takes_no_query(policy, lena, django_assert_num_queries):
    lease = make_lease(lena, policy, make.queued("a", policy))
    assignment = Assignment.objects.select_related("entry__image", "entry__policy").get(pk=lease.assignment_id)
    with django_assert_num_queries(0):
        assert help_for(assignment).offered == help.AIDS

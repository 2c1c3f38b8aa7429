"""What the labeling page sends twice, late, or for somebody who has left: it is done once, and for its own person."""

import uuid

import pytest

from labeling.models import Assignment, Label
from tests import factories as make
from tests.labeling.test_label_view import SCRIPT, URL, answer, page_of, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    made = make.policy()
    for name in "abcde":
        make.queued(name, made)
    return made


@pytest.fixture
def screen(client, policy):
    client.force_login(make.person("lena", "labeler"))
    return client


def test_undo_sent_twice_is_one_undo_and_one_lease(screen):
    first, second, _third = shown(screen.get(URL))
    for assignment in (first, second):
        screen.post(URL, answer(assignment), headers=SCRIPT)
    fields = {"page": uuid.uuid4(), "assignment": second}
    once, twice = (screen.post(f"{URL}undo", fields, headers=SCRIPT) for _ in range(2))
    assert shown(once) == shown(twice) != []
    assert str(Label.objects.get(withdrawal=None).assignment_id) == first


def test_a_plain_undo_shows_its_image_before_those_held_ahead(screen):
    assignment = shown(screen.get(URL))[0]
    screen.post(URL, answer(assignment))
    screen.get(URL)
    target = screen.post(f"{URL}undo", {"assignment": assignment}).url
    again = Assignment.objects.get(pk=shown(screen.get(target))[0])
    assert again.entry.image == Assignment.objects.get(pk=assignment).entry.image


def test_a_page_knows_what_can_be_taken_back(screen):
    given = shown(screen.get(URL))[:2]
    for assignment in given:
        screen.post(URL, answer(assignment), headers=SCRIPT)
    assert [str(each["assignment"]) for each in screen.get(URL).context["past"]] == given


def test_a_script_that_asks_gets_what_its_page_holds_and_no_more(screen):
    response = screen.get(URL)
    again = screen.get(URL, {"page": page_of(response)}, headers=SCRIPT)
    assert shown(again) == shown(response)
    assert b"<html" not in again.content
    assert Assignment.objects.count() == 3


def test_an_answer_that_an_earlier_page_could_not_send_brings_no_image(screen):
    fields = answer(shown(screen.get(URL))[0])
    del fields["page"]
    assert screen.post(URL, fields, headers=SCRIPT).content == b""
    assert Label.objects.count() == 1


def test_what_one_person_said_is_not_taken_from_another_login(screen):
    fields = answer(shown(screen.get(URL))[0])
    other = make.person("omar", "labeler")
    response = screen.post(URL, fields, headers={**SCRIPT, "X-Person": str(other.pk)})
    assert (response.status_code, response["X-Person"]) == (401, "other")
    assert not Label.objects.exists()

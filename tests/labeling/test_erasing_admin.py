"""Erasing in the admin: by those who may, after a page that says what will be gone, and on record afterwards."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.urls import reverse

from labeling.admin import erasing
from labeling.models import Erasure, Image
from tests import factories as make

pytestmark = pytest.mark.django_db
LIST = "admin:labeling_image_changelist"
BACKEND = "labeling.access.RoleBackend"


@pytest.fixture
def ada(client):
    """An admin, logged in."""
    ada = make.person("ada", "admin")
    client.force_login(ada, backend=BACKEND)
    return ada


@pytest.fixture
def sent(monkeypatch):
    """The tasks that were sent, instead of a broker."""
    found = []
    monkeypatch.setattr("celery.Task.apply_async", lambda task, *_, **__: found.append(task.name))
    return found


def choose(client, *images, **more):
    return client.post(reverse(LIST), {"action": "erase", "_selected_action": [each.pk for each in images], **more})


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def erased():
    return set(Image.objects.filter(erased_at__isnull=False))


def test_it_is_asked_first_and_says_how_much(client, ada):
    images = [make.image(name) for name in "abc"]
    text = choose(client, *images[:2]).content.decode()
    assert "2 images will be erased (2.0\xa0KB), for good" in text
    sent_along = re.findall(r'name="_selected_action" value="(\d+)"', text)
    assert {int(pk) for pk in sent_along} == {image.pk for image in images[:2]}
    assert erased() == set()


def test_with_a_reason_the_chosen_are_erased_and_files_deleted(client, ada, sent, django_capture_on_commit_callbacks):
    first, second, _kept = (make.image(name) for name in "abc")
    with django_capture_on_commit_callbacks(execute=True):
        answer = choose(client, first, second, why="A person asked for it.")
    assert said(answer) == ["2 images are erased."]
    assert erased() == {first, second}
    assert set(Erasure.objects.values_list("erased_by", "why")) == {(ada.pk, "A person asked for it.")}
    assert sent == ["labeling.tasks.delete_files"]


@pytest.mark.parametrize("why", ["", "  ", "x" * 201])
def test_without_one_that_says_something_it_is_asked_again(client, ada, why):
    image = make.image("a")
    assert "1 image will be erased" in choose(client, image, why=why).content.decode()
    assert erased() == set()


def test_what_is_erased_is_not_asked_about_again(client, ada):
    image = make.image("a")
    Image.objects.update(erased_at=make.clock.now())
    assert said(choose(client, image)) == ["There is nothing left to erase."]


def test_no_more_at_once_than_a_request_can_do(client, ada, monkeypatch):
    monkeypatch.setattr(erasing, "MOST", 2)
    images = [make.image(name) for name in "abc"]
    assert "Choose at most 2 images" in said(choose(client, *images, why="all"))[0]
    assert erased() == set()


def test_who_may_only_look_is_not_offered_it_and_cannot_do_it(client):
    looking = make.person("lou", "adjudicator")
    looking.user_permissions.add(Permission.objects.get(codename="view_image"))
    client.force_login(looking, backend=BACKEND)
    image = make.image("a")
    page = client.get(reverse(LIST))
    assert page.status_code == 200
    assert 'value="erase"' not in page.content.decode()
    choose(client, image, why="because")
    assert erased() == set()


@pytest.mark.parametrize("role", ["labeler", "adjudicator"])
def test_other_roles_do_not_get_there(client, role):
    client.force_login(make.person("lena", role), backend=BACKEND)
    assert choose(client, make.image("a"), why="because").status_code in (302, 403)
    assert erased() == set()


def test_the_image_and_the_list_say_who_erased_it_and_why(client, ada):
    image = make.image("a")
    choose(client, image, why="A person asked for it.")
    text = client.get(reverse("admin:labeling_image_change", args=[image.pk])).content.decode()
    row = re.search(r"<td>erased</td>.*?</tr>", text, re.DOTALL)[0]
    assert re.findall(r"<td>(.*?)</td>", row) == ["erased", "", "", "ada", "A person asked for it."]
    listed = client.get(reverse("admin:labeling_erasure_changelist"), {"q": image.pk}).content.decode()
    assert "A person asked for it." in listed
    assert client.post(reverse("admin:labeling_erasure_change", args=[Erasure.objects.get().pk])).status_code == 403

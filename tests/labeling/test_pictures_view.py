"""Every byte of every image is checked: one person, while they judge it or can take their answer back."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from labeling import clock
from labeling.selectors import reach
from labeling.services.leases import LEASE, claim_next, expire_leases
from tests import factories as make
from tests import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


def put(name, policy):
    image = make.queued(name, policy)
    if not default_storage.exists(image.view_key):
        default_storage.save(image.view_key, ContentFile(pictures.jpeg()))
    return image


@pytest.fixture
def url(policy, lena):
    put("a", policy)
    return f"/images/{claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4()).assignment_id}"


def test_the_person_who_holds_it_sees_it_and_nobody_keeps_it(client, lena, url):
    client.force_login(lena)
    response = client.get(url)
    assert b"".join(response.streaming_content) == pictures.jpeg()
    assert response["Content-Type"] == "image/jpeg"
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(("roles", "status"), [(["labeler"], 404), (["adjudicator"], 404), (["admin"], 403), ([], 403)])
def test_nobody_else_sees_it(client, url, roles, status):
    client.force_login(make.person("other", *roles))
    assert client.get(url).status_code == status


def test_a_stranger_is_sent_to_the_login(client, url):
    assert client.get(url).url.startswith("/login/")


def test_an_expired_lease_shows_nothing(client, lena, url):
    client.force_login(lena)
    with clock.at(timezone.now() + LEASE + timedelta(seconds=1)):
        expire_leases()
    assert client.get(url).status_code == 404


def test_a_labeled_image_is_shown_while_undo_reaches_it(client, policy, lena):
    client.force_login(lena)
    for n in range(reach.UNDO_REACH + 1):
        put(f"{n}", policy)
    given = [make.label_next(lena, policy) for _ in range(reach.UNDO_REACH + 1)]
    assert client.get(f"/images/{given[1].assignment_id}").status_code == 200
    assert client.get(f"/images/{given[0].assignment_id}").status_code == 404


def test_an_erased_image_is_gone(client, policy, lena, url):
    image = policy.entries.get().image
    image.view_key = ""
    image.save()
    client.force_login(lena)
    assert client.get(url).status_code == 410

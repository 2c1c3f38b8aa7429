"""The strip, and every byte that it leads to: for one person, beside one image, while the neighbour may be seen."""

import io
import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image as Picture

from labeling import access, clock
from labeling.models import Assignment, Category, Image
from labeling.selectors import reach
from labeling.services import labels
from labeling.services.leases import LEASE, claim_next, expire_leases
from tests import factories as make
from tests import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def lena(client):
    made = make.person("lena", "labeler")
    client.force_login(made)
    return made


@pytest.fixture
def shown(policy):
    image = make.queued("shown", policy)
    make.embedding(image, [1, 0])
    return image


def lease(person, policy):
    return str(claim_next(person=person, policy_id=policy.pk, page=uuid.uuid4()).assignment_id)


@pytest.fixture
def assignment(lena, policy, shown):
    return lease(lena, policy)


@pytest.fixture
def judged(policy):
    """A judged image near the one that is shown, with its bytes in the storage."""
    image = make.image("judged")
    make.embedding(image, [1, 0.1])
    make.decided(image, policy, "harmful")
    for key, size in ((image.view_key, (64, 48)), (image.thumb_key, (16, 12))):
        if not default_storage.exists(key):
            default_storage.save(key, ContentFile(pictures.encoded(pictures.photo_like(1, size), "JPEG")))
    return image


def strip(client, assignment):
    return client.get(f"/images/{assignment}/similar", headers={"HX-Request": "true"})


@pytest.fixture
def address(client, assignment, judged):
    """Where the neighbour lies, as the strip says it."""
    return re.search(r'href="(/images/[^"]+)"', strip(client, assignment).content.decode())[1]


def status(client, address):
    """Of both sizes, which must not differ."""
    (code,) = {client.get(each).status_code for each in (address, f"{address}/thumb")}
    return code


def test_the_strip_says_verdict_and_day_and_no_more(client, assignment, judged):
    response = strip(client, assignment)
    text = response.content.decode()
    assert response.status_code == 200
    assert "Harmful" in text
    assert timezone.now().strftime("%Y") in text
    for secret in (judged.sha256, "shop", "judged", f'"{judged.pk}"', "<html"):
        assert secret not in re.sub(r"/similar/[^\"]+|Similar judged", "", text)
    assert "no-store" in response["Cache-Control"]


def test_a_policy_of_many_categories_gets_fewer_of_each(client, policy, assignment):
    for n in range(10):
        Category.objects.create(
            policy=policy, key=f"k{n}", name=f"K{n}", grade=n, action="allow", hotkey="adeijkmnop"[n]
        )
        for again in range(2):
            image = make.image(f"{n} {again}")
            make.embedding(image, [1, n + again])
            make.decided(image, policy, f"k{n}")
    assert strip(client, assignment).content.count(b"<li>") == 10


def test_without_a_script_it_is_a_page(client, assignment, judged):
    text = client.get(f"/images/{assignment}/similar").content.decode()
    assert "<html" in text
    assert "Harmful" in text


def test_it_says_when_nobody_has_judged_a_similar_image(client, assignment):
    assert b"Nobody has judged a similar image yet." in strip(client, assignment).content


def test_it_says_when_the_image_has_not_been_compared(client, assignment, shown, judged):
    shown.embeddings.all().delete()
    assert b"has not been compared with others yet" in strip(client, assignment).content


def test_the_bytes_come_in_both_sizes_and_nobody_keeps_them(client, address):
    sizes = []
    for each in (address, f"{address}/thumb"):
        response = client.get(each)
        sizes.append(Picture.open(io.BytesIO(b"".join(response.streaming_content))).size)
        assert response["Content-Type"] == "image/jpeg"
        assert "no-store" in response["Cache-Control"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Content-Disposition"] == "inline"
    assert sizes == [(64, 48), (16, 12)]


@pytest.mark.parametrize(("roles", "code"), [(["labeler"], 404), (["adjudicator"], 404), (["admin"], 403), ([], 403)])
def test_nobody_else_sees_any_of_it(client, assignment, address, roles, code):
    client.force_login(make.person("other", *roles))
    assert strip(client, assignment).status_code == code
    assert status(client, address) == code


def test_a_stranger_is_sent_to_the_login(client, assignment, address):
    client.logout()
    assert strip(client, assignment).status_code == 401
    assert status(client, address) == 302


def test_an_expired_lease_shows_nothing(client, assignment, address):
    with clock.at(timezone.now() + LEASE + timedelta(seconds=1)):
        expire_leases()
    assert strip(client, assignment).status_code == 404
    assert status(client, address) == 404


def test_after_the_answer_it_is_there_while_undo_reaches(client, lena, policy, assignment, address):
    labels.submit_label(person=lena, assignment_id=uuid.UUID(assignment), answer=make.answer(policy, "safe"))
    assert strip(client, assignment).status_code == 200
    assert status(client, address) == 200
    for n in range(reach.UNDO_REACH):
        make.queued(f"later {n}", policy)
        make.label_next(lena, policy)
    assert strip(client, assignment).status_code == 404
    assert status(client, address) == 404


def test_an_address_beside_one_image_leads_nowhere_beside_another(client, lena, policy, address):
    other = make.queued("another", policy)
    make.embedding(other, [1, 0])
    token = address.rsplit("/", 1)[1]
    assert status(client, f"/images/{lease(lena, policy)}/similar/{token}") == 404


def test_an_address_cannot_be_made_up(client, assignment, judged, address):
    token = address.rsplit("/", 1)[1]
    for forged in (str(judged.pk), token[:-1] + ("A" if token[-1] != "A" else "B"), "x:y:z", "-"):
        assert status(client, f"/images/{assignment}/similar/{forged}") == 404


def test_a_signed_address_of_what_was_never_offered_leads_nowhere(client, policy, assignment, shown, judged):
    mine = Assignment.objects.get(pk=assignment)
    undecided, copy = make.image("undecided"), make.copy_of(shown, "copy")
    make.decided(copy, policy, "harmful")
    for image in (undecided, copy, shown):
        assert status(client, f"/images/{assignment}/similar/{access.neighbour_token(mine, image.pk)}") == 404


@pytest.mark.parametrize("what", ["withdrawn", "restricted", "erased", "lost"])
def test_a_neighbour_that_may_not_be_seen_any_more_is_not(client, policy, judged, address, what):
    assert status(client, address) == 200
    if what == "withdrawn":
        make.undecided(judged.decisions.get())
    elif what == "restricted":
        Category.objects.filter(policy=policy, key="harmful").update(restricted=True)
    elif what == "erased":
        Image.objects.filter(pk=judged.pk).update(view_key="", thumb_key="", erased_at=timezone.now())
    else:
        for key in (judged.view_key, judged.thumb_key):
            default_storage.delete(key)
    assert status(client, address) == (410 if what == "lost" else 404)

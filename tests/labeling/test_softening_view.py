"""Whoever wants their images softened gets them so at every address; the true pixels only where they ask for them."""

import io
import uuid
from pathlib import Path

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from labeling import urls
from labeling.access import neighbour_token
from labeling.models import Assignment
from labeling.services.leases import claim_next
from tests import factories as make
from tests import pictures

pytestmark = pytest.mark.django_db

VIEWS = Path(urls.__file__).parent / "views"
# The overlay of a heatmap has no pixel of the image, and the rest are pages.
NO_PICTURES = {"heatmap", "similar", "caption"}


@pytest.fixture
def put():
    """Stores an image's bytes, for this test only."""
    stored = []

    def store(image):
        for key in (image.view_key, image.thumb_key):
            stored.append(default_storage.save(key, ContentFile(pictures.jpeg())))

    yield store
    for key in stored:
        default_storage.delete(key)


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def lena():
    return make.person("lena", "labeler", softening="grayscale")


@pytest.fixture
def shown(policy, lena, put):
    """The assignment of an image beside which a judged one stands."""
    put(make.queued("softened", policy))
    lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    return Assignment.objects.get(pk=lease.assignment_id)


@pytest.fixture
def token(policy, shown, put):
    judged = make.image("softened, judged")
    put(judged)
    make.decided(judged, policy, "harmful")
    return neighbour_token(shown, judged.pk)


def picture_names():
    """Every address of a picture on the labeling screen, also of those that come later."""
    names = {each.name for each in urls.urlpatterns if str(each.pattern).startswith("images/")}
    return sorted(names - NO_PICTURES)


def address(name, shown, token):
    wanted = next(each for each in urls.urlpatterns if each.name == name).pattern.converters
    known = {"assignment_id": shown.pk, "token": token}
    return reverse(name, kwargs={each: known[each] for each in wanted})


def colours(response):
    """How far the picture is from gray, on average."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), float)
    return (pixels.max(2) - pixels.min(2)).mean()


@pytest.mark.parametrize("name", picture_names())
def test_only_the_plain_addresses_send_true_pixels(client, lena, shown, token, name):
    client.force_login(lena)
    response = client.get(address(name, shown, token))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"] == "inline"
    assert "no-store" in response["Cache-Control"]
    assert (colours(response) > 20) == name.endswith("_plain")


def test_nothing_beside_the_one_door_reads_pictures():
    """A view that opened the storage itself could forget for whom the picture is."""
    reading = [path.name for path in VIEWS.rglob("*.py") if "default_storage" in path.read_text()]
    assert reading == ["pictures.py"]
    plain = [path.name for path in VIEWS.rglob("*.py") if "send_plain" in path.read_text()]
    assert plain == ["pictures.py"]


@pytest.mark.parametrize("name", picture_names())
@pytest.mark.parametrize("softening", ["none", "blur"])
def test_the_choice_holds_from_the_next_request_on(client, lena, shown, token, name, softening):
    client.force_login(lena)
    lena.softening = softening
    lena.save()
    response = client.get(address(name, shown, token))
    data = b"".join(response.streaming_content) if response.streaming else response.content
    assert (data == pictures.jpeg()) == (softening == "none" or name.endswith("_plain"))


@pytest.mark.parametrize("name", ["picture_plain", "neighbour_plain"])
def test_true_pixels_need_what_the_softened_ones_need(client, policy, shown, token, name):
    url = address(name, shown, token)
    assert client.get(url).url.startswith("/login/")
    for role, status in [("labeler", 404), ("admin", 403)]:
        client.force_login(make.person(role, role))
        assert client.get(url).status_code == status


def test_a_forged_neighbour_is_none(client, lena, shown):
    client.force_login(lena)
    assert client.get(reverse("neighbour_plain", args=[shown.pk, "forged"])).status_code == 404


@pytest.mark.parametrize("name", ["picture", "picture_plain"])
def test_what_is_erased_is_gone_and_a_script_can_ask(client, lena, shown, name):
    client.force_login(lena)
    url = reverse(name, args=[shown.pk])
    assert client.head(url).status_code == 200
    image = shown.entry.image
    image.view_key = ""
    image.save()
    assert client.head(url).status_code == client.get(url).status_code == 410


def test_half_a_picture_is_not_sent_at_all(client, lena, shown):
    """The browser would show the upper half of it, unsoftened."""
    client.force_login(lena)
    key = shown.entry.image.view_key
    default_storage.delete(key)
    default_storage.save(key, ContentFile(pictures.jpeg((640, 480))[:3000]))
    response = client.get(reverse("picture", args=[shown.pk]))
    assert (response.status_code, response.content) == (500, b"")

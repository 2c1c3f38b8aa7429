"""My screen: a choice that holds at once and is on record, and figures for the person alone."""

import io

import numpy as np
import pytest
from auditlog.models import LogEntry
from PIL import Image

from tests import factories as make
from tests.labeling.test_exposure import look, policy  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena(client):
    made = make.person("lena", "labeler")
    client.force_login(made)
    return made


def test_a_choice_is_saved_and_on_record(client, lena):
    response = client.post("/me/", {"softening": "blur"}, follow=True)
    assert response.redirect_chain == [("/me/", 302)]
    assert "Saved. It holds from the next image on." in response.content.decode()
    lena.refresh_from_db()
    assert lena.softening == "blur"
    entry = LogEntry.objects.get_for_object(lena).first()
    assert (entry.actor, entry.changes_dict) == (lena, {"softening": ["none", "blur"]})
    assert '<input type="radio" name="softening" value="blur" checked>' in response.content.decode()


@pytest.mark.parametrize("sent", ["sepia", ""])
def test_a_way_that_nobody_knows_is_refused(client, lena, sent):
    response = client.post("/me/", {"softening": sent}, follow=True)
    assert "Please choose how images are shown to you." in response.content.decode()
    lena.refresh_from_db()
    assert lena.softening == "none"


def test_the_samples_are_softened_as_the_images_are(client, lena):
    sizes, gray = {}, {}
    for way in ("none", "blur", "grayscale"):
        response = client.get(f"/me/sample/{way}")
        assert response["Content-Type"] == "image/jpeg"
        pixels = np.asarray(Image.open(io.BytesIO(response.content)).convert("RGB"), float)
        sizes[way], gray[way] = pixels.shape, (pixels.max(2) - pixels.min(2)).max() < 3
    assert gray == {"none": False, "blur": False, "grayscale": True}
    assert sizes["blur"][1] < sizes["none"][1] == sizes["grayscale"][1]
    assert client.get("/me/sample/sepia").status_code == 404


def test_the_figures_are_the_persons_own(client, lena, policy):  # noqa: F811
    from django.utils import timezone

    assert "0 seconds" in client.get("/me/").content.decode()
    look(lena, policy, timezone.now(), 42)
    page = client.get("/me/").content.decode()
    assert page.count("42 seconds") >= 3
    assert "<rect" in page
    assert "42 seconds" in client.get("/").content.decode()


def test_it_is_for_everybody_who_works_here_and_for_nobody_else(client):
    assert client.get("/me/").url.startswith("/login/")
    client.force_login(make.person("admin", "admin"))
    page = client.get("/me/").content.decode()
    assert "How images are shown to you" in page
    assert "Harmful images on your screen" not in page
    client.force_login(make.person("stranger"))
    assert client.get("/me/").status_code == 403
    assert client.get("/me/sample/blur").status_code == 403
    assert client.put("/me/").status_code == 403

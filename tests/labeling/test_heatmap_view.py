"""A heatmap goes to the person who judges the image; where there is none yet, a sentence says why."""

import io
import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image as Picture

from labeling import clock
from labeling.models import Explanation
from labeling.services.leases import LEASE, claim_next, expire_leases
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


@pytest.fixture
def image(policy):
    return make.queued("a", policy)


@pytest.fixture
def address(policy, lena, image):
    """Where the heatmaps of the image that lena holds lie."""
    return f"/images/{claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4()).assignment_id}/heat"


@pytest.fixture
def model(policy, image):
    made = make.classifier(policy, "Waffen №2")
    make.explanation(image, made, make.category(policy, "harmful"), [[0, 0], [0, 1]])
    return made


def test_the_person_who_holds_the_image_gets_the_overlay_and_nobody_keeps_it(client, lena, address, model):
    client.force_login(lena)
    response = client.get(f"{address}/harmful")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    alpha = np.asarray(Picture.open(io.BytesIO(response.content)).convert("RGBA"))[..., 3]
    assert alpha.shape == (192, 256)
    assert alpha[10, 10] == 0
    assert alpha[-10, -10] > 150
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Model"] == "Waffen%20%E2%84%962"


def test_only_the_active_model_of_this_policy_speaks(client, lena, policy, image, address, model):
    client.force_login(lena)
    model.state = "retired"
    model.save()
    make.classifier(make.policy("other"), "other")
    assert client.get(f"{address}/harmful").content == b"No model has learnt this question yet."
    make.classifier(policy, "newer")
    response = client.get(f"{address}/harmful")
    assert (response.status_code, response["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert response.content == b"The heatmap is not ready yet."


def test_a_category_that_the_model_has_not_learnt_is_named_as_such(client, lena, address, model):
    model.categories = ["safe", "low"]
    model.save()
    client.force_login(lena)
    assert client.get(f"{address}/harmful").content == b"The model has not learnt this category."


def test_a_category_of_another_policy_does_not_exist_here(client, lena, address, model):
    make.policy("other").categories.filter(key="low").update(key="strange")
    client.force_login(lena)
    assert client.get(f"{address}/strange")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("roles", "status"), [(["labeler"], 404), (["adjudicator"], 404), (["admin"], 403), ([], 403)])
def test_nobody_else_sees_it(client, address, model, roles, status):
    client.force_login(make.person("other", *roles))
    assert client.get(f"{address}/harmful").status_code == status


def test_a_stranger_is_sent_to_the_login(client, address, model):
    assert client.get(f"{address}/harmful").url.startswith("/login/")


def test_an_expired_lease_shows_nothing(client, lena, address, model):
    client.force_login(lena)
    with clock.at(timezone.now() + LEASE + timedelta(seconds=1)):
        expire_leases()
    assert client.get(f"{address}/harmful").status_code == 404


def test_the_newest_explanation_counts_and_an_empty_one_is_named_as_such(client, lena, policy, image, address, model):
    Explanation.objects.create(
        image=image,
        model_version=model,
        category=make.category(policy, "harmful"),
        method="newer",
        rows=1,
        columns=1,
        grid=[0.0],
    )
    client.force_login(lena)
    assert client.get(f"{address}/harmful").content == b"No place stands out."

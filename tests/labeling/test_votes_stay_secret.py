"""No address of the labelers' rooms tells another person's answer, before or after, nor why an image was shown.

The same history twice, but for what omar answered; every address that lena can ask for must say the same in both.
"""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse

from labeling import clock, urls
from labeling.access import neighbour_token
from labeling.models import Assignment, Label, Person, Policy, QueueEntry
from labeling.services.leases import claim_next
from tests import factories as make
from tests import pictures

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)
STAGES = ("before", "conflict", "settled")
# Why an image is shown, as it is stored; people may say "unsure" and "cannot judge" themselves.
WORDS = {*QueueEntry.Purpose.values, *QueueEntry.Why.values} - {*Label.Verdict.values}
OTHER = "omar-the-other"
BLURRED = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"[\w-]+:[\w-]{6}:[\w-]{43}"), "TOKEN"),  # signed, with the time
    (re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+'), "SECRET"),
    (re.compile(r'(?<=data-user=")\d+'), "WHO"),
    (re.compile(r"\d+"), "N"),
)
# On the first page numbers say how much waits and was done, so there they are compared as well.
FIRST_PAGE = "/"


def history(stage: str, other: str) -> tuple[Policy, Person]:
    """Omar answers `other`; then lena says safe; then ada settles it as low, as the stage says."""
    policy = make.policy(required_opinions=2, slice_opinions=2)
    lena, omar, ada = (
        make.person(name, role) for name, role in [("lena", "labeler"), (OTHER, "labeler"), ("ada", "adjudicator")]
    )
    model = make.classifier(policy)
    with clock.at(NOW - timedelta(hours=2)):
        for number, key in enumerate(["safe", "low", "harmful"] * 3):
            judged = make.image(f"{number}")
            make.embedding(judged, [1, 1])
            make.decided(judged, policy, key)
        image = make.queued("wanted", policy)
        make.embedding(image, [1, 0])
        make.prediction(image, model, [0.1, 0.2, 0.7])
        for key in (image.view_key, image.thumb_key):
            if not default_storage.exists(key):
                default_storage.save(key, ContentFile(pictures.encoded(pictures.photo_like(1, (64, 48)), "JPEG")))
        assert make.label_next(omar, policy, other).image == image
    with clock.at(NOW - timedelta(hours=1)):
        if stage == "before":
            assert claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
        else:
            assert make.label_next(lena, policy, "safe").image == image
        if stage == "settled":
            make.adjudicated(image, policy, "low", by=ada)
    return policy, lena


def addresses(policy: Policy) -> Iterator[str]:
    """Every address of the labelers' rooms, with everything that could be named in it, other people's too."""
    labels = Label.objects.order_by("id").values_list("pk", flat=True)
    assignments = list(Assignment.objects.order_by("leased_at", "id"))
    values: dict[str, list[object]] = {
        "uuid": [each.pk for each in assignments],
        "int": [*labels, *QueueEntry.objects.order_by("id").values_list("pk", flat=True)],
        "slug": [policy.slug, "harmful", Person.Softening.BLUR],
        "str": ["x", *(neighbour_token(each, each.entry.image_id) for each in assignments)],
    }
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name == "logout":
            continue
        kinds = {name: type(each).__name__ for name, each in pattern.pattern.converters.items()}
        choices = [values[kind.removesuffix("Converter").lower().replace("string", "str")] for kind in kinds.values()]
        for chosen in product(*choices):
            yield reverse(str(pattern.name), kwargs=dict(zip(kinds, chosen, strict=True)))


def walk(client: Client, stage: str, other: str) -> list[tuple[str, int, str]]:
    """What lena gets at each address: status and text, or bytes, without identifiers."""
    with transaction.atomic():
        policy, lena = history(stage, other)
        client.force_login(lena, backend="labeling.access.RoleBackend")
        with clock.at(NOW):
            asked = list(addresses(policy))
            found = [got(client, method, address) for method in ("get", "post") for address in asked]
        transaction.set_rollback(True)
    return found


def got(client: Client, method: str, address: str) -> tuple[str, int, str]:
    response = getattr(client, method)(address)
    body = b"".join(response) if response.streaming else response.content
    text = body.decode(errors="replace") if "image" not in response.get("Content-Type", "") else body.hex()
    return blurred(address), response.status_code, blurred(text, digits=address == FIRST_PAGE)


def blurred(text: str, *, digits: bool = False) -> str:
    for pattern, word in BLURRED[:-1] if digits else BLURRED:
        text = pattern.sub(word, text)
    return text


def told(walked: list[tuple[str, int, str]]) -> list[tuple[str, str]]:
    """Every page that names the other person, or says why an image is shown; with the words that do."""
    sentences = [OTHER, "purpose", *map(str, [*QueueEntry.Purpose.labels, *QueueEntry.Why.labels])]
    # Words of whole sentences as well.
    secrets = [each for each in sentences if each not in ("gold", "adjudication")] + [f'"{each}"' for each in WORDS]
    return [
        (address, secret)
        for address, status, text in walked
        for secret in secrets
        if status == 200 and secret.lower() in text.lower()
    ]


@pytest.mark.parametrize("stage", STAGES)
def test_neither_what_another_person_answered_nor_why_one_is_asked_can_be_seen(client, stage):
    once, again = walk(client, stage, "harmful"), walk(client, stage, "low" if stage != "before" else "safe")
    assert [(address, status) for address, status, _ in once] == [(address, status) for address, status, _ in again]
    assert [each[0] for each, like in zip(once, again, strict=True) if each != like] == []
    assert sum(status == 200 for _, status, _ in once) > 5
    assert told(once) == []


def test_the_walk_would_notice(client):
    """It reaches the page that tells of the outcome, and lena's own answer does make a difference there."""
    walked = walk(client, "settled", "harmful")
    pages = [text for address, status, text in walked if (address, status) == (reverse("feedback"), 200)]
    assert ["it is <strong>Low</strong>" in text for text in pages] == [True]
    assert told([("/", 200, f"Also judged by {OTHER}"), ("/label/", 200, '<p data-x="suspect">')]) == [
        ("/", OTHER),
        ("/label/", '"suspect"'),
    ]

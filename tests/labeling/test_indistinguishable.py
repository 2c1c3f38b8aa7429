"""Why an image is shown cannot be told: opinions, a look at what is decided, repeats and gold look, cost and lie alike.

Five policies with the same history; in each, lena is asked about one image, for another purpose in each. What she gets
is compared with identifiers replaced, down to the number of queries.
"""

import re
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import clock
from labeling.models import Assignment, Caption, Image, Label, PeopleDecision, Person, Policy, QueueEntry
from labeling.services.gold import make_gold
from labeling.services.repeats import ask_again
from labeling.services.reviews import request_review
from ml.models import ModelVersion
from tests import factories as make
from tests import pictures

pytestmark = pytest.mark.django_db
PURPOSES = ["first", "second", "model", "repeat", "gold"]
NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)
PICTURE = pictures.encoded(pictures.photo_like(1, (64, 48)), "JPEG")
LONG_AGO = NOW - timedelta(days=20)
SCRIPT = {"HX-Request": "true"}
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TOKEN = re.compile(r"(?<=/similar/)[\w:.-]+")
SECRET = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')


@dataclass
class World:
    """One policy in which one image is wanted for one purpose, and everything that a person gets there."""

    purpose: str
    policy: Policy
    lena: Person
    wanted: Image = field(init=False)

    def known(self, name: str, *, after: bool = True) -> Image:
        """Queue an image that machines know as they know all others."""
        image = make.queued(f"{name} of {self.purpose}", self.policy)
        for key in (image.view_key, image.thumb_key):
            if not default_storage.exists(key):
                default_storage.save(key, ContentFile(PICTURE))
        model = ModelVersion.objects.get(policy_key=self.policy.slug, state="active")
        make.prediction(image, model, [0.1, 0.2, 0.7])
        make.embedding(image, [1, 1 if after else 0])
        for category in self.policy.categories.all():
            make.explanation(image, model, category, [[0.0, 1.0], [0.5, 0.2]])
        captioner, _ = ModelVersion.objects.get_or_create(
            kind="captioner", name="captioner", defaults={"state": "active", "weights_digest": "0"}
        )
        Caption.objects.create(image=image, model_version=captioner, rows=1, columns=1, words=[["Words", [9]]])
        return image

    def want(self, omar: Person, ada: Person) -> None:
        """Bring it about that lena is asked."""
        self.known("old", after=False)
        with clock.at(LONG_AGO):
            for who in (self.lena, omar):
                label = make.label_next(who, self.policy, "harmful")
        if self.purpose == "repeat":
            first = Label.objects.get(labeler=self.lena, policy=self.policy)
            self.wanted = ask_again(label=first).image
            return
        self.wanted = self.known("wanted")
        if self.purpose == "second":
            label = make.label_next(omar, self.policy, "harmful")
            assert label.image == self.wanted
        if self.purpose == "model":
            for who in (omar, make.person("mia", "labeler")):
                assert make.label_next(who, self.policy, "harmful").image == self.wanted
            decision = PeopleDecision.objects.get(image=self.wanted)
            request_review(decision=decision, purpose="second", why="model", value=1)
        if self.purpose == "gold":
            adjudication = make.adjudicated(self.wanted, self.policy, "harmful", by=ada)
            make_gold(adjudication=adjudication, person=ada)
            gold_entry(self.wanted, self.policy, self.lena)


def gold_entry(image: Image, policy: Policy, person: Person) -> QueueEntry:
    place = {"strategy": "slice", "priority": 2 - image.group.u, "inclusion_probability": 1.0}
    return QueueEntry.objects.create(
        image=image, policy=policy, purpose="gold", why="gold", reserved_for=person, **place
    )


@pytest.fixture
def worlds():
    """The same history in each: nine judged images to compare with, one that lena and omar judged long ago."""
    lena, omar = (make.person(name, "labeler") for name in ("lena", "omar"))
    ada = make.person("ada", "adjudicator")
    made = []
    for purpose in PURPOSES:
        policy = make.policy(f"weapons-{purpose}", required_opinions=2, slice_opinions=2)
        Policy.objects.filter(pk=policy.pk).update(name="Weapons")
        make.classifier(policy, name=f"heads-{policy.slug}")
        world = World(purpose, policy, lena)
        with clock.at(LONG_AGO):
            for number, key in enumerate(["safe", "low", "harmful"] * 3):
                image = make.image(f"{number} of {purpose}")
                make.embedding(image, [1, 1])
                make.decided(image, policy, key)
        with clock.at(NOW - timedelta(hours=1)):
            world.want(omar, ada)
            world.known("following")
        made.append(world)
    return made


@pytest.fixture
def screen(client, worlds):
    client.force_login(worlds[0].lena, backend="labeling.access.RoleBackend")
    return client


@dataclass(frozen=True)
class Got:
    """One answer of the server: what was sent and with how many queries."""

    status: int
    headers: dict[str, str]
    body: str
    queries: int


def blurred(text: str, world: World) -> str:
    for pattern, word in ((IDENTIFIER, "ID"), (TOKEN, "TOKEN"), (SECRET, "SECRET")):
        text = pattern.sub(word, text)
    return text.replace(world.policy.slug, "SLUG")


def ask(screen: Client, world: World, method: str, address: str, fields: dict | None = None, *, script=True) -> Got:
    send = getattr(screen, method)
    with (
        clock.at(NOW),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        response = send(address, fields or {}, headers=SCRIPT if script else {})
    body = b"".join(response) if response.streaming else response.content
    headers = {name: blurred(value, world) for name, value in response.items() if name != "Content-Length"}
    return Got(response.status_code, headers, blurred(body.decode("latin-1"), world), len(queries))


def first_page(screen: Client, world: World) -> Got:
    """What the first page says of the world's queue, with all numbers; the other queues are other worlds'."""
    got = ask(screen, world, "get", "/", script=False)
    [queue] = [each for each in got.body.split("</section>") if "/label/SLUG/" in each]
    return replace(got, body=queue[queue.index("<section") :])


def session(screen: Client, world: World) -> dict[str, Got]:
    """Do everything that a person can do with the image on the labeling screen, from its showing to taking it back."""
    slug, page = world.policy.slug, str(uuid.uuid4())
    ask(screen, world, "get", "/", script=False)  # the first request of all writes the session
    got = {"first page": first_page(screen, world)}
    got |= {"page": ask(screen, world, "get", f"/label/{slug}/?page={page}", script=False)}
    held = Assignment.objects.get(entry__image=world.wanted, labeler=world.lena, ended_at=None)
    image = f"/images/{held.pk}"
    for aid in ("", "/plain", "/thumb", "/heat/harmful", "/caption", "/similar"):
        got[aid or "picture"] = ask(screen, world, "get", image + aid)
    got["renewed"] = ask(screen, world, "post", f"/label/{slug}/renew", {"page": page, "assignment": held.pk})
    answer = {"assignment": held.pk, "answer": "category:harmful", "page": page, "looked_ms": 900, "ago_ms": 10}
    got["stored"] = ask(screen, world, "post", f"/label/{slug}/", answer)
    got["sent again"] = ask(screen, world, "post", f"/label/{slug}/", answer)
    got["another answer"] = ask(screen, world, "post", f"/label/{slug}/", answer | {"answer": "category:safe"})
    got["first page after"] = first_page(screen, world)
    got["thumb after"] = ask(screen, world, "get", f"{image}/thumb")
    got["page after"] = ask(screen, world, "get", f"/label/{slug}/", script=False)
    got["undone"] = ask(screen, world, "post", f"/label/{slug}/undo", {"page": page, "assignment": held.pk})
    got["first page then"] = first_page(screen, world)
    got["undone again"] = ask(screen, world, "post", f"/label/{slug}/undo", {"page": page, "assignment": held.pk})
    got["page at last"] = ask(screen, world, "get", f"/label/{slug}/", script=False)
    got["left"] = ask(screen, world, "post", f"/label/{slug}/leave", {"page": page})
    return got


@pytest.fixture
def sessions(screen, worlds):
    return {world.purpose: session(screen, world) for world in worlds}


def what_was_sent(got: Got) -> tuple:
    return got.status, got.headers, got.body


def test_everything_that_reaches_the_browser_is_the_same(sessions):
    for purpose in PURPOSES[1:]:
        for what, expected in sessions["first"].items():
            assert (purpose, what, what_was_sent(sessions[purpose][what])) == (purpose, what, what_was_sent(expected))
    assert sessions["first"]["stored"].headers["X-Sign"] == "agrees"
    assert {what for what, got in sessions["first"].items() if got.status != 200} == {"another answer", "left"}


def test_the_labels_themselves_do_know(sessions, worlds):
    given = {
        world.purpose: Label.objects.filter(image=world.wanted, labeler=world.lena).latest("pk") for world in worlds
    }
    expected = {each: each for each in PURPOSES} | {"model": "second"}
    assert {purpose: label.purpose for purpose, label in given.items()} == expected


def test_so_is_the_number_of_queries_but_for_what_follows_from_opinions(sessions):
    """A first opinion opens the entry for the second in one INSERT, an agreeing second one stores the decision in one.

    A repeat and gold change nothing of the image, as an opinion that changes nothing. That INSERT is all that ever
    differs while an image is shown and answered, a fraction of a millisecond within a request.
    """
    counted = {purpose: {what: got.queries for what, got in found.items()} for purpose, found in sessions.items()}
    for counts in counted.values():
        del counts["undone"]  # what followed from the answer is taken back with it
    assert counted["second"] == counted["first"]
    assert counted["repeat"] == counted["gold"] == counted["first"] | {"stored": counted["first"]["stored"] - 1}

"""A stream played through the real services: arrivals come in, machines look for copies, simulated people label.

What was played already changes nothing, so that a stream that was interrupted goes on. The workers of a running site
may do part of the machines' work.
"""

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from labeling import clock
from labeling.models import Assignment, Category, CopySearch, Image, MachineWork, Person, Policy, PolicyVersion, Source
from labeling.services import copy_search, scoring
from labeling.services.labels import Answer, submit_label
from labeling.services.leases import claim_next
from labeling.services.policies import CategoryText, publish_version
from ml import services as ml
from moderation.services import banks
from moderation.services.demo.people import make_simulated
from moderation.services.intake import receive
from moderation.stream import Arrival

NAME = "stream"
# People are asked after each portion: copies within one wait together, later ones find their photo judged.
PORTION = 25
# What is under way elsewhere for longer than this is for the clock to find.
PATIENCE_S = 120.0
LOOK_EVERY_S = 0.5


@dataclass
class Played:
    """What has been played: the images in order of arrival, what is true of each, and which are edited copies.

    `labels`: so many did simulated people give this time.
    """

    source: Source
    images: list[int] = field(default_factory=list)
    truths: dict[int, str] = field(default_factory=dict)
    edited: set[int] = field(default_factory=set)
    labels: int = 0

    @property
    def since(self) -> datetime:
        """When the first arrival came."""
        return self.source.arrivals.earliest("received_at").received_at

    def add(self, arrival: Arrival, image: Image, truth: str) -> None:
        """Note what an arrival became. Two photos of the same bytes are one image, and the first one's truth holds."""
        self.images.append(image.pk)
        self.truths.setdefault(image.pk, truth)
        if arrival.edit is not None:
            self.edited.add(image.pk)


class AnotherStream(Exception):
    """A stream with other arguments was played in this database: what it taught would be counted for this one."""


@transaction.atomic
def make_policy() -> Policy:
    """Return the stream's own policy; on the first call with its two categories and their guideline.

    Every photo takes two people, as a bank wants it. Nothing but copies decides: there is no model.
    """
    policy, is_new = Policy.objects.get_or_create(
        slug=NAME,
        defaults={
            "name": "Simulated stream",
            "question": "Is it harmful?",
            "help_mode": Policy.HelpMode.BLIND,
            "required_opinions": 2,
            "slice_opinions": 2,
            "slice_share": 0.05,
        },
    )
    if is_new:
        Category.objects.create(policy=policy, key="safe", name="Safe", grade=0, action="allow", hotkey="1")
        Category.objects.create(policy=policy, key="harmful", name="Harmful", grade=1, action="block", hotkey="2")
        said = "What simulate_stream was told: the folder that the photo lies in decides."
        texts = {category: CategoryText(said) for category in policy.categories.all()}
        publish_version(
            policy=policy, author=None, kind=PolicyVersion.Kind.EDITORIAL, texts=texts, introduction=said, based_on=0
        )
    source, _ = Source.objects.get_or_create(name=NAME, defaults={"demo": True})
    source.policies.add(policy)
    return policy


def play(*, arrivals: Sequence[Arrival], truth: Mapping[Path, str], policy: Policy, run: str) -> Iterator[Played]:
    """Play the arrivals, and yield what has been played after each portion. `truth`: the category of each photo.

    `run` names the stream: the same arrivals under the same name are played once. Raises `AnotherStream`.
    """
    source = Source.objects.get(name=NAME)
    if source.arrivals.exclude(external_id__startswith=f"{run}/").exists():
        raise AnotherStream
    people = [person for name, person in make_simulated().items() if person.groups.filter(name="labeler").exists()]
    played = Played(source)
    for first in range(0, len(arrivals), PORTION):
        for arrival in arrivals[first : first + PORTION]:
            played.add(arrival, _receive(arrival, source, run), truth[arrival.path])
        _run_machines(policy, set(played.images))
        played.labels += _label(people, policy, played.truths)
        yield played


def _receive(arrival: Arrival, source: Source, run: str) -> Image:
    data = arrival.path.read_bytes()
    if arrival.edit is not None:
        data = ml.edit_copy(data, arrival.edit)
    external_id = f"{run}/{arrival.number}"
    return receive(data=data, source=source, external_id=external_id, received_at=clock.now()).image


def _run_machines(policy: Policy, images: set[int]) -> None:
    """Return when copies were looked for of all these images and those found are routed, here or by workers."""
    since, left = time.monotonic(), len(images) + 1
    while (now := _unsearched(images)) and time.monotonic() - since < PATIENCE_S:
        if now < left:
            since, left = time.monotonic(), now
        if not scoring.score_next() and not copy_search.search_next():
            time.sleep(LOOK_EVERY_S)
    while banks.route_next(policy=policy, count=PORTION):
        pass


def _unsearched(images: set[int]) -> int:
    """Count what no worker has got through; what was set aside is done with."""
    done = set(CopySearch.objects.filter(image__in=images, rule=ml.COPY_RULE).values_list("image", flat=True))
    failed = MachineWork.objects.filter(image__in=images, failed_at__isnull=False)
    return len(images - done - set(failed.values_list("image", flat=True)))


def _label(people: Sequence[Person], policy: Policy, truths: Mapping[int, str]) -> int:
    """Have the people label what waits for them, each as the truth says; return how many labels came of it."""
    labels = 0
    for person in people:
        page = uuid.uuid4()
        while lease := claim_next(person=person, policy_id=policy.pk, page=page):
            image = Assignment.objects.values_list("entry__image", flat=True).get(pk=lease.assignment_id)
            answer = Answer("category", truths[image])
            submit_label(person=person, assignment_id=lease.assignment_id, answer=answer)
            labels += 1
    return labels

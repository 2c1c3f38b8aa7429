"""The demo's weeks, played through the real services: pictures come in, and simulated people label a third of them.

What was played already is left out, so that a demo that was interrupted goes on, and ends as if it had not been. People
may label meanwhile: what somebody holds is theirs, and the simulation goes past it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from labeling import clock
from labeling.models import Image, Label, Policy, QueueEntry, Source
from labeling.selectors.filling import SOURCE
from moderation.drawing import Drawn, Sketch, drawing
from moderation.services.demo.people import have_simulated_read, make_simulated
from moderation.services.demo.plan import Arrival, Event, Plan, Settlement
from moderation.services.demo.settling import settle
from moderation.services.demo.truths import Truths
from moderation.services.demo.visits import Stage, pay_visit
from moderation.services.intake import receive
from moderation.simulation import ADJUDICATOR


@dataclass(frozen=True)
class Progress:
    """So many pictures have come in, and so many labels were given by simulated people."""

    pictures: int
    labels: int


@dataclass
class Played:
    """What has been played: the images that came in, by name, and the answers that are on record.

    `answers`: (who gave it, the picture's name, whether it was a repeat).
    """

    images: dict[str, int]
    answers: set[tuple[str, str, bool]]

    def left(self, events: Sequence[Event]) -> list[Event]:
        """Return what has not been played: arrivals that are missing, and what comes after the last that left a trace.

        Not every visit leaves one. One that found nothing to do is over all the same: later, it would find something.
        """
        last = max((event.at for event in events if self._shows(event)), default=datetime.min.replace(tzinfo=UTC))
        return [
            event
            for event in events
            if (event.sketch.name not in self.images if isinstance(event, Arrival) else event.at > last)
        ]

    def _shows(self, event: Event) -> bool:
        """Return whether the work that this event is about is on record."""
        if isinstance(event, Arrival):
            return False
        if isinstance(event, Settlement):
            return (ADJUDICATOR, event.sketch.name, False) in self.answers
        return (event.labeler.name, event.sketch.name, event.purpose == "repeat") in self.answers


def fill(*, policy: Policy, plan: Plan, only: Sequence[Arrival] | None = None) -> Iterator[Progress]:
    """Play what of the plan has not been played, or of `only` these arrivals; yield after each step."""
    source, _ = Source.objects.get_or_create(name=SOURCE, defaults={"demo": True})
    source.policies.add(policy)
    stage = Stage(policy, plan, make_simulated())
    have_simulated_read(policy)
    played = _played(source, policy)
    events: list[Event] = list(plan.events() if only is None else only)
    todo = played.left(events)
    truths = Truths()
    with drawing(list(dict.fromkeys(event.sketch for event in todo))) as pictures:
        drawn: dict[Sketch, Drawn] = {}
        for event in todo:
            if event.sketch not in drawn:
                drawn[event.sketch] = next(pictures)
                truths.keep(drawn[event.sketch])
            _play(event, drawn[event.sketch], source, stage, played)
            yield Progress(len(played.images), len(played.answers))


def _play(event: Event, drawn: Drawn, source: Source, stage: Stage, played: Played) -> None:
    name = event.sketch.name
    if isinstance(event, Arrival):
        with clock.at(event.at):
            taken = receive(data=drawn.jpeg, source=source, external_id=name, received_at=event.at)
        played.images[name] = taken.image.pk
        return
    image = Image.objects.get(pk=played.images[name])
    if isinstance(event, Settlement):
        if settle(event, stage=stage, image=image, drawn=drawn):
            played.answers.add((ADJUDICATOR, name, False))
        return
    for label in pay_visit(event, stage=stage, image=image, drawn=drawn):
        played.answers.add((label.labeler.username, name, label.purpose == QueueEntry.Purpose.REPEAT))


def _played(source: Source, policy: Policy) -> Played:
    """Read from the facts what has been played."""
    images = dict(source.arrivals.values_list("external_id", "image"))
    names = {image: name for name, image in images.items()}
    labels = Label.objects.filter(policy=policy, labeler__simulated=True, image__in=names)
    answers = {
        (labeler, names[image], purpose == QueueEntry.Purpose.REPEAT)
        for labeler, image, purpose in labels.values_list("labeler__username", "image", "purpose")
    }
    return Played(images, answers)

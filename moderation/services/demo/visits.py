"""One visit of a simulated person to a picture, through the services that real people's answers go through."""

import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from labeling import clock
from labeling.help import Used
from labeling.models import Image, Label, Person, Policy, QueueEntry
from labeling.selectors.given import OPINION_PURPOSES
from labeling.services import queueing
from labeling.services.labels import Answer, submit_label
from labeling.services.leases import LEASE, Lease, lease_entry
from labeling.services.repeats import ask_again
from moderation.drawing import Drawn
from moderation.services.demo.plan import CLARIFIED, Plan, Visit
from moderation.simulation import Labeler, Said, Sight, answer, answer_again, opened

# A connection is lost: the lease runs out, somebody else answers, then the first answer comes home.
LOST_FOR = LEASE + timedelta(seconds=40)
HOME_AFTER = timedelta(minutes=3)


@dataclass(frozen=True)
class Stage:
    """What all visits need: the policy, the plan, and the simulated people by name."""

    policy: Policy
    plan: Plan
    people: Mapping[str, Person]


def sight(plan: Plan, drawn: Drawn, at: datetime) -> Sight:
    """Return what there is to see for somebody who looks at that moment."""
    progress = (at - plan.begin) / (plan.end - plan.begin)
    return Sight(drawn.grade, drawn.disputed, progress, at >= plan.end - CLARIFIED)


@transaction.atomic
def pay_visit(visit: Visit, *, stage: Stage, image: Image, drawn: Drawn) -> list[Label]:
    """Store what comes of the visit; nothing, where no opinion is wanted any more or somebody holds the image.

    One transaction: else real people could be given, and housekeeping could end, leases that ran out weeks ago.
    """
    queueing.lock_group(image)
    look = _Look(visit, stage, drawn)
    return list(look.again(image) if visit.purpose == "repeat" else look.opinions(image))


@dataclass(frozen=True)
class _Look:
    visit: Visit
    stage: Stage
    drawn: Drawn

    def opinions(self, image: Image) -> Iterator[Label]:
        """Give an opinion if one is wanted, and after it the late one of the person who was asked before."""
        entry = QueueEntry.objects.filter(
            image=image, policy=self.stage.policy, state=QueueEntry.State.OPEN, purpose__in=OPINION_PURPOSES
        ).first()
        if entry is None:
            return
        asked = self._lease(entry, self.visit.late, self.visit.at - LOST_FOR) if self.visit.late else None
        lease = self._lease(entry, self.visit.labeler, self.visit.at)
        if lease is None:
            return
        yield self._submit(self.visit.labeler, lease, self._said(self.visit.labeler), self.visit.at)
        if self.visit.late and asked:
            yield self._submit(
                self.visit.late, asked, self._said(self.visit.late), self.visit.at - LOST_FOR, HOME_AFTER + LOST_FOR
            )

    def again(self, image: Image) -> Iterator[Label]:
        """Judge an image again that the person has judged, if they have."""
        first = image.labels.filter(
            labeler=self._person(self.visit.labeler), policy=self.stage.policy, withdrawal=None
        ).filter(purpose__in=OPINION_PURPOSES)
        label = first.select_related("image", "labeler", "category").first()
        if label is None:
            return
        with clock.at(self.visit.at):
            entry = ask_again(label=label)
        lease = self._lease(entry, self.visit.labeler, self.visit.at)
        if lease:
            before = Said(label.verdict, label.category.key if label.category else "", label.reason, 0.0)  # type: ignore[arg-type]
            said = answer_again(self.visit.labeler, before, self._sight(), self._dice(self.visit.labeler))
            yield self._submit(self.visit.labeler, lease, said, self.visit.at)

    def _lease(self, entry: QueueEntry, labeler: Labeler, at: datetime) -> Lease | None:
        with clock.at(at):
            return lease_entry(person=self._person(labeler), entry_id=entry.pk, page=uuid.uuid4())

    def _submit(
        self, labeler: Labeler, lease: Lease, said: Said, shown: datetime, home_after: timedelta = timedelta()
    ) -> Label:
        """Send the answer to what was shown, `home_after` later than from a connection that works."""
        looked = timedelta(seconds=said.looked_s)
        # Dice of their own: what is opened must not change what is answered.
        found = opened(self._sight(), said.looked_s, self._dice(labeler, "help"))
        used = Used(opened={name: timedelta(seconds=time) for name, time in found.items()})
        sent = Answer(said.verdict, said.category, said.reason, looked=looked, ago=home_after, used=used)
        with clock.at(shown + looked + home_after):
            return submit_label(person=self._person(labeler), assignment_id=lease.assignment_id, answer=sent)

    def _said(self, labeler: Labeler) -> Said:
        return answer(labeler, self._sight(), self._dice(labeler))

    def _sight(self) -> Sight:
        return sight(self.stage.plan, self.drawn, self.visit.at)

    def _person(self, labeler: Labeler) -> Person:
        return self.stage.people[labeler.name]

    def _dice(self, labeler: Labeler, about: str = "") -> random.Random:
        """Return dice that fall alike whenever this visit is paid."""
        return random.Random(f"{labeler.name} {self.visit.purpose} {self.drawn.sketch.name}{about}")  # noqa: S311

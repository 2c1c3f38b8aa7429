"""The simulated adjudicator at work, through the services that real ones use."""

import uuid
from datetime import timedelta

from django.db import transaction

from labeling import clock
from labeling.models import Adjudication, Image, QueueEntry
from labeling.services import adjudication, queueing
from labeling.services.gold import make_gold
from labeling.services.labels import Answer
from labeling.services.leases import lease_entry
from moderation.drawing import Drawn
from moderation.services.demo.plan import Settlement
from moderation.services.demo.visits import Stage, sight
from moderation.simulation import ADJUDICATOR, REASONS, settled

LOOKED = timedelta(seconds=20)
# Everyday pictures make gold that people should never miss.
GOLD_CAUSE = Adjudication.Cause.SLIP


@transaction.atomic
def settle(event: Settlement, *, stage: Stage, image: Image, drawn: Drawn) -> Adjudication | None:
    """Settle the picture if it waits for an adjudicator; where people slipped it becomes gold."""
    queueing.lock_group(image)
    entry = QueueEntry.objects.filter(
        image=image,
        policy=stage.policy,
        state=QueueEntry.State.OPEN,
        purpose=QueueEntry.Purpose.ADJUDICATION,
        opened_at__lt=event.at,
    ).first()
    if entry is None:
        return None
    person = stage.people[ADJUDICATOR]
    grade, cause = settled(sight(stage.plan, drawn, event.at))
    with clock.at(event.at):
        lease = lease_entry(person=person, entry_id=entry.pk, page=uuid.uuid4())
    if lease is None:
        return None
    with clock.at(event.at + LOOKED):
        said = Answer("category", grade, looked=LOOKED)
        adjudication.judge_blind(person=person, assignment_id=lease.assignment_id, answer=said)
        made = adjudication.settle_case(
            person=person, assignment_id=lease.assignment_id, category=grade, cause=cause, reason=REASONS[cause]
        )
        if cause == GOLD_CAUSE:
            make_gold(adjudication=made, person=person)
    return made

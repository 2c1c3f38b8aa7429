"""What people say to findings of the past: it is the picture in the bank, or another one."""

from django.db import transaction

from labeling import clock
from labeling.models import CopyMatch, Person
from labeling.services import copies, queueing
from ml import services as ml
from moderation.models import BankFinding
from moderation.services.banks import have_people_look


@transaction.atomic
def accept(*, finding: BankFinding, by: Person) -> bool:
    """Say that it is the entry's picture; return False where somebody has answered already.

    With an image of people's it is one picture from now on: what is not decided yet is decided with it, and where
    people had said something else an adjudicator is asked. What merely lies near a listed hash people look at.
    """
    if not _answer(finding, by, accepted=True):
        return False
    entry = finding.entry
    if entry.image_id is None:
        have_people_look(image=finding.image, policy=entry.policy)
        return True
    other, later = sorted((entry.image_id, finding.image_id))
    match, _ = CopyMatch.objects.get_or_create(
        image_id=later,
        other_id=other,
        defaults={
            "rule": ml.COPY_RULE,
            "pdq_distance": finding.pdq_distance,
            "inliers": finding.inliers or 0,
            "mirrored": finding.mirrored,
            "agreement": finding.agreement or 0.0,
            "found_at": clock.now(),
        },
    )
    copies.join(match)
    return True


def dismiss(*, finding: BankFinding, by: Person) -> bool:
    """Say that it is another picture: nothing follows, and it is not proposed again. False if that was said already."""
    return _answer(finding, by, accepted=False)


@transaction.atomic
def _answer(finding: BankFinding, by: Person, *, accepted: bool) -> bool:
    queueing.lock_groups([each for each in (finding.image_id, finding.entry.image_id) if each])
    finding.refresh_from_db(from_queryset=BankFinding.objects.select_for_update(no_key=True))
    if finding.accepted is not None:
        return False
    finding.accepted, finding.answered_at, finding.answered_by = accepted, clock.now(), by
    finding.save(update_fields=["accepted", "answered_at", "answered_by"])
    return True

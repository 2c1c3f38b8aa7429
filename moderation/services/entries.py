"""What people do to bank entries and to what was decided by them. Everything is reversible and on record."""

from django.db import transaction
from django.db.models import Q

from labeling import clock
from labeling.models import CopyMatchWithdrawal, DecisionWithdrawal, Person
from labeling.services import copies, queueing
from moderation.models import BankEntry, MachineDecision, MachineDecisionWithdrawal
from moderation.selectors.overruled import overruled
from moderation.services.banks import have_people_look


@transaction.atomic
def disable(*, entry: BankEntry, by: Person | None, why: str) -> None:
    """Let the entry decide nothing from now on. What it has decided stands until it is reversed."""
    _lock(entry)
    if not entry.disabled_at:
        entry.disabled_at, entry.disabled_by, entry.disabled_why = clock.now(), by, why
        entry.save(update_fields=["disabled_at", "disabled_by", "disabled_why"])


@transaction.atomic
def enable(*, entry: BankEntry) -> None:
    """Let the entry decide again, whether it was disabled or held back. The audit log keeps who did what."""
    _lock(entry)
    entry.disabled_at, entry.disabled_by, entry.disabled_why = None, None, ""
    entry.held_at, entry.released_at = None, clock.now()
    entry.save(update_fields=["disabled_at", "disabled_by", "disabled_why", "held_at", "released_at"])


def _lock(entry: BankEntry) -> None:
    """Lock the row and read it again. Saved, not updated in bulk: only so the audit log sees it."""
    entry.refresh_from_db(from_queryset=BankEntry.objects.select_for_update(no_key=True))


def reverse_all(*, entry: BankEntry, by: Person | None, why: str, count: int | None = None) -> int:
    """Take back what the entry has decided, and have people look at those images; return how many decisions.

    With a `count`: so many of them at most.
    """
    standing = MachineDecision.objects.filter(bank_entry=entry, withdrawal=None).order_by("pk")[:count]
    return sum(reverse(decision=decision, by=by, why=why) for decision in standing.select_related("arrival__image"))


@transaction.atomic
def reverse(*, decision: MachineDecision, by: Person | None, why: str) -> bool:
    """Take back what a machine decided, and have a person look; return False if it was taken back already."""
    image = decision.arrival.image
    queueing.lock_group(image)
    _, new = MachineDecisionWithdrawal.objects.get_or_create(
        decision=decision, defaults={"withdrawn_by": by, "withdrawn_at": clock.now(), "cause": why}
    )
    if new:
        have_people_look(image=image, policy=decision.policy)
    return new


@transaction.atomic
def call_match_wrong(*, decision: MachineDecision, by: Person) -> None:
    """The image is not the picture of the entry that decided it: part them, ask people, and stop the entry.

    Once people have judged the image it is in the bank itself (`newcomers`), so that what is near both goes to
    people.
    """
    entry, image = decision.bank_entry, decision.arrival.image
    if entry is None:
        raise ValueError(f"{decision} rests on no bank entry.")
    queueing.lock_groups([each for each in (image.pk, entry.image_id) if each])
    disable(entry=entry, by=by, why=f"wrong match: image {image.pk}")
    if decision.match:
        copies.part(match=decision.match, by=by)
    same = MachineDecision.objects.filter(bank_entry=entry, arrival__image=image, withdrawal=None)
    for each in same.select_related("arrival__image"):
        reverse(decision=each, by=by, why="wrong match")


def withdraw_overruled(*, count: int) -> int:
    """Take back up to `count` decisions of machines that people contradict; a listed hash that made one is stopped."""
    found = overruled(count=count)
    for decision in found:
        if decision.bank_entry and decision.pdq_distance is not None:
            why = f"people say otherwise of image {decision.arrival.image_id}"
            disable(entry=decision.bank_entry, by=None, why=why)
        reverse(decision=decision, by=None, why="people say otherwise")
    return len(found)


def withdraw_groundless(*, count: int) -> int:
    """Take back up to `count` decisions whose ground is gone: people took back what they said, or parted the two."""
    gone = Q(bank_entry__decision__in=DecisionWithdrawal.objects.values("decision"))
    parted = Q(match__in=CopyMatchWithdrawal.objects.values("match"))
    standing = MachineDecision.objects.filter(gone | parted, withdrawal=None).order_by("pk")
    found = list(standing.select_related("arrival__image", "policy")[:count])
    return sum(reverse(decision=decision, by=None, why="its ground was taken back") for decision in found)

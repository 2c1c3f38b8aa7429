"""Taking back all that an entry decided: asked for at once, done in portions, since there may be thousands."""

from django.db import transaction
from django.db.models import F, QuerySet

from labeling import clock
from labeling.models import Person
from moderation.models import BankEntry, MachineDecision
from moderation.services import entries

WHY = "reversed"


@transaction.atomic
def ask(*, entry: BankEntry, by: Person, why: str) -> int:
    """Disable the entry, and have all that it decided taken back; return how many decisions that are by now.

    `why`: it is disabled. Asked twice, it is asked once more, by whoever asked last.
    """
    entries.disable(entry=entry, by=by, why=why)
    entry.reversal_asked_at, entry.reversal_asked_by = clock.now(), by
    entry.save(update_fields=["reversal_asked_at", "reversal_asked_by"])
    return _standing(entry).count()


def reverse_next(*, count: int) -> bool:
    """Take back up to `count` decisions of an entry of which that was asked; return False where there is none.

    Two at once do the same decisions, each of which is taken back once.
    """
    entry = asked_for().order_by("reversal_asked_at", "pk").first()
    if entry is None:
        return False
    entries.reverse_all(entry=entry, by=entry.reversal_asked_by, why=WHY, count=count)
    _end(entry)
    return True


def asked_for() -> QuerySet[BankEntry]:
    """Return the entries whose decisions are being taken back. Who enables one again ends that."""
    asked = BankEntry.objects.filter(reversal_asked_at__isnull=False, disabled_at__lte=F("reversal_asked_at"))
    return asked.select_related("reversal_asked_by")


@transaction.atomic
def _end(entry: BankEntry) -> None:
    """Say that it is done, once it is. Saved, not updated in bulk: only so the audit log sees it."""
    entry.refresh_from_db(from_queryset=BankEntry.objects.select_for_update(no_key=True))
    if not _standing(entry).exists():
        entry.reversal_asked_at, entry.reversal_asked_by = None, None
        entry.save(update_fields=["reversal_asked_at", "reversal_asked_by"])


def _standing(entry: BankEntry) -> QuerySet[MachineDecision]:
    return MachineDecision.objects.filter(bank_entry=entry, withdrawal=None)

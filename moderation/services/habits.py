"""An entry that suddenly matches far above its habit is held back: a bad entry does its harm in bulk."""

from datetime import timedelta

from labeling import clock
from moderation.models import BankEntry

DAY = timedelta(days=1)
HABIT = timedelta(days=30)
# So many matches in a day are nothing unusual for a new entry, and so many times its mean for an old one.
LEAST = 50
TIMES = 10


def may_decide(entry: BankEntry) -> bool:
    """Return whether the entry decides now: it is switched on, and has not matched far above its habit in a day.

    Its habit is the mean of the 30 days before. Far above it is held back, and people see what it would have decided.
    Its row is locked until the transaction ends: whoever switches it off has effect on all that comes after.
    """
    entry.refresh_from_db(from_queryset=BankEntry.objects.select_for_update(no_key=True))
    if entry.disabled_at or entry.held_at:
        return False
    now = clock.now()
    decisions = entry.decisions.filter(decided_at__gt=now - DAY - HABIT, decided_at__lte=now)
    since = max(now - DAY, entry.released_at or now - DAY)
    today = decisions.filter(decided_at__gt=since).count()
    before = decisions.filter(decided_at__lte=now - DAY).count()
    if today < max(LEAST, TIMES * before / HABIT.days):
        return True
    entry.held_at = now
    entry.save(update_fields=["held_at"])  # so that the audit log sees it
    return False

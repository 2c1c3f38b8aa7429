"""An entry that suddenly matches far above its habit is held back: a bad entry does its harm in bulk."""

from datetime import timedelta

from labeling import clock
from moderation.models import BankEntry

DAY = timedelta(days=1)
HABIT = timedelta(days=30)
# So many matches in a day are nothing unusual for a new entry, and so many times its mean for an old one.
LEAST = 50
TIMES = 10


def hold_back_if_unusual(entry: BankEntry) -> bool:
    """Hold the entry back if it has matched far above its habit in the last day; return whether it was.

    Its habit is the mean of the 30 days before. What it would have decided from now on people see. The caller holds the
    lock of the copy group, so no two look at one entry at once.
    """
    now = clock.now()
    decisions = entry.decisions.filter(decided_at__gt=now - DAY - HABIT, decided_at__lte=now)
    since = max(now - DAY, entry.released_at or now - DAY)
    today = decisions.filter(decided_at__gt=since).count()
    before = decisions.filter(decided_at__lte=now - DAY).count()
    if today < max(LEAST, TIMES * before / HABIT.days):
        return False
    entry.held_at = now
    entry.save(update_fields=["held_at"])  # so that the audit log sees it
    return True

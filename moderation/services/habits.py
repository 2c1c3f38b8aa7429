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

    Its habit is the mean of the 30 days before. What it would have decided from now on people see.
    """
    now = clock.now()
    decisions = entry.decisions.filter(decided_at__gt=now - DAY - HABIT, decided_at__lte=now)
    today = decisions.filter(decided_at__gt=now - DAY).count()
    if today < max(LEAST, TIMES * (decisions.count() - today) / HABIT.days):
        return False
    return bool(BankEntry.objects.filter(pk=entry.pk, held_at=None).update(held_at=now))

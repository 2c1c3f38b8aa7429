"""How long a person has had harmful images on their screen as they are: for that person alone.

They were seen before a label, and by adjudicators while they settled a case. What was taken back counts too, for its
pixels were seen.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from labeling import clock
from labeling.models import Adjudication, Label, Person

# So long without an answer is a pause: it takes that to fetch a coffee, and nobody looks at one image for as long.
PAUSE = timedelta(minutes=10)
# A break is suggested after so much of harmful images since the last pause: some hundred of them at three seconds each.
HARM_BEFORE_REST = timedelta(minutes=5)
# And after so much work of any kind: common advice for work at a screen is a break every hour.
WORK_BEFORE_REST = timedelta(minutes=60)
# What is shown by day.
DAYS = 7
# Nobody works longer without a pause, and the query reads no further back.
LONGEST_STRETCH = timedelta(hours=16)

# Sorted by time; the stretch begins after the last gap that is a pause. An image that stood there as long as a pause
# was one, with nobody before it: it counts for the day, but nothing of it was seen since. `recorded_at` is never before
# `decided_at`, and has an index by person.
_STRETCH = """
WITH answers AS (
    SELECT decided_at, exposure_ms FROM labeling_label
    WHERE labeler_id = %(person)s AND recorded_at >= %(since)s AND decided_at >= %(since)s
    UNION ALL
    SELECT decided_at, exposure_ms FROM labeling_adjudication
    WHERE adjudicator_id = %(person)s AND decided_at >= %(since)s
), said AS (
    SELECT *, decided_at - lag(decided_at) OVER (ORDER BY decided_at) AS gap FROM answers
), began AS (
    SELECT max(decided_at) AS at FROM said WHERE gap IS NULL OR gap >= %(pause)s
)
SELECT began.at, max(said.decided_at), coalesce(sum(said.exposure_ms) FILTER (WHERE exposure_ms < %(pause_ms)s), 0)
FROM said CROSS JOIN began
WHERE said.decided_at >= began.at
GROUP BY began.at
"""


@dataclass(frozen=True)
class Stretch:
    """Work without a pause that goes on now: since when, until the last answer, and harmful images in it."""

    began: datetime
    lasted: timedelta
    harm: timedelta

    @property
    def wants_rest(self) -> bool:
        """Return whether it is time to suggest a break."""
        return self.harm >= HARM_BEFORE_REST or self.lasted >= WORK_BEFORE_REST


def stretch_of(person: Person) -> Stretch | None:
    """Return the stretch of work that `person` is in; None while they pause. One query over their latest labels."""
    now = clock.now()
    asked: dict[str, Any] = {"person": person.pk, "since": now - LONGEST_STRETCH, "pause": PAUSE}
    asked["pause_ms"] = PAUSE // timedelta(milliseconds=1)
    with connection.cursor() as cursor:
        cursor.execute(_STRETCH, asked)
        row = cursor.fetchone()
    if row is None or now - row[1] >= PAUSE:
        return None
    began, latest, milliseconds = row
    return Stretch(began, latest - began, timedelta(milliseconds=int(milliseconds)))


def harm_by_day(person: Person) -> dict[date, timedelta]:
    """Return the harmful images of each of the last DAYS days, today last, in the site's time zone."""
    today = timezone.localdate(clock.now())
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    since = timezone.make_aware(datetime.combine(days[0], datetime.min.time()))
    found = Counter(_by_day(Label.objects.filter(labeler=person, recorded_at__gte=since), since))
    found.update(_by_day(Adjudication.objects.filter(adjudicator=person), since))
    return {day: timedelta(milliseconds=found[day]) for day in days}


def _by_day(seen: QuerySet[Label] | QuerySet[Adjudication], since: datetime) -> dict[date, int]:
    """Return the milliseconds of each day that has any."""
    rows = seen.filter(decided_at__gte=since, exposure_ms__gt=0).annotate(day=TruncDate("decided_at"))
    return dict(rows.order_by().values_list("day").annotate(Sum("exposure_ms")))

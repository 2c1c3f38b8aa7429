"""What the planning of repeats and gold reads: labels of some days by their time, and little of each."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from labeling.models import Arrival, Exemplar, Gold, Label, Policy, QueueEntry
from labeling.selectors.given import OPINION_PURPOSES
from labeling.selectors.gold import standing_gold

# How many rows are fetched at a time.
CHUNK = 5000

# A changed meaning makes another answer right, so it would be measured as a person's own change. Without a category
# ("unsure") the label may be about any.
_CHANGED = """
    EXISTS (
        SELECT 1 FROM labeling_guideline t JOIN labeling_policyversion v ON v.id = t.version_id
        JOIN labeling_policyversion own ON own.id = l.policy_version_id
        WHERE v.policy_id = l.policy_id AND t.changed AND v.number > own.number
          AND t.category_id = coalesce(l.category_id, t.category_id))
"""
# An adjudicator's answer is told to those who voted: who judges again after it repeats that one, not their own.
_TOLD = """
    EXISTS (
        SELECT 1 FROM labeling_adjudication j
        WHERE j.image_id = l.image_id AND j.policy_id = l.policy_id AND j.decided_at >= l.decided_at)
"""
# Simulated people are measured where only demo sources have sent the image.
_COUNTS = """
    NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id)
    AND h.is_active AND i.erased_at IS NULL
    AND NOT (h.simulated AND EXISTS (
        SELECT 1 FROM labeling_arrival a JOIN labeling_source s ON s.id = a.source_id
        WHERE a.image_id = i.id AND NOT s.demo))
"""
_REPEATABLE = f"""
SELECT l.id
FROM unnest(%(labels)s::bigint[]) WITH ORDINALITY AS drawn (id, place)
JOIN labeling_label l ON l.id = drawn.id
JOIN labeling_person h ON h.id = l.labeler_id
JOIN labeling_image i ON i.id = l.image_id
WHERE NOT EXISTS (
        SELECT 1 FROM labeling_queueentry e
        WHERE e.image_id = l.image_id AND e.policy_id = l.policy_id AND e.purpose = 'repeat'
          AND e.reserved_for_id = l.labeler_id)
  AND {_COUNTS} AND NOT {_CHANGED} AND NOT {_TOLD}
  AND h.simulated = %(simulated)s
ORDER BY drawn.place LIMIT %(count)s
"""  # noqa: S608 (put together from constants)
_FOLLOWED = f"""
SELECT l.id
FROM unnest(%(labels)s::bigint[]) WITH ORDINALITY AS drawn (id, place)
JOIN labeling_label l ON l.id = drawn.id
JOIN labeling_person h ON h.id = l.labeler_id
JOIN labeling_image i ON i.id = l.image_id
WHERE NOT EXISTS (SELECT 1 FROM labeling_queueentry e WHERE e.drawn_by_id = l.id) AND {_COUNTS}
  AND h.simulated = %(simulated)s
ORDER BY drawn.place LIMIT %(count)s
"""  # noqa: S608 (put together from constants)
# Open repeats without a label that they could repeat.
_OUTDATED_REPEATS = f"""
SELECT e.id, e.image_id
FROM labeling_queueentry e
WHERE e.policy_id = %(policy)s AND e.state = 'open' AND e.reserved_for_id IS NOT NULL AND e.purpose = 'repeat'
  AND NOT EXISTS (
        SELECT 1
        FROM labeling_label l
        JOIN labeling_person h ON h.id = l.labeler_id
        JOIN labeling_image i ON i.id = l.image_id
        WHERE l.image_id = e.image_id AND l.policy_id = e.policy_id AND l.labeler_id = e.reserved_for_id
          AND l.purpose IN ('first', 'second') AND {_COUNTS} AND NOT {_CHANGED} AND NOT {_TOLD})
"""  # noqa: S608 (put together from constants)


def opinions_given(policy: Policy, *, since: datetime, until: datetime) -> Iterator[tuple[int, datetime]]:
    """Yield (id, decided_at) of opinions that were recorded after `since` and by `until`, in no order.

    Only those given on the labeling screen, and not `cannot judge`: who knows somebody in an image, or would rather
    not look at it, is not shown it again.
    """
    given = Label.objects.filter(policy=policy, recorded_at__gt=since, recorded_at__lte=until)
    given = given.filter(purpose__in=OPINION_PURPOSES, assignment__isnull=False)
    given = given.exclude(verdict=Label.Verdict.CANNOT_JUDGE)
    yield from given.order_by().values_list("id", "decided_at").iterator(chunk_size=CHUNK)


def repeatable(label_ids: Sequence[int], *, count: int, simulated: bool) -> list[int]:
    """Return the first `count` of these labels whose person can be asked again and was not yet, in the given order."""
    return _ids(_REPEATABLE, {"labels": list(label_ids), "count": count, "simulated": simulated})


def unfollowed(label_ids: Sequence[int], *, count: int, simulated: bool) -> list[int]:
    """Return the first `count` of these labels that no gold has followed yet, in the given order."""
    return _ids(_FOLLOWED, {"labels": list(label_ids), "count": count, "simulated": simulated})


def gold_for(label: Label) -> list[int]:
    """Return the standing gold that can follow this label: nothing its person has judged, settled or been asked about.

    Nor a copy of such, nor what the guideline shows as an exemplar. A label on an image from a real source is followed
    by images from such, a drawn one by drawn.
    """
    group = {"image__group": OuterRef("adjudication__image__group"), "policy": label.policy_id}
    judged = Label.objects.filter(labeler=label.labeler_id, **group)
    asked = QueueEntry.objects.filter(
        reserved_for=label.labeler_id, purpose=QueueEntry.Purpose.GOLD, state=QueueEntry.State.OPEN, **group
    )
    settled = Gold.objects.filter(
        adjudication__adjudicator=label.labeler_id,
        adjudication__image__group=OuterRef("adjudication__image__group"),
    )
    shown = Exemplar.objects.filter(image__group=OuterRef("adjudication__image__group"))
    real = Exists(Arrival.objects.filter(image=OuterRef("adjudication__image"), source__demo=False))
    same_world = real if Arrival.objects.filter(image=label.image_id, source__demo=False).exists() else ~real
    gold = standing_gold().filter(same_world, ~Exists(judged), ~Exists(asked), adjudication__policy=label.policy_id)
    return list(gold.filter(~Exists(settled), ~Exists(shown)).values_list("id", flat=True))


def outdated(policy: Policy) -> list[tuple[int, int]]:
    """Return (id, image) of open entries that measure nothing any more.

    Repeats whose label was taken back or given to another rule, gold that is none, or that its person has judged
    meanwhile, and all that waits for somebody who has left.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OUTDATED_REPEATS, {"policy": policy.pk})
        repeats = list(cursor.fetchall())
    return repeats + list(_outdated_gold(policy).values_list("id", "image"))


def _outdated_gold(policy: Policy) -> QuerySet[QueueEntry]:
    asked = QueueEntry.objects.filter(
        policy=policy, state=QueueEntry.State.OPEN, reserved_for__isnull=False, purpose=QueueEntry.Purpose.GOLD
    )
    known = standing_gold().filter(adjudication__image=OuterRef("image"), adjudication__policy=policy)
    judged = Label.objects.filter(
        labeler=OuterRef("reserved_for"), image__group=OuterRef("image__group"), policy=policy, withdrawal=None
    )
    left = asked.filter(reserved_for__is_active=False)
    return left | asked.filter(~Exists(known)) | asked.filter(Exists(judged))


def _ids(query: str, names: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, names)
        return [label_id for (label_id,) in cursor.fetchall()]

"""What had come in before a bank entry was there: searched once, and proposed to people (`services.findings`)."""

import logging

from django.db import DatabaseError, transaction

from labeling import clock
from labeling.services import copy_search
from ml.results import Unreadable
from moderation.models import BankEntry, BankFinding
from moderation.selectors.findings import known_pairs, not_worth_proposing
from moderation.selectors.hash_lists import images_near

logger = logging.getLogger(__name__)

# The search for copies of what comes in holds it against the ten nearest. This one has time, and nobody waits for it.
DEEP = 100
BATCH = 20


def search_next(*, count: int = BATCH) -> int:
    """Search what came in before for up to `count` entries that are new; return how many were searched for.

    Done twice, it is done once: what was found before is not proposed again. Pictures to compare take seconds, so
    after an image's entry others have their turn.
    """
    new = BankEntry.objects.filter(past_searched_at=None).select_related("image", "decision__category", "category")
    searched = 0
    for entry in new.order_by("pk")[:count]:
        _try_to_search(entry)
        searched += 1
        if entry.image_id:
            break
    return searched


def _try_to_search(entry: BankEntry) -> None:
    """Search for an entry; one for which that fails holds up no other, and says so on its page.

    Not where the storage or the database is away, which is no entry's fault and will be tried again.
    """
    try:
        _search(entry)
    except (OSError, DatabaseError):
        raise
    except Exception as error:
        logger.exception("The past could not be searched for %s.", entry)
        failed = f"{type(error).__name__}: {error}"[:300]
        BankEntry.objects.filter(pk=entry.pk).update(past_searched_at=clock.now(), past_error=failed)


def _search(entry: BankEntry) -> None:
    findings = _by_hash(entry) if entry.image is None else _by_picture(entry)
    passed_over = not_worth_proposing(entry, [finding.image_id for finding in findings])
    with transaction.atomic():
        BankFinding.objects.bulk_create(
            [finding for finding in findings if finding.image_id not in passed_over], ignore_conflicts=True
        )
        BankEntry.objects.filter(pk=entry.pk).update(past_searched_at=clock.now())


def _by_hash(entry: BankEntry) -> list[BankFinding]:
    now = clock.now()
    return [
        BankFinding(entry=entry, image_id=near.id, pdq_distance=near.distance, found_at=now)
        for near in images_near(entry, count=DEEP)
    ]


def _by_picture(entry: BankEntry) -> list[BankFinding]:
    assert entry.image is not None  # noqa: S101 (the caller has seen to that)
    known = known_pairs(entry.image)
    found = copy_search.search_deeply(image=entry.image, count=DEEP, apart_from=known)
    if isinstance(found, Unreadable):
        return []
    now = clock.now()
    return [
        BankFinding(
            entry=entry,
            image_id=candidate.image_id,
            pdq_distance=candidate.pdq_distance,
            inliers=check.inliers,
            mirrored=check.mirrored,
            agreement=check.agreement,
            found_at=now,
        )
        for candidate, check in found.matches
    ]

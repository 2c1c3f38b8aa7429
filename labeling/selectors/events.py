"""The lines of an image's history, and what all kinds of them share."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import OuterRef, Subquery

from labeling.models import PolicyVersion
from labeling.models.facts import Fact, Withdrawal

# The same picture may arrive a thousand times a day; its page shows the latest of each kind.
LATEST = 200


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history: what happened to an image, or to a copy of it.

    `who` is empty for what happened by itself; `policy`, with the version of its guideline, for what concerns none.
    """

    at: datetime
    what: str
    image_id: int
    policy: str = ""
    who: str = ""
    detail: str = ""


def with_withdrawal(fact: Fact, event: Event, what: str, said: str) -> Iterator[Event]:
    """Yield the line of a fact, and after it that of its withdrawal, called `what`, if it was taken back."""
    yield event
    taken: Withdrawal | None = getattr(fact, "withdrawal", None)
    if taken is not None:
        who = str(taken.withdrawn_by or "")
        yield replace(event, at=taken.withdrawn_at, what=what, who=who, detail=f"{said}: {taken.cause}")


def version_at(moment: str) -> Subquery:
    """Return the number of the guideline that held at the moment in this column, for rows that do not say it."""
    held = PolicyVersion.objects.filter(policy=OuterRef("policy"), published_at__lte=OuterRef(moment))
    return Subquery(held.order_by("-number").values("number")[:1])


def under(policy: object, number: int | None) -> str:
    """Return a policy with the number of its guideline, as versions call themselves; alone before the first one."""
    return f"{policy} v{number}" if number else str(policy)

"""Lists of hashes from elsewhere: what other people have judged, and nobody here has to look at.

There is no picture to prove a match on, so a hash decides by its distance alone, with what is left to keep it honest:
the random slice, the habit of each entry, and people, who outrank it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction

from labeling import clock
from labeling.models import Arrival, Category, Image, Person, Policy, Source
from labeling.services import queueing
from moderation.hash_list_files import Line
from moderation.models import BankEntry, MachineDecision
from moderation.selectors.copies import group_decision
from moderation.selectors.hash_lists import entries_near
from moderation.services.deciding import decide_by_entry
from moderation.services.habits import may_decide

PORTION = 500


@dataclass
class Tally:
    """What became of the lines so far: `taken`, `known` from before, or `refused`, those with number and reason."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many lines with something on them have been read."""
        return self.counts.total()


def import_hashes(
    *, lines: Iterable[Line], list_name: str, category: Category, source: Source | None, by: Person, held: bool
) -> Iterator[Tally]:
    """Add the hashes of a list to the bank of the category's policy, and yield the tally after each portion.

    `source`: for which they decide; None is every one. `held`: they decide nothing until an admin releases them. A hash
    that was listed before stays as it is, disabled ones too.
    """
    shared = {
        "policy_id": category.policy_id,
        "category": category,
        "kind": BankEntry.kind_of(category),
        "list_name": list_name,
        "source": source,
        "added_by": by,
    }
    tally = Tally()
    try:
        for portion in _portions(lines):
            _add(portion, shared, held, tally)
            yield tally
    finally:
        _log(category, list_name, source, by, tally)


def _log(category: Category, list_name: str, source: Source | None, by: Person, tally: Tally) -> None:
    """Say it once in the audit log, of the policy: thousands of entries made at once are not followed one by one."""
    said = f"{tally.counts['taken']} hashes for {category}, {source or 'every source'}"
    changes = {f"bank list {list_name}": ["", said]}
    LogEntry.objects.log_create(
        category.policy, force_log=True, action=LogEntry.Action.UPDATE, changes=changes, actor=by
    )


def _portions(lines: Iterable[Line]) -> Iterator[list[Line]]:
    portion: list[Line] = []
    for line in lines:
        portion.append(line)
        if len(portion) == PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


@transaction.atomic
def _add(portion: list[Line], shared: dict[str, Any], held: bool, tally: Tally) -> None:
    good = {line.pdq: line for line in reversed(portion) if not line.problem}
    scope = {name: shared[name] for name in ("policy_id", "list_name")}
    known = BankEntry.objects.filter(**scope, source=shared["source"], pdq__in=good)
    there = set(known.values_list("pdq", flat=True))
    now = clock.now()
    BankEntry.objects.bulk_create(
        [
            BankEntry(**shared, pdq=pdq, note=line.note, added_at=now, held_at=now if held else None)
            for pdq, line in good.items()
            if pdq not in there
        ],
        ignore_conflicts=True,
    )
    tally.counts["taken"] += len(good) - len(there)
    tally.counts["refused"] += sum(bool(line.problem) for line in portion)
    tally.counts["known"] += sum(not line.problem for line in portion) - len(good) + len(there)
    tally.refused += [(line.number, line.problem) for line in portion if line.problem]


@transaction.atomic
def decide(*, image: Image, source: Source, policy: Policy) -> bool:
    """Decide the image's arrivals from the source by the nearest listed hash; return whether that is so now.

    Not where hashes near to it say different things, and not where people have been asked: what they say outranks it.
    """
    near = entries_near(image, policy=policy, source=source)
    if not near or len({entry.says for entry, _ in near}) > 1:
        return False
    queueing.lock_group(image)
    if group_decision(image, policy) or _taken_back(image, policy):
        return False
    entry, distance = near[0]
    if not may_decide(entry):
        return False
    for arrival in Arrival.objects.filter(image=image, source=source):
        if not MachineDecision.objects.filter(arrival=arrival, policy=policy, withdrawal=None).exists():
            decide_by_entry(arrival=arrival, entry=entry, pdq_distance=distance)
    return True


def _taken_back(image: Image, policy: Policy) -> bool:
    """Whether people look at the image because a decision on it was taken back."""
    return MachineDecision.objects.filter(arrival__image=image, policy=policy, withdrawal__isnull=False).exists()

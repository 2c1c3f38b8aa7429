"""Planning what measures people: which images come back to them, and which are gold, unmarked among the others.

Everything follows from the labels and from keyed hashes (`labeling.measuring`), never in the request that stores a
label, so that no answer takes longer for it. Run twice, it has been run once.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from labeling import clock, measuring
from labeling.models import Gold, Label, Policy, QueueEntry
from labeling.ordering import Place
from labeling.selectors import measuring as found
from labeling.selectors.gold import standing_gold
from labeling.selectors.queue import priorities_ahead
from labeling.services import queueing, repeats

# What workers that were away for so long have missed is made up for; what fell due before is let go.
CATCH_UP = timedelta(days=7)
# Gold follows a label while its person may still be at work.
GOLD_WITHIN = timedelta(days=1)


def plan_repeats(*, policy: Policy, count: int, simulated: bool = False) -> int:
    """Ask people again about up to `count` of their own images that are due, the longest due first; return how many.

    Nobody is asked twice about an image, nor where a guideline published since has changed what their answer means.
    `simulated`: for simulated people, in demo sources only; they answer only where somebody plays them.
    """
    if not policy.repeat_share:
        return 0
    ahead = priorities_ahead(policy_id=policy.pk, count=measuring.MIXED_AMONG)
    asked = 0
    for label_id in found.repeatable(_due(policy), count=count, simulated=simulated):
        label = Label.objects.select_related("image", "labeler").get(pk=label_id)
        try:
            repeats.ask_again(label=label, once=True, place=_place(ahead, label))
        except repeats.CannotRepeat:  # taken back, erased or left in this moment
            continue
        asked += 1
    return asked


def _due(policy: Policy) -> list[int]:
    """Return the drawn labels whose time has come, the longest due first."""
    now, after, key = clock.now(), timedelta(days=policy.repeat_after_days), settings.SAMPLING_KEY
    since = now - after * (1 + measuring.SPREAD) - CATCH_UP
    due = []
    for label_id, decided_at in found.opinions_given(policy, since=since, until=now - after):
        if measuring.comes_back(label_id, share=policy.repeat_share, key=key):
            at = decided_at + measuring.delay(label_id, after=after, key=key)
            if at <= now:
                due.append((at, label_id))
    return [label_id for _, label_id in sorted(due)]


def plan_gold(*, policy: Policy, count: int, simulated: bool = False) -> int:
    """Let gold follow up to `count` of the latest labels that draw some; return how many images were given out.

    A person gets none that they, or a copy of which they, have judged or settled, and each image once.
    `simulated` as above.
    """
    if not policy.gold_share or not standing_gold().filter(adjudication__policy=policy).exists():
        return 0
    now, key = clock.now(), settings.SAMPLING_KEY
    given = found.opinions_given(policy, since=now - GOLD_WITHIN, until=now)
    drawn = sorted(pk for pk, _ in given if measuring.draws_gold(pk, share=policy.gold_share, key=key))
    labels = Label.objects.in_bulk(found.unfollowed(drawn, count=count, simulated=simulated))
    ahead = priorities_ahead(policy_id=policy.pk, count=measuring.MIXED_AMONG)
    return sum(_follow(label, _place(ahead, label)) for _, label in sorted(labels.items()))


def _place(ahead: list[float], label: Label) -> Place:
    return measuring.place_among(ahead, str(label.pk), key=settings.SAMPLING_KEY)


def _follow(label: Label, place: Place) -> bool:
    """Open the entry of the gold that follows a label; return whether there was any for this person."""
    key = settings.SAMPLING_KEY
    candidates = found.gold_for(label)
    if not candidates:
        return False
    chosen = min(candidates, key=lambda pk: measuring.gold_rank(pk, label.labeler_id, key=key))
    return _open(label, place, Gold.objects.select_related("adjudication__image").get(pk=chosen))


@transaction.atomic
def _open(label: Label, place: Place, gold: Gold) -> bool:
    image = gold.adjudication.image
    queueing.lock_group(image)
    if gold.pk not in found.gold_for(label):  # judged or withdrawn in this moment
        return False
    _entry, opened = QueueEntry.objects.get_or_create(
        drawn_by=label,
        defaults={
            "image": image,
            "policy_id": label.policy_id,
            "purpose": QueueEntry.Purpose.GOLD,
            "why": QueueEntry.Why.GOLD,
            "reserved_for_id": label.labeler_id,
            "opened_at": clock.now(),
            **place._asdict(),
        },
    )
    return opened


@transaction.atomic
def drop_outdated(*, policy: Policy) -> int:
    """Void open repeats and gold that would measure nothing any more; return how many."""
    dropped = found.outdated(policy)
    queueing.lock_groups([image_id for _, image_id in dropped])
    open_still = QueueEntry.objects.filter(pk__in=[pk for pk, _ in dropped], state=QueueEntry.State.OPEN)
    return open_still.update(state=QueueEntry.State.VOID, leased_until=None)


def mix_in(*, policy: Policy) -> int:
    """Bring forward what lies behind all that comes next, where more doubtful images have gone before it; count it."""
    ahead = priorities_ahead(policy_id=policy.pk, count=measuring.MIXED_AMONG)
    if len(ahead) < measuring.MIXED_AMONG:
        return 0
    mixed = QueueEntry.objects.filter(policy=policy, state=QueueEntry.State.OPEN, strategy=QueueEntry.Strategy.MIXED)
    behind = list(mixed.filter(priority__lt=ahead[-1]).values_list("pk", flat=True))
    for pk in behind:
        place = measuring.place_among(ahead, f"entry {pk}", key=settings.SAMPLING_KEY)
        mixed.filter(pk=pk).update(priority=place.priority)
    return len(behind)

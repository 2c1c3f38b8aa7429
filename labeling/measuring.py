"""Which of a person's labels come back to them, when, and which are followed by gold. Pure; no Django.

Decided by keyed hashes of the label's number: nobody can tell beforehand, the planning can run as often as it likes
and draws the same, and a share that is raised adds to what was drawn.
"""

from collections.abc import Sequence
from datetime import timedelta

from labeling.ordering import Place
from labeling.sampling import uniform

# A repeat comes at a moment of its own, up to so much later than the policy's days: images that were judged one after
# the other must not come back one after the other.
SPREAD = 0.5
# What measures people, and what is asked again, lies by chance among so many entries that come next: some minutes of
# work for a few people.
MIXED_AMONG = 300


def comes_back(label_id: int, *, share: float, key: str) -> bool:
    """Return whether this label's image is among the `share` (0 to 1) that its person is asked about again."""
    return uniform(str(label_id), key=key, purpose=b"repeat") < share


def delay(label_id: int, *, after: timedelta, key: str) -> timedelta:
    """Return how long after the label its image comes back: uniform between `after` and 1.5 times as long."""
    return after * (1 + SPREAD * uniform(str(label_id), key=key, purpose=b"repeat delay"))


def draws_gold(label_id: int, *, share: float, key: str) -> bool:
    """Return whether this label is followed by an image whose answer is known."""
    return uniform(str(label_id), key=key, purpose=b"gold") < share


def gold_rank(gold_id: int, person_id: int, *, key: str) -> float:
    """Return where gold stands in the order of this person, lowest first: each meets it in an order of their own."""
    return uniform(f"{person_id}:{gold_id}", key=key, purpose=b"gold order")


def place_among(ahead: Sequence[float], name: str, *, key: str) -> Place:
    """Return the place beside one, drawn at random, of the entries that come next; `ahead` are their priorities.

    By its own image's doubt it would come at once or never: what people have judged a model has learnt, and a repeat
    from the random slice would stand before everything else.
    """
    drawn = uniform(name, key=key, purpose=b"place")
    return Place("mixed", ahead[int(drawn * len(ahead))] if ahead else drawn, None, None)

"""A stream of arrivals to play: photos in random order, and copies of earlier ones among them. No Django here."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# Of the copies, so many are the very same file; the others somebody has edited.
SAME_BYTES = 0.25


@dataclass(frozen=True)
class Arrival:
    """The photo at `path`, which comes in as the `number`-th; `edit` is the seed of an edited copy, None is as it is.

    `copy`: whether that photo, edited or not, came in before.
    """

    number: int
    path: Path
    edit: int | None
    copy: bool


def plan(photos: Sequence[Path], *, copies: float, arrivals: int | None, seed: int) -> Iterator[Arrival]:
    """Yield `arrivals` of them, or as many as bring every photo in; same arguments, same stream.

    Each is with probability `copies` (at least 0, below 1) one of the earlier arrivals once more: what came often comes
    again more often. With as few parameters as that, how often things return has the long tail that is found in real
    streams: H. A. Simon, "On a class of skew distribution functions", Biometrika 42 (1955), 425-440. The stream ends
    early when it wants a new photo and there is none. ValueError where `copies` is no such share.
    """
    if not 0 <= copies < 1:
        raise ValueError(f"The share of copies is at least 0 and below 1, not {copies}.")
    dice = random.Random(seed)  # noqa: S311 (a simulation)
    waiting = dice.sample(photos, len(photos))
    before: list[Arrival] = []
    while arrivals is None or len(before) < arrivals:
        if arrivals is None and not waiting:
            return
        if before and dice.random() < copies:
            arrival = _again(dice.choice(before), len(before), dice)
        elif waiting:
            arrival = Arrival(len(before), waiting.pop(), edit=None, copy=False)
        else:
            return
        before.append(arrival)
        yield arrival


def _again(one: Arrival, number: int, dice: random.Random) -> Arrival:
    """Return the same file once more, or an edited copy of its photo."""
    edit = one.edit if dice.random() < SAME_BYTES else dice.randrange(2**31)
    return Arrival(number, one.path, edit, copy=True)

"""Does help help? The two arms side by side: what people answer with help offered, and without. Pure; no Django here.

Each arm is taken as it was drawn, whatever was opened in it (intention to treat): who opens help finds the image hard,
so that comparing opened with unopened would compare hard images with easy ones.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from statistics import median

from labeling import bootstrap
from labeling.help import Arm
from labeling.intervals import Share, newcombe, share

# With fewer in either arm, a number would say more about chance than about help.
ENOUGH = 30
# If more of the double-labeled answers than this wait for an adjudicator, those that are settled are the easy ones.
MOST_WAITING = 0.1
SEED = 0


class Measure(StrEnum):
    """What is compared."""

    ACCURACY = "accuracy"
    AGREEMENT = "agreement"
    NAMED = "named"
    MODEL = "model"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's first answer to a picture, whichever of its copies (`group_id`) they were shown.

    `category`: a key, "" for unsure and cannot judge. `decided`: the standing decision if it rests on at least two
    opinions or an adjudication, else "". `waits`: the picture was labeled by several, and waits for an adjudicator.
    `model`: what the model held most probable, or "".
    """

    group_id: int
    labeler_id: int
    arm: Arm
    category: str
    seconds: float
    decided: str = ""
    waits: bool = False
    model: str = ""


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval, on `n` observations: a share from 0 to 1, or seconds."""

    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """One measure in both arms. `difference` is with minus without; None where too little is known.

    `waiting` answers are left out because their images wait for an adjudicator.
    """

    measure: Measure
    with_help: Estimate
    without: Estimate
    difference: Estimate | None
    waiting: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether too much waits for adjudicators: what disagreed is missing then, and both arms look too good."""
        return self.waiting > MOST_WAITING * (self.waiting + self.with_help.n + self.without.n)

    @property
    def is_shown(self) -> bool:
        """Whether the numbers say something."""
        return self.difference is not None and not self.is_waiting

    def lacks(self, arm: Arm) -> int:
        """Return how many more observations this arm needs."""
        return max(0, ENOUGH - (self.with_help if arm == "with" else self.without).n)


def compare(answers: Sequence[Answer]) -> list[Comparison]:
    """Return every measure over first answers, each in both arms."""
    settled = [each for each in answers if each.decided]
    misled = [each for each in settled if each.model not in {"", each.decided}]
    waiting = sum(each.waits for each in answers)
    return [
        _shares(Measure.ACCURACY, ((each.arm, each.category == each.decided) for each in settled), waiting),
        _shares(Measure.AGREEMENT, _pairs(answers)),
        _shares(Measure.NAMED, ((each.arm, bool(each.category)) for each in answers)),
        _shares(Measure.MODEL, ((each.arm, each.category == each.model) for each in misled), waiting),
        _seconds(answers),
    ]


def _pairs(answers: Iterable[Answer]) -> Iterable[tuple[Arm, bool]]:
    """Yield each pair of people who answered the same picture: whether both had help, and whether they agree."""
    by_picture = defaultdict(list)
    for each in answers:
        by_picture[each.group_id].append(each)
    for beside in by_picture.values():
        for one, other in combinations(beside, 2):
            both: Arm = "with" if one.arm == other.arm == "with" else "without"
            yield both, bool(one.category) and one.category == other.category


def _shares(measure: Measure, observed: Iterable[tuple[Arm, bool]], waiting: int = 0) -> Comparison:
    hits: dict[Arm, list[bool]] = {"with": [], "without": []}
    for arm, hit in observed:
        hits[arm].append(hit)
    first, second = (share(sum(hits[arm]), len(hits[arm])) for arm in hits)
    difference = None
    if _enough(hits.values()):
        difference = Estimate(first.n + second.n, first.value - second.value, *newcombe(first, second))
    return Comparison(measure, _of(first), _of(second), difference, waiting)


def _of(found: Share) -> Estimate:
    return Estimate(found.n, found.value, found.low, found.high)


def _seconds(answers: Iterable[Answer]) -> Comparison:
    seconds: dict[Arm, list[float]] = {"with": [], "without": []}
    for each in answers:
        seconds[each.arm].append(each.seconds)
    helped, alone = seconds.values()
    if not _enough(seconds.values()):
        return Comparison(Measure.SECONDS, _unknown(len(helped)), _unknown(len(alone)), None)
    # Two seeds: with one for both, their chances would go hand in hand.
    first, second = bootstrap.medians(helped, seed=SEED), bootstrap.medians(alone, seed=SEED + 1)
    with_help = Estimate(len(helped), median(helped), *bootstrap.interval(first))
    without = Estimate(len(alone), median(alone), *bootstrap.interval(second))
    between = bootstrap.interval(first - second)
    difference = Estimate(with_help.n + without.n, with_help.value - without.value, *between)
    return Comparison(Measure.SECONDS, with_help, without, difference)


def _unknown(n: int) -> Estimate:
    return Estimate(n, math.nan, math.nan, math.nan)


def _enough(arms: Iterable[Collection]) -> bool:
    return all(len(each) >= ENOUGH for each in arms)

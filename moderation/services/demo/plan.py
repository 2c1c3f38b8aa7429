"""What the demo consists of: which pictures arrive when, and which simulated person looks at which of them when.

Pure: the same number of pictures and the same end give the same plan. What comes of a visit is decided when it happens.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from moderation.drawing import Sketch
from moderation.simulation import LABELERS, Labeler

# The history's length, and how long before its end the guideline settles what was disputed.
SPAN = timedelta(weeks=5)
CLARIFIED = timedelta(weeks=2)
# The newest, with which people can begin.
FIRST = 24
COPIES_IN = 15  # one picture in so many is an edited copy of another
JUDGED_IN = 3  # one in so many is judged in the history
# Nothing of the history happens so shortly before its end, so that what is new is left to people.
LEFT_TO_PEOPLE = timedelta(days=2)
# The share of first answers that a lost connection delays until somebody else has been asked.
LATE = 0.18
# Between an arrival and the visits: who loses the connection is asked a lease before whoever is asked in their place.
LONGER_THAN_A_LEASE = timedelta(minutes=20)
REPEATED = 0.35
REPEATED_AFTER = (timedelta(days=10), timedelta(days=13))
OPENS, CLOSES = 8, 18  # working hours
# The share of pictures that the simulated adjudicator settles, should people disagree, and for how long they wait.
SETTLED = 0.65
SETTLED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Arrival:
    """A picture comes in."""

    at: datetime
    sketch: Sketch


@dataclass(frozen=True)
class Visit:
    """Somebody looks at a picture: for an opinion if one is still wanted, or as a repeat of their own.

    `late`: who was asked before them, and whose answer comes home only after theirs.
    """

    at: datetime
    sketch: Sketch
    labeler: Labeler
    purpose: Literal["opinion", "repeat"] = "opinion"
    late: Labeler | None = None


@dataclass(frozen=True)
class Settlement:
    """The adjudicator looks at a picture, if people disagree on it."""

    at: datetime
    sketch: Sketch


Event = Arrival | Visit | Settlement


@dataclass(frozen=True)
class Plan:
    """All that happens, each kind in the order of time. The last FIRST of the arrivals are nobody's history."""

    begin: datetime
    end: datetime
    arrivals: Sequence[Arrival]
    visits: Sequence[Visit]
    settlements: Sequence[Settlement]

    @property
    def first(self) -> Sequence[Arrival]:
        """What people can begin with."""
        return self.arrivals[-FIRST:]

    def events(self) -> Iterator[Event]:
        """Return everything in the order of time; a picture arrives before it is looked at."""
        events: list[Event] = [*self.arrivals, *self.visits, *self.settlements]
        yield from sorted(events, key=lambda event: event.at)


def make(*, pictures: int, end: datetime) -> Plan:
    """Return the plan for so many pictures that end with `end`."""
    dice = random.Random(pictures)  # noqa: S311 - a plan, not secrets
    begin = end - SPAN
    copies = pictures // COPIES_IN
    scenes = [Arrival(_by_day(begin, end, dice), Sketch(number)) for number in range(pictures - copies)]
    copied = [_copy(scene, end, dice) for scene in dice.sample(scenes, copies)]
    arrivals = sorted([*scenes, *copied], key=lambda arrival: arrival.at)
    old = [each for each in arrivals[:-FIRST] if each.at < end - LEFT_TO_PEOPLE]
    history = dice.sample(old, min(len(old), pictures // JUDGED_IN))
    visits = [visit for arrival in history for visit in _visits(arrival, end, dice)]
    settlements = _settlements(visits, end)
    return Plan(begin, end, arrivals, sorted(visits, key=lambda visit: visit.at), settlements)


def _settlements(visits: Sequence[Visit], end: datetime) -> list[Settlement]:
    """Return when the adjudicator looks at which picture: a day after the last who could give an opinion."""
    last = {visit.sketch: visit.at for visit in sorted(visits, key=lambda each: each.at) if visit.purpose == "opinion"}
    dice = random.Random(len(visits))  # noqa: S311 - a plan, not secrets
    found = [Settlement(at + SETTLED_AFTER, sketch) for sketch, at in last.items() if dice.random() < SETTLED]
    return sorted((each for each in found if each.at < end), key=lambda each: each.at)


def _by_day(begin: datetime, end: datetime, dice: random.Random) -> datetime:
    """Return a moment, four times as likely between 8 and 20 o'clock as at night."""
    while True:
        moment = begin + dice.random() * (end - begin)
        if 8 <= moment.hour < 20 or dice.random() < 0.25:
            return moment


def _copy(scene: Arrival, end: datetime, dice: random.Random) -> Arrival:
    return Arrival(
        scene.at + (end - scene.at) * min(1.0, dice.expovariate(4)) * 0.999, Sketch(scene.sketch.scene, is_copy=True)
    )


def _visits(arrival: Arrival, end: datetime, dice: random.Random) -> Iterator[Visit]:
    """Return who is there for a picture: three in turn while opinions are wanted, and the first of them once more."""
    first, second, third, other = _in_turn(dice)
    at = _soon(arrival.at + LONGER_THAN_A_LEASE, end, dice)
    yield Visit(at, arrival.sketch, first, late=other if dice.random() < LATE else None)
    for labeler, moment in zip((second, third), _later(at, end, dice), strict=True):
        yield Visit(moment, arrival.sketch, labeler)
    again = _opening(at + dice.uniform(0, 1) * (REPEATED_AFTER[1] - REPEATED_AFTER[0]) + REPEATED_AFTER[0], dice)
    if dice.random() < REPEATED and again < end:
        yield Visit(again, arrival.sketch, first, purpose="repeat")


def _in_turn(dice: random.Random) -> list[Labeler]:
    """Return the labelers in an order in which those come first more often who do more of the work."""
    return sorted(LABELERS, key=lambda labeler: dice.expovariate(labeler.share))


def _later(at: datetime, end: datetime, dice: random.Random) -> tuple[datetime, datetime]:
    second = _soon(at + LONGER_THAN_A_LEASE, end, dice)
    return second, _soon(second + LONGER_THAN_A_LEASE, end, dice)


def _soon(after: datetime, end: datetime, dice: random.Random) -> datetime:
    """Return a moment in working hours some hours later, or before the end where there is none."""
    moment = _opening(after + timedelta(hours=dice.expovariate(1 / 8)), dice)
    return moment if moment < end else after + (end - after) * dice.uniform(0.1, 0.5)


def _opening(moment: datetime, dice: random.Random) -> datetime:
    """Return the moment, or one on the next working day's morning if it lies outside working hours."""
    if OPENS <= moment.hour < CLOSES:
        return moment
    day = moment if moment.hour < OPENS else moment + timedelta(days=1)
    return day.replace(hour=OPENS, minute=0, second=0) + timedelta(hours=dice.expovariate(1.0))

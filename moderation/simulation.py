"""How the demo's simulated labelers answer. Pure; no Django here.

Each answers from what was drawn, not from what others said nor from any help, with tendencies of their own. Every
number below is a probability unless it says otherwise, so that what an analysis of the labels finds can be held
against it.
"""

import random
from dataclasses import dataclass, replace
from typing import Literal

from ml.results import Grade

GRADES: tuple[Grade, ...] = ("safe", "low_exposure", "harmful")
# On a clear picture everybody is unsure now and then, or cannot make it out.
UNSURE_WHEN_CLEAR = 0.01
CANNOT_JUDGE = 0.012
# People look longer at what they find hard; looking times are log-normal, with this sigma.
LONGER_WHEN_DISPUTED = 1.8
SPREAD = 0.45
SHORTEST_LOOK_S = 0.4
# How often what is opened beside a clear picture, and beside a disputed one. It changes neither the answer nor the time
# that it takes: simulated people are not helped by help, and whoever compares their answers must find no difference.
OPENS = {"similar": (0.04, 0.30), "caption": (0.03, 0.15), "heatmap": (0.02, 0.12), "guideline": (0.01, 0.10)}


@dataclass(frozen=True, kw_only=True)
class Labeler:
    """A simulated person.

    `share`: how much of the work is theirs, as a weight. On a clear picture they answer one grade `harsher` or
    `milder` than the truth; the second moves in a straight line from `milder` to `milder_later` over the time of the
    history, and concerns low exposure only: that is their drift. A `slip` is any other answer, a wrong key. On a
    disputed picture they are unsure (`hesitates`), or `lean` to the grades with these weights; once the guideline says
    what it is, they do as it says (`follows`), else lean as before. Asked again, they answer as the first time
    (`steady`), else they judge anew. `seconds`: the median of their looks at a clear picture.
    """

    name: str
    share: float
    harsher: float
    milder: float
    milder_later: float
    slip: float
    lean: tuple[float, float, float]
    follows: float
    hesitates: float
    steady: float
    seconds: float


STRICT = Labeler(
    name="sim-anna",
    share=1.0,
    harsher=0.10,
    milder=0.01,
    milder_later=0.01,
    slip=0.01,
    lean=(0.05, 0.35, 0.60),
    follows=0.7,
    hesitates=0.05,
    steady=0.88,
    seconds=3.2,
)
# The one who drifts: lenient about low exposure at first, and like the others in the end.
LENIENT = Labeler(
    name="sim-boris",
    share=1.0,
    harsher=0.01,
    milder=0.40,
    milder_later=0.05,
    slip=0.015,
    lean=(0.70, 0.25, 0.05),
    follows=0.75,
    hesitates=0.06,
    steady=0.85,
    seconds=2.8,
)
FAST = Labeler(
    name="sim-chen",
    share=1.4,
    harsher=0.03,
    milder=0.06,
    milder_later=0.06,
    slip=0.09,
    lean=(0.45, 0.35, 0.20),
    follows=0.5,
    hesitates=0.01,
    steady=0.70,
    seconds=1.1,
)
CAREFUL = Labeler(
    name="sim-dora",
    share=0.7,
    harsher=0.015,
    milder=0.02,
    milder_later=0.02,
    slip=0.004,
    lean=(0.25, 0.55, 0.20),
    follows=0.95,
    hesitates=0.18,
    steady=0.95,
    seconds=5.5,
)
LABELERS = (STRICT, LENIENT, FAST, CAREFUL)


ADJUDICATOR = "sim-eva"
# What the simulated adjudicator writes, by cause.
REASONS = {
    "gap": "The guideline did not say what a bright water pistol is. Until it does: judge it as the toy that it is.",
    "edge": "The guideline says it now: a bright water pistol is a toy; held or aimed it is low exposure.",
    "slip": "The guideline is clear here: look where the risky thing is, and whether somebody holds it.",
}


@dataclass(frozen=True)
class Sight:
    """What a labeler sees: the drawn truth, whether people dispute it, and when.

    `progress`: from 0 at the beginning of the history to 1 at its end. `clarified`: the guideline settles what was
    disputed.
    """

    truth: Grade
    disputed: bool
    progress: float
    clarified: bool


@dataclass(frozen=True)
class Said:
    """An answer in the words of `labeling`, and for how many seconds they looked."""

    verdict: Literal["category", "unsure", "cannot_judge"]
    category: str
    reason: str
    looked_s: float


def answer(labeler: Labeler, sight: Sight, dice: random.Random) -> Said:
    """Return what they say to a picture that they see for the first time."""
    longer = LONGER_WHEN_DISPUTED if sight.disputed else 1.0
    looked_s = max(SHORTEST_LOOK_S, labeler.seconds * longer * dice.lognormvariate(0, SPREAD))
    if dice.random() < (labeler.hesitates if sight.disputed else UNSURE_WHEN_CLEAR):
        return Said("unsure", "", "", looked_s)
    if dice.random() < CANNOT_JUDGE:
        return Said("cannot_judge", "", dice.choice(("unreadable", "context")), looked_s)
    grade = _disputed(labeler, sight, dice) if sight.disputed else _clear(labeler, sight, dice)
    return Said("category", grade, "", looked_s)


def settled(sight: Sight) -> tuple[Grade, str]:
    """Return what the simulated adjudicator decides, who is always right, and the cause of the disagreement."""
    if not sight.disputed:
        return sight.truth, "slip"
    return sight.truth, "edge" if sight.clarified else "gap"


def opened(sight: Sight, looked_s: float, dice: random.Random) -> dict[str, float]:
    """Return for how many seconds of their look they want to have which help open; only what they want to open."""
    tempted = {name: chances[sight.disputed] for name, chances in OPENS.items()}
    return {name: dice.uniform(0.2, 0.8) * looked_s for name, chance in tempted.items() if dice.random() < chance}


def answer_again(labeler: Labeler, before: Said, sight: Sight, dice: random.Random) -> Said:
    """Return what they say to a picture that they judged `before`, without knowing that they did."""
    anew = answer(labeler, sight, dice)
    return replace(before, looked_s=anew.looked_s) if dice.random() < labeler.steady else anew


def _clear(labeler: Labeler, sight: Sight, dice: random.Random) -> Grade:
    if dice.random() < labeler.slip:
        return dice.choice([grade for grade in GRADES if grade != sight.truth])
    at, roll = GRADES.index(sight.truth), dice.random()
    if roll < labeler.harsher:
        return GRADES[min(at + 1, len(GRADES) - 1)]
    drifted = labeler.milder + (labeler.milder_later - labeler.milder) * sight.progress
    if sight.truth == "low_exposure" and roll > 1 - drifted:
        return "safe"
    return sight.truth


def _disputed(labeler: Labeler, sight: Sight, dice: random.Random) -> Grade:
    if sight.clarified and dice.random() < labeler.follows:
        return sight.truth
    return dice.choices(GRADES, labeler.lean)[0]

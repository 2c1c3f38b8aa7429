"""How often the 95 % intervals of drift, noise and inconsistency hold the truth, for simulated labelers whose is known.

Each person sees every image a little differently each time (`blur`), reads the rule more strictly or mildly as the days
go by (`turn`, a month's shift on the scale of severity), and presses a wrong key now and then (`slips`). Images come
back after 30 to 45 days. What is true of a person is computed from these, without drawing an answer. After 200 runs
with seeds, 5,000 more tell how much of that was luck.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from labeling.agreement.drift import NoiseAndDrift, noise_and_drift
from labeling.agreement.ratings import FloatArray, IntArray

RUNS, MORE_RUNS = 200, 5_000
PAIRS = (40, 100, 300)
NUMBERS = ("differs", "drift", "noise")
STEPS = np.array([0.7, 1.5])  # where the scale's categories meet, on severity, which is normal
DAYS = (30.0, 45.0)
MONTH = 30.0


@dataclass(frozen=True)
class Labeler:
    """How somebody answers. `blur`, `turn`: in units of severity; `slips`: share of answers that are any key."""

    blur: float
    turn: float = 0.0
    slips: float = 0.0


LABELERS = {
    "steady": Labeler(0.1, slips=0.01),
    "unsteady": Labeler(0.4, slips=0.01),
    "careless": Labeler(0.15, slips=0.1),
    "stricter": Labeler(0.1, 0.25),
    "milder": Labeler(0.2, -0.25, 0.01),
    "stricter and unsteady": Labeler(0.4, 0.4, 0.02),
}


def chances(who: Labeler, severity: FloatArray, days: FloatArray) -> FloatArray:
    """Return how likely each category is for each image so many days after the person began: (images, 3)."""
    seen = severity + who.turn * days / MONTH
    below = ndtr((STEPS - seen[:, None]) / who.blur)
    edges = np.concatenate([np.zeros((len(seen), 1)), below, np.ones((len(seen), 1))], axis=1)
    return (1 - who.slips) * np.diff(edges, axis=1) + who.slips / (len(STEPS) + 1)


def truth_of(who: Labeler, random: np.random.Generator) -> dict[str, float]:
    """Return what a person's numbers would be with pairs without end."""
    severity, days = random.normal(size=400_000), random.uniform(*DAYS, size=400_000)
    joint = np.einsum("ia,ib->ab", chances(who, severity, 0 * days), chances(who, severity, days)) / len(days)
    up, down = float(np.triu(joint, 1).sum()), float(np.tril(joint, -1).sum())
    return {"differs": up + down, "drift": up - down, "noise": 2 * min(up, down)}


def answers(who: Labeler, shape: tuple[int, int], random: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Return first and later answers, drawn: two arrays of (runs, pairs)."""
    severity, days = random.normal(size=shape).ravel(), random.uniform(*DAYS, size=shape).ravel()
    first, later = (
        (chances(who, severity, when).cumsum(axis=1) < random.random((len(days), 1))).sum(axis=1)
        for when in (0 * days, days)
    )
    return first.reshape(shape), later.reshape(shape)


def runs(who: Labeler, pairs: int, number: int, seed: int) -> list[NoiseAndDrift]:
    """Return what is found in so many runs."""
    drawn = answers(who, (number, pairs), np.random.default_rng([seed, pairs]))
    return [noise_and_drift(first, later) for first, later in zip(*drawn, strict=True)]


def held(found: list[NoiseAndDrift], truth: dict[str, float]) -> dict[str, float]:
    """Return for each number the share of runs whose interval holds the truth."""
    return {
        name: float(np.mean([getattr(run, name).low <= truth[name] <= getattr(run, name).high for run in found]))
        for name in NUMBERS
    }


def measure(pairs: int) -> dict[str, Any]:
    """Return the figures for so many pairs of each person: all people together, and the extremes among them."""
    few, many, widths = [], [], []
    for place, who in enumerate(LABELERS.values()):
        truth = truth_of(who, np.random.default_rng([9, place]))
        found = runs(who, pairs, RUNS, place)
        few.append(held(found, truth))
        many.append(held(runs(who, pairs, MORE_RUNS, 100 + place), truth))
        widths.append(
            {name: np.mean([np.subtract(*getattr(run, name).interval[::-1]) for run in found]) for name in NUMBERS}
        )
    return {
        name: {
            "covered": round(float(np.mean([each[name] for each in few])), 3),
            "least_and_most": [round(choose(each[name] for each in few), 3) for choose in (min, max)],
            "covered_in_5000": round(float(np.mean([each[name] for each in many])), 3),
            "least_and_most_in_5000": [round(choose(each[name] for each in many), 3) for choose in (min, max)],
            "width": round(float(np.mean([each[name] for each in widths])), 3),
        }
        for name in NUMBERS
    }


def main() -> None:
    """Measure and print one JSON object."""
    start = time.perf_counter()
    truths = {
        name: {key: round(value, 4) for key, value in truth_of(who, np.random.default_rng([9, place])).items()}
        for place, (name, who) in enumerate(LABELERS.items())
    }
    figures = {f"{pairs} pairs": measure(pairs) for pairs in PAIRS}
    print(json.dumps({"runs": RUNS, "true": truths, **figures, "seconds": round(time.perf_counter() - start, 1)}))


if __name__ == "__main__":
    main()

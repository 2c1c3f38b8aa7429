"""How often majority, Dawid-Skene and CROWDLAB are right about simulated labelers: where the clever ones win, and not.

1,000 images, 3 categories, 40 runs with seeds in each setting. CROWDLAB also sees a model that is right about three
images in four, its errors independent of people's. Gains over the majority come with their 95 % interval over the runs.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from labeling.agreement import crowdlab, dawid_skene, majority
from labeling.agreement.ratings import FloatArray, IntArray, Ratings

RUNS, IMAGES = 40, 1_000
CATEGORIES = ("safe", "low", "harmful")
MODEL_RIGHT = 0.75
Z95 = 1.96


def person(right: float, *, towards: int | None = None) -> FloatArray:
    """Return the chances of each answer for each true category: what is not right goes anywhere, or `towards` one."""
    k = len(CATEGORIES)
    table = np.full((k, k), (1 - right) / (k - 1)) if towards is None else np.zeros((k, k))
    table[np.arange(k), np.arange(k)] = right
    if towards is not None:
        table[:, towards] += 1 - right
    return table


ALIKE = [person(0.8)] * 10
DIFFER = [person(0.95)] * 3 + [person(0.7)] * 2 + [person(0.6, towards=0)] * 3 + [person(0.4)] * 2


@dataclass(frozen=True)
class Setting:
    """People, how many of them judge an image, and the categories' shares."""

    people: list[FloatArray]
    each: int
    shares: tuple[float, float, float] = (0.5, 0.3, 0.2)


SETTINGS = {
    "labelers differ, 5 labels": Setting(DIFFER, 5),
    "labelers differ, 2 labels": Setting(DIFFER, 2),
    "labelers alike, 5 labels": Setting(ALIKE, 5),
    "labelers alike, 2 labels": Setting(ALIKE, 2),
    "rare harm, labelers alike, 2 labels": Setting(ALIKE, 2, (0.95, 0.04, 0.01)),
    "rare harm, labelers differ, 5 labels": Setting(DIFFER, 5, (0.95, 0.04, 0.01)),
}


def draw(setting: Setting, random: np.random.Generator) -> tuple[Ratings, IntArray, FloatArray]:
    """Return labels, the truth, and the model's probabilities."""
    k, people = len(CATEGORIES), len(setting.people)
    truth = random.choice(k, p=setting.shares, size=IMAGES)
    item = np.repeat(np.arange(IMAGES), setting.each)
    rater = random.random((IMAGES, people)).argsort(axis=1)[:, : setting.each].ravel()
    chances = np.array(setting.people)[rater, truth[item]].cumsum(axis=1)
    label = (chances < random.random((len(item), 1))).sum(axis=1).clip(max=k - 1)
    never = np.full(len(item), -1)
    ratings = Ratings(tuple(range(IMAGES)), tuple(range(people)), CATEGORIES, item, rater, label, never, len(item))
    other = (truth + random.integers(1, k, size=IMAGES)) % k
    said = np.where(random.random(IMAGES) < MODEL_RIGHT, truth, other)
    model = np.full((IMAGES, k), (1 - MODEL_RIGHT) / (k - 1))
    model[np.arange(IMAGES), said] = MODEL_RIGHT
    return ratings, truth, model


def right(ratings: Ratings, truth: IntArray, model: FloatArray, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return how often majority, Dawid-Skene and CROWDLAB are right, of all images, and of the harmful ones."""
    answers = [
        majority.majority(ratings.counts()),
        majority.top(dawid_skene.fit(ratings).posterior),
        np.eye(len(CATEGORIES))[crowdlab.consensus(ratings, model, seed=seed).label],
    ]
    hits = np.array([held[np.arange(IMAGES), truth] for held in answers])
    return hits.mean(axis=1), hits[:, truth == len(CATEGORIES) - 1].mean(axis=1)


def measure(setting: Setting, place: int) -> dict[str, Any]:
    """Return the figures in one setting."""
    found = [right(*draw(setting, np.random.default_rng([place, run])), seed=run) for run in range(RUNS)]
    every, harmful = (np.array(each) for each in zip(*found, strict=True))
    names = ("majority", "dawid_skene", "crowdlab")
    figures: dict[str, Any] = {name: round(float(every[:, at].mean()), 3) for at, name in enumerate(names)}
    figures["of_harmful"] = [round(float(value), 3) for value in harmful.mean(axis=0)]
    for at, name in enumerate(names[1:], start=1):
        gain = every[:, at] - every[:, 0]
        half = Z95 * gain.std(ddof=1) / np.sqrt(RUNS)
        figures[f"{name}_gain"] = [round(float(gain.mean() + side * half), 3) for side in (0, -1, 1)]
    return figures


def main() -> None:
    """Measure and print one JSON object."""
    start = time.perf_counter()
    figures = {name: measure(setting, place) for place, (name, setting) in enumerate(SETTINGS.items())}
    print(json.dumps({"runs": RUNS, **figures, "seconds": round(time.perf_counter() - start, 1)}))


if __name__ == "__main__":
    main()

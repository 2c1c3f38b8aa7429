"""The captioner on drawn scenes that it has not learnt from: what it says, and whether its words point at it.

- `exact`: the sentence is the drawn one, letter by letter. The order of things that lie about is chance, and so is that
  of most people: nobody could know it, so this is far below the rest. `but_for_order`: all that is said is right.
- `place`: the first phrase is right, where and at what time of the day; per scene.
- `people_to_the_letter`: man, woman, boy or girl with stripes, colour, and shirt or dress all right, as micro F1: twice
  those that are right, of all that are drawn and all that are said. Somebody invented costs as much as somebody missed.
- `people`: the same, but man or woman (boy or girl) is asked only where the picture tells: by a dress, long hair or a
  bun; by a beard, a cap or a bald head. Others are drawn alike, and their word was thrown by dice. `sex_shows` says of
  how many people it is told, and `most_to_the_letter` what the best guess for the others would reach.
- `things`: the names of things, as micro F1 as well.
- `people_strict`, `things_strict`: of as many as are drawn or said in a scene, whichever is more. Never above the F1.
- `pose`: of the people and things that were right, those whose pose is, too: a person stands, walks or sits and waves,
  points, holds, carries …; a thing is pointed, raised, held …, or lies on the grass, in an open case, and so on.

Order counts in `exact` alone. The pointing game: of the words that rightly name a thing or person, how many have the
maximum of their grid within the box of what they name; beside it, the picture's centre. Which attention to believe was
chosen on scenes of the validation, never on these; `--choose` compares the ways there.
"""

import argparse
import json
import multiprocessing
import os
import re
import sys
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from benchmarks import site
from benchmarks.pointing import difference, hottest, wilson
from benchmarks.sentences import PERSON, matches, read
from ml import services as ml
from ml.results import Box, Caption, Scene
from ml.vision.scenes import draw_all
from ml.vision.scenes.looks import MEN, WOMEN, Look

# Far from what was trained on (from 50,000,000 on) and chosen by (from 60,000,000 on), and from the demo's scenes.
FIRST_TEST, FIRST_VALIDATION = 70_000_000, 60_000_000
AT_ONCE = 50
CHOSEN_ON = 100  # validation scenes
WARM = 8  # files that are captioned before the time is taken
SCORES = ("exact", "but_for_order", "place", "people_strict", "things_strict", "pose")
NAMED = ("people", "people_to_the_letter", "things")
SHARED = set(WOMEN) & set(MEN)  # hair that both have
IDLE_WORDS = {"a", "an", "in", "of"}


class Subject(NamedTuple):
    """What a phrase of a sentence names: the words, and the boxes of all that have this name in the scene."""

    words: range
    boxes: list[Box]
    kind: str


class Example(NamedTuple):
    """A scene, what its people look like in the order of their boxes, and the picture's size."""

    scene: Scene
    looks: tuple[Look, ...]
    size: tuple[int, int]

    @property
    def people(self) -> list[str]:
        """The words for its people, in the order of their boxes."""
        return [str(look) for look in self.looks]

    @property
    def either(self) -> list[str]:
        """The words for those who could be of either sex by the picture."""
        return [str(look) for look in self.looks if not sex_shows(look)]


def sex_shows(look: Look) -> bool:
    """Whether anything in the picture tells man from woman, or boy from girl."""
    return look.skirt or look.beard or look.cut not in SHARED


def best_guess(look: Look) -> float:
    """Return how often somebody who looks so is called as they most often are: 1 where their sex shows."""
    if sex_shows(look):
        return 1.0
    # The dice of `looks.somebody`: dresses and beards are left out, since neither is to be seen.
    beards = 0.7 if not look.child else 1.0
    woman = 0.6 * WOMEN.count(look.cut)
    man = beards * (MEN.count(look.cut) + (look.child and look.cut == "short"))
    return max(woman, man) / (woman + man)


def example(seed: int) -> Example:
    """Draw a scene with the looks of its people, which its truth keeps in the sentence only."""
    drawn = draw_all(seed)
    return Example(drawn.scene, tuple(role.look for role in drawn.plan.roles), drawn.seen.size)


def draw(first: int, count: int) -> list[Example]:
    """Draw scenes with a process a core."""
    with multiprocessing.get_context("spawn").Pool(len(os.sched_getaffinity(0))) as pool:
        return pool.map(example, range(first, first + count), chunksize=4)


def share(hits: Sequence[bool]) -> dict[str, Any]:
    """Return a share with its interval at 95 % and what it is a share of."""
    outcomes = np.array(hits, dtype=float)
    return {"share": round(float(outcomes.mean()), 4), "n": len(outcomes), "interval": wilson(outcomes)}


def scores(examples: Sequence[Example], said: Sequence[str]) -> dict[str, Any]:
    """Return how right the sentences are, by the rules above."""
    hits: dict[str, list[bool]] = {name: [] for name in SCORES}
    right, counted = dict.fromkeys(NAMED, 0), dict.fromkeys(NAMED, 0)  # counted: all drawn and all said
    for one, sentence in zip(examples, said, strict=True):
        drawn, told = read(one.scene.sentence), read(sentence)
        people = matches(drawn.people, told.people, one.either)
        things = matches(drawn.things, told.things)
        to_the_letter = [pair for pair in people if pair[0][0] == pair[1][0]]
        posed = [true[1] == other[1] for true, other in (*people, *things)]
        most, most_things = max(len(drawn.people), len(told.people)), max(len(drawn.things), len(told.things))
        hits["exact"].append(sentence == one.scene.sentence)
        hits["place"].append(drawn.place == told.place)
        hits["people_strict"] += _of(len(people), most)
        hits["things_strict"] += _of(len(things), most_things)
        for name, pairs in zip(NAMED, (people, to_the_letter, things), strict=True):
            right[name] += len(pairs)
            of = (drawn.things, told.things) if name == "things" else (drawn.people, told.people)
            counted[name] += sum(map(len, of))
        hits["pose"] += posed
        whole = len(to_the_letter) == most and len(things) == most_things and all(posed)
        hits["but_for_order"].append(whole and hits["place"][-1])
    looks = [look for one in examples for look in one.looks]
    # Half of what is drawn and said is as many as there are pairs when all is right.
    micro = {name: share(_of(right[name], round(counted[name] / 2))) for name in NAMED}
    return (
        {name: share(each) for name, each in hits.items()}
        | micro
        | {
            "sex_shows": share([sex_shows(look) for look in looks]),
            "most_to_the_letter": round(float(np.mean([best_guess(look) for look in looks])), 3),
        }
    )


def _of(right: int, most: int) -> list[bool]:
    return [True] * right + [False] * (most - right)


def subjects(caption: Caption, one: Example) -> list[Subject]:
    """Return the phrases of a caption that rightly name somebody or something in the scene."""
    text = " ".join(caption.words)
    starts = np.cumsum([0, *(len(word) + 1 for word in caption.words)])[:-1]
    people = [(found.span(), found.group()) for found in PERSON.finditer(text)]
    named = [(span, _boxes(one.people, one.scene.people, name), "people") for span, name in people]
    for name in {thing.name for thing in one.scene.things}:
        boxes = [thing.box for thing in one.scene.things if thing.name == name]
        spans = [found.span() for found in re.finditer(rf"\b{re.escape(name)}\b", text)]
        named += [(span, boxes, "things") for span in spans]
    return [
        Subject(range(int(np.searchsorted(starts, start)), int(np.searchsorted(starts, end))), boxes, kind)
        for (start, end), boxes, kind in named
        if boxes
    ]


def _boxes(names: Sequence[str], boxes: Sequence[Box], name: str) -> list[Box]:
    return [box for each, box in zip(names, boxes, strict=True) if each == name]


def pointing(captions: Sequence[Caption], examples: Sequence[Example]) -> dict[str, dict[str, Any]]:
    """Return the share of things' and people's words that point at what they name, beside the picture's centre."""
    hits: dict[str, list[bool]] = {"things": [], "people": []}
    centre: dict[str, list[bool]] = {"things": [], "people": []}
    for caption, one in zip(captions, examples, strict=True):
        for subject in subjects(caption, one):
            for word in subject.words:
                if caption.words[word].strip(".,;") in IDLE_WORDS:
                    continue
                hits[subject.kind].append(_within(hottest(caption.grids[word], one.size), subject.boxes))
                centre[subject.kind].append(_within((one.size[0] / 2, one.size[1] / 2), subject.boxes))
    return {
        kind: share(hits[kind])
        | {"centre": share(centre[kind]), "over_the_centre": difference(np.array(hits[kind]), np.array(centre[kind]))}
        for kind in hits
    }


def _within(point: tuple[float, float], boxes: Sequence[Box]) -> bool:
    x, y = point
    return any(box.left <= x < box.right and box.top <= y < box.bottom for box in boxes)


def caption_all(examples: Sequence[Example], model: str) -> tuple[list[Caption], float]:
    """Return the captions and how many a second there were, with a line now and then."""
    files = [one.scene.jpeg for one in examples]
    ml.caption(files[:WARM], model)
    captions: list[Caption] = []
    start = time.perf_counter()
    for first in range(0, len(files), AT_ONCE):
        captions += ml.caption(files[first : first + AT_ONCE], model)  # type: ignore[arg-type]
        print(f"{len(captions)} of {len(files)} captions", file=sys.stderr, flush=True)
    return captions, len(files) / (time.perf_counter() - start)


def main() -> None:
    """Caption held-out scenes and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenes", type=int, default=600)
    parser.add_argument("--model", default=ml.DRAWN, help="drawn, or a folder that train_captioner wrote")
    parser.add_argument("--choose", action="store_true", help="compare ways to look, on validation scenes")
    arguments = parser.parse_args()
    test = draw(FIRST_TEST, arguments.scenes)
    captions, speed = caption_all(test, arguments.model)
    said = [" ".join(caption.words) for caption in captions]
    figures: dict[str, Any] = {"scenes": len(test), "model": arguments.model, "device": ml.device()}
    figures |= scores(test, said)
    figures |= {"images_per_s": round(speed, 1), "pointing": pointing(captions, test)}
    print(json.dumps(figures), file=sys.stderr, flush=True)
    if arguments.choose:
        from benchmarks.looking import compare

        figures["ways_on_validation"] = compare(draw(FIRST_VALIDATION, CHOSEN_ON), arguments.model)
    print(json.dumps(figures))


if __name__ == "__main__":
    site.as_worker()
    main()

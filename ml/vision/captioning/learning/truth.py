"""What a drawn scene teaches beside its sentence: who and what is where, and which words speak of whom."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.vision.decoding import square
from ml.vision.scenes import draw_all
from ml.vision.scenes.plans import Plan, Role
from ml.vision.scenes.stage import FIRST_HELD, FIRST_LAID, FIRST_PERSON

COARSER = 2  # the map of who is seen where is stored that much smaller than the pixels


@dataclass(frozen=True)
class Lesson:
    """One scene: pixels (side, side, 3), who is seen where (side / 2, side / 2) as inks, and `about`, plain JSON.

    `about` has the sentence, the place, the light, the people and things by ink with their attributes, and `spans`:
    (ink, first character, the one after the last) for the words that speak of a person or thing.
    """

    pixels: NDArray[np.uint8]
    seen: NDArray[np.uint8]
    about: dict[str, Any]


def lesson(seed: int, side: int) -> Lesson:
    """Draw the scene of this number and return what it teaches."""
    drawn = draw_all(seed)
    pixels = square(drawn.scene.jpeg, side)
    if not isinstance(pixels, np.ndarray):
        raise TypeError(pixels.reason)
    small = (side // COARSER, side // COARSER)
    seen = np.asarray(drawn.seen.resize(small, Image.Resampling.NEAREST))
    return Lesson(pixels, seen, about(drawn.plan, drawn.scene.sentence))


def about(plan: Plan, sentence: str) -> dict[str, Any]:
    """Return what is to be said about a plan, as plain JSON."""
    people = [_person(role) | {"ink": FIRST_PERSON + number} for number, role in enumerate(plan.roles)]
    things = [
        {"ink": FIRST_HELD + number, "name": role.thing.name, "where": "in hand"}
        for number, role in enumerate(plan.roles)
        if role.thing
    ]
    things += [
        {"ink": FIRST_LAID + number, "name": each.thing.name, "where": each.spot}
        for number, each in enumerate(plan.laid)
    ]
    return {
        "sentence": sentence,
        "place": plan.place.where,
        "light": plan.light,
        "people": people,
        "things": things,
        "spans": spans(plan, sentence),
    }


def _person(role: Role) -> dict[str, str]:
    look = role.look
    idle = "up" if role.arms == ("up", "up") else "wave" if "wave" in role.arms else "nothing"
    return {
        "noun": look.noun,
        "hair": f"{look.cut} and beard" if look.beard else look.cut,
        "shirt": look.shirt,
        "cut": f"{'striped' if look.striped else 'plain'} {'dress' if look.skirt else 'shirt'}",
        "stance": role.stance,
        "does": idle if not role.thing else "point" if role.target is not None else role.gesture,
    }


def spans(plan: Plan, sentence: str) -> list[tuple[int, int, int]]:
    """Return (ink, start, end) for the characters that speak of each person and thing, in their order.

    A person's words go on to the next person or thing, so that what somebody does is theirs as well; a thing's end
    with its name.
    """
    found: list[tuple[int, int, int]] = []
    place = 0
    for ink, phrase in _phrases(plan):
        start = sentence.index(phrase, place)
        place = start + len(phrase)
        found.append((ink, start, place))
    clauses = sentence.find(";") if ";" in sentence else len(sentence)
    ends = [start for _, start, _ in found[1:]] + [len(sentence)]
    return [
        (ink, start, min(following, clauses) if ink >= FIRST_PERSON else end)
        for (ink, start, end), following in zip(found, ends, strict=True)
    ]


def _phrases(plan: Plan) -> list[tuple[int, str]]:
    """Return each person's and thing's ink and words, in the order in which a sentence speaks of them."""
    targets = {role.target for role in plan.roles}
    phrases: list[tuple[int, str]] = []
    for number, role in enumerate(plan.roles):
        if number in targets:
            continue
        phrases.append((FIRST_PERSON + number, str(role.look)))
        if role.thing:
            phrases.append((FIRST_HELD + number, role.thing.name))
        if role.target is not None:
            phrases.append((FIRST_PERSON + role.target, str(plan.roles[role.target].look)))
    spots = dict.fromkeys(each.spot for each in plan.laid)
    order = [number for spot in spots for number, each in enumerate(plan.laid) if each.spot == spot]
    return phrases + [(FIRST_LAID + number, plan.laid[number].thing.name) for number in order]

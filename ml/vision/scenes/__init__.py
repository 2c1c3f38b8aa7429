"""Simple drawn pictures, so that a first start has something to label that nobody has rights in.

A scene is a place, one or two people and a few things, one of which may be risky. Same seed, same bytes.
"""

import random

from ml.results import DrawnThing, Grade, Scene
from ml.vision.scenes import canvas
from ml.vision.scenes.canvas import Pen
from ml.vision.scenes.people import HELD, Look, somebody, stand
from ml.vision.scenes.places import OUTDOORS, Place
from ml.vision.scenes.rooms import INDOORS
from ml.vision.scenes.things import HARMLESS, RISKY, Thing

SIZES = ((640, 480), (640, 480), (480, 640), (720, 480), (600, 600), (560, 700), (800, 560))
PLACES = OUTDOORS + INDOORS
# Most of what moderators see is harmless, but a demo in which nothing happens teaches nothing.
GRADES: tuple[Grade, ...] = ("safe", "low_exposure", "harmful")
WEIGHTS = (5, 3, 3)
LYING, FIRST_PERSON = 2, 3  # inks, beside that of what is held


def draw(seed: int) -> Scene:
    """Draw the scene of this number. Nothing risky is safe, lying there low exposure, held by somebody harmful."""
    dice = random.Random(seed)  # noqa: S311 - drawing, not secrets
    width, height = dice.choice(SIZES)
    place, grade = dice.choice(PLACES), dice.choices(GRADES, WEIGHTS)[0]
    pen = canvas.blank(width, height)
    place.draw(pen.at(0, 0, width / 100), 100 * height / width, dice)
    looks = [somebody(dice) for _ in range(dice.choice((1, 1, 2)))]
    held, lying = _things(grade, dice)
    _people(pen, (width, height), looks, held, dice)
    if lying:
        _lay(pen.of(LYING), (width, height), lying, dice)
    sentence = _sentence(looks, held, lying, place)
    people = tuple(canvas.visible(pen, FIRST_PERSON + number) for number in range(len(looks)))
    return Scene(canvas.jpeg(pen), sentence, grade, place.key, _truth(pen, held, lying), people, disputed=False)


def _truth(pen: Pen, held: Thing | None, lying: Thing | None) -> tuple[DrawnThing, ...]:
    truth = []
    if held:
        truth.append(DrawnThing(held.name, canvas.visible(pen, HELD), held.risky, "held"))
    if lying:
        truth.append(DrawnThing(lying.name, canvas.visible(pen, LYING), lying.risky, "lying"))
    return tuple(truth)


def _things(grade: Grade, dice: random.Random) -> tuple[Thing | None, Thing | None]:
    """Choose what is held and what lies on the ground."""
    harmless, risky = dice.choice(HARMLESS), dice.choice(RISKY)
    if grade == "harmful":
        return risky, None
    if grade == "low_exposure":
        return (harmless if dice.random() < 0.4 else None), risky
    return (harmless, None) if dice.random() < 0.7 else (None, harmless)


def _people(pen: Pen, size: tuple[int, int], looks: list[Look], held: Thing | None, dice: random.Random) -> None:
    width, height = size
    tall = min(height * 0.72, width * (0.92 if len(looks) == 1 else 0.72)) * dice.uniform(0.92, 1.05)
    places = (0.34, 0.69) if len(looks) == 2 else (dice.uniform(0.4, 0.6),)
    mirrored = len(looks) == 1 and dice.random() < 0.5
    for number, (look, x) in reversed(list(enumerate(zip(looks, places, strict=True)))):  # what is held is in front
        body = pen.at(
            width * x, height * dice.uniform(0.9, 0.93), tall / 100 * dice.uniform(0.94, 1), mirrored=mirrored
        )
        wave = number > 0 and dice.random() < 0.5
        body = body.of(FIRST_PERSON + number)
        stand(body, look, holding=held if number == 0 else None, wave=wave)


def _lay(pen: Pen, size: tuple[int, int], thing: Thing, dice: random.Random) -> None:
    width, height = size
    x, unit = width * dice.choice((0.14, 0.86)), min(size) / 125
    spot = pen.at(x, height * 0.91, unit)
    spot.veil(0, 3.6, 12, 1.8, "#10141c", 0.4, 1)
    thing.draw(spot.at(-5, 0, angle=thing.flat + dice.uniform(-10, 10)))


def _sentence(looks: list[Look], held: Thing | None, lying: Thing | None, place: Place) -> str:
    who = " and ".join(map(str, looks))
    if held:
        first, *others = map(str, looks)
        who = f"{first} holding {held.name}" + "".join(f" and {other}" for other in others)
    verb = "stand" if len(looks) == 2 else "stands"
    rest = f"; {lying.name} {'lie' if lying.name == 'flowers' else 'lies'} {place.lying}" if lying else ""
    return f"{who} {verb} {place.where}{rest}.".capitalize()

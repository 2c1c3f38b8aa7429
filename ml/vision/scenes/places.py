"""Places to be in. Each draws the whole background with a pen of 100 x (100 x height / width) units."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from ml.vision.scenes.canvas import Pen, mix

# Sky above, sky at the horizon, and what the light does to everything else (a colour and how much of it).
SKIES = (
    ("#5b93c4", "#cfe3ec", "#ffffff", 0.0),
    ("#7aa7c7", "#f1e3cf", "#f6d9b0", 0.08),
    ("#3f5a8a", "#f0b48a", "#d98a5b", 0.2),
    ("#24304f", "#8b7fa3", "#3c3f66", 0.38),
)
Paint = Callable[[str], str]


@dataclass(frozen=True)
class Place:
    """Its name, where it is, in words that follow a verb, where things lie there, and how to draw it."""

    key: str
    where: str
    lying: str
    draw: Callable[[Pen, float, random.Random], None]


def _sky(pen: Pen, horizon: float, dice: random.Random) -> Paint:
    """Draw a sky with sun and clouds; return what turns a colour into how it looks in this light."""
    top, low, light, share = dice.choice(SKIES)
    pen.gradient(0, horizon + 1, top, low)
    x, y = dice.uniform(12, 88), horizon * dice.uniform(0.3, 0.6)
    pen.veil(x, y, 9, 9, "#fff2d0", 0.5, 5)
    pen.ellipse(x, y, 4, 4, mix("#fff3cf", light, 0.15))
    for _ in range(dice.randint(2, 4)):
        x, y, size = dice.uniform(0, 100), horizon * dice.uniform(0.12, 0.62), dice.uniform(0.7, 1.3)
        for dx, r in ((-5, 2.2), (-1.5, 3.4), (2.5, 2.7), (6, 1.8)):
            pen.veil(x + dx * size, y - r * size * 0.3, r * 1.6 * size, r * size * 0.7, "#ffffff", 0.35, 0.5)
    return lambda colour: mix(colour, light, share)


def _beach(pen: Pen, high: float, dice: random.Random) -> None:
    paint = _sky(pen, high * 0.45, dice)
    pen.gradient(high * 0.45, high * 0.66, paint("#3d7f9c"), paint("#7fb9bd"))
    for _ in range(26):
        x, y = dice.uniform(0, 100), high * dice.uniform(0.47, 0.63)
        pen.limb([(x, y), (x + dice.uniform(2, 7), y)], 0.25, paint("#b5dad9"))
    pen.gradient(high * 0.66, high, paint("#ead7ae"), paint("#cfae7c"))
    shore = [(x * 5, high * 0.66 + (0.7 if x % 2 else -0.5)) for x in range(21)]
    pen.limb(shore, 1.3, paint("#f4efe0"))
    _parasol(pen.at(dice.choice((13, 87)), high * 0.84), dice, paint)


def _parasol(pen: Pen, dice: random.Random, paint: Paint) -> None:
    colour = paint(dice.choice(("#c4594f", "#3f7c86", "#d9a441")))
    pen.veil(0, 0.5, 11, 1.6, "#5a4630", 0.4, 0.8)
    pen.limb([(0, 0), (1.5, -26)], 0.8, paint("#e5ded0"))
    canopy = pen.at(1.5, -24, angle=4)
    canopy.arch(0, 0, 13, 9, 180, 360, colour)
    canopy.arch(0, 0, 7.6, 9, 180, 360, paint("#f1eadb"))
    canopy.arch(0, 0, 2.8, 9, 180, 360, colour)


def _park(pen: Pen, high: float, dice: random.Random) -> None:
    paint = _sky(pen, high * 0.6, dice)
    for level, colour in ((0.53, "#8fae9b"), (0.57, "#6d9677")):
        for _ in range(4):
            pen.ellipse(dice.uniform(-5, 105), high * (level + 0.12), dice.uniform(22, 40), high * 0.19, paint(colour))
    pen.gradient(high * 0.58, high, paint("#86a860"), paint("#4f7a48"))
    pen.polygon([(42, high * 0.58), (47, high * 0.58), (78, high), (30, high)], paint("#d5c4a0"))
    for x in (dice.uniform(4, 16), dice.uniform(27, 36), dice.uniform(66, 74), dice.uniform(86, 97)):
        _tree(pen.at(x, high * dice.uniform(0.62, 0.7), dice.uniform(0.75, 1.1)), dice, paint)
    for _ in range(40):
        x, y = dice.uniform(0, 100), high * dice.uniform(0.75, 0.99)
        pen.limb([(x, y), (x + 0.4, y - 1.1)], 0.25, paint("#a4c078"))


def _tree(pen: Pen, dice: random.Random, paint: Paint) -> None:
    green = dice.choice(("#3f6b47", "#4c7a4a", "#587f43", "#8a7a3c"))
    pen.veil(0, 0.5, 9, 1.5, "#1c2a1c", 0.4, 0.8)
    pen.polygon([(-1.5, 0.6), (1.5, 0.6), (0.8, -15), (-0.8, -15)], paint("#6b4b36"))
    for x, y, r in ((-5.0, -16.0, 5.5), (5, -17, 5.5), (0, -14, 6), (0, -22, 7), (-3.4, -21, 5), (3.6, -23, 4.4)):
        pen.ellipse(x, y, r, r, paint(green))
    for x, y, r in ((-2.5, -24, 3.6), (2.6, -19.5, 3), (-5, -17.6, 2.6)):
        pen.ellipse(x, y, r, r, paint(mix(green, "#d8e08a", 0.2)))


def _street(pen: Pen, high: float, dice: random.Random) -> None:
    paint = _sky(pen, high * 0.62, dice)
    left = -4.0
    while left < 100:
        wide, top = dice.uniform(16, 25), high * dice.uniform(0.1, 0.34)
        _house(pen.at(left, 0), wide, top, high * 0.7, dice, paint)
        left += wide + 0.4
    pen.gradient(high * 0.7, high * 0.93, paint("#b8b3aa"), paint("#a29c93"))
    for joint in range(-40, 150, 14):
        pen.limb([(joint, high * 0.93), (50 + (joint - 50) * 0.75, high * 0.7)], 0.2, paint("#8f8a82"))
    pen.gradient(high * 0.93, high, paint("#54585e"), paint("#44474d"))
    pen.box(0, high * 0.925, 100, high * 0.94, paint("#d3cfc6"))


def _house(pen: Pen, wide: float, top: float, ground: float, dice: random.Random, paint: Paint) -> None:
    wall = dice.choice(("#b98b73", "#c9b08a", "#8d98a3", "#a9756a", "#d3c6b1", "#7f8f86"))
    pen.box(0, top, wide, ground, paint(wall))
    pen.box(-0.5, top - 1.4, wide + 0.5, top + 0.6, paint(mix(wall, "#000000", 0.3)), 0.3)
    columns = 3 if wide > 20 else 2
    gap, y = wide / (columns + 0.5), top + 4
    while y < ground - 17:
        for column in range(columns):
            left = gap * (column + 0.5)
            glass = "#f3d68b" if dice.random() < 0.22 else paint("#5b6f80")
            pen.box(left - 0.5, y - 0.5, left + gap * 0.5 + 0.5, y + 6.5, paint(mix(wall, "#ffffff", 0.45)), 0.3)
            pen.box(left, y, left + gap * 0.5, y + 6, glass)
        y += 10.5
    pen.box(wide * 0.12, ground - 11, wide * 0.88, ground - 1.5, paint("#48606e"), 0.4)
    stripe = dice.choice(("#b65b50", "#4b7a70", "#c79a48"))
    for part in range(6):
        left, step = wide * 0.08, wide * 0.84 / 6
        colour = stripe if part % 2 else "#efe8da"
        pen.polygon(
            [
                (left + part * step, ground - 13.5),
                (left + (part + 1) * step, ground - 13.5),
                (left + (part + 1) * step, ground - 10.5),
                (left + part * step, ground - 10.5),
            ],
            paint(colour),
        )


OUTDOORS = (
    Place("beach", "on a beach", "on the sand", _beach),
    Place("park", "in a park", "on the ground", _park),
    Place("street", "in a street", "on the pavement", _street),
)

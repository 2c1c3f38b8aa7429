"""Places outdoors. Each draws the whole background with a pen of 100 x (100 x height / width) units, without ink."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from ml.vision.scenes import furniture, props
from ml.vision.scenes.canvas import Pen, mix
from ml.vision.scenes.props import Paint
from ml.vision.scenes.styles import Light

# Sky above, sky at the horizon, and what the light does to everything else (a colour and how much of it).
Sky = tuple[str, str, str, float]
SKIES: dict[Light, tuple[Sky, ...]] = {
    "day": (
        ("#5b93c4", "#cfe3ec", "#ffffff", 0.0),
        ("#7aa7c7", "#f1e3cf", "#f6d9b0", 0.08),
        ("#8f9ea8", "#d5d9d8", "#aab2b4", 0.16),
    ),
    "evening": (("#3f5a8a", "#f0b48a", "#d98a5b", 0.2), ("#6a4f7d", "#f3a77f", "#c97a6b", 0.22)),
    "night": (("#24304f", "#8b7fa3", "#3c3f66", 0.34), ("#172340", "#4f6285", "#2c3a5e", 0.38)),
}


@dataclass(frozen=True)
class Place:
    """A place: its key, words for it, how to draw it, where its floor begins (share of the height), its furniture.

    `where` is "on a beach", `lying` "on the sand", `seat` the words and the drawing of what people sit on there, and
    `table` what things stand on there.
    """

    key: str
    where: str
    lying: str
    draw: Callable[[Pen, float, Light, random.Random], None]
    floor: float
    seat: tuple[str, Callable[[Pen], None]]
    table: str = "table"
    indoors: bool = False


def _sky(pen: Pen, horizon: float, light: Light, dice: random.Random) -> Paint:
    """Draw a sky with sun or moon and clouds; return what turns a colour into how it looks in this light."""
    top, low, shade, share = dice.choice(SKIES[light])
    pen.gradient(0, horizon + 1, top, low)
    if light == "night":
        for _ in range(18):
            pen.box(x := dice.uniform(0, 99), y := dice.uniform(0, horizon * 0.7), x + 0.3, y + 0.3, "#e8e6f4")
    x, y = dice.uniform(12, 88), horizon * dice.uniform(0.3, 0.6)
    pen.veil(x, y, 9, 9, "#fff2d0", 0.5, 5)
    pen.ellipse(x, y, 4, 4, mix("#fff3cf", shade, 0.15))
    for _ in range(dice.randint(1, 4)):
        x, y, size = dice.uniform(0, 100), horizon * dice.uniform(0.12, 0.62), dice.uniform(0.7, 1.3)
        for dx, r in ((-5, 2.2), (-1.5, 3.4), (2.5, 2.7), (6, 1.8)):
            pen.veil(x + dx * size, y - r * size * 0.3, r * 1.6 * size, r * size * 0.7, "#ffffff", 0.35, 0.5)
    return lambda colour: mix(colour, shade, share)


def _beach(pen: Pen, high: float, light: Light, dice: random.Random) -> None:
    paint, horizon = _sky(pen, high * 0.45, light, dice), high * 0.45
    pen.gradient(horizon, high * 0.66, paint("#3d7f9c"), paint("#7fb9bd"))
    if dice.random() < 0.4:
        pen.ellipse(dice.uniform(10, 90), horizon + 1, dice.uniform(14, 26), 4.5, paint("#7d9a8c"))
        pen.gradient(horizon + 0.6, high * 0.66, paint("#3d7f9c"), paint("#7fb9bd"))
    for _ in range(dice.choice((0, 1, 1, 2))):
        props.boat(pen.at(dice.uniform(8, 92), horizon + dice.uniform(0.5, 4), dice.uniform(0.7, 1.2)), dice, paint)
    for _ in range(22):
        x, y = dice.uniform(0, 100), high * dice.uniform(0.47, 0.63)
        pen.limb([(x, y), (x + dice.uniform(2, 7), y)], 0.25, paint("#b5dad9"))
    sand = dice.choice((("#ead7ae", "#cfae7c"), ("#efe3c8", "#d8c29a"), ("#dcbf94", "#b98f63")))
    pen.gradient(high * 0.66, high, paint(sand[0]), paint(sand[1]))
    shore = [(x * 5, high * 0.66 + (0.7 if x % 2 else -0.5)) for x in range(21)]
    pen.limb(shore, 1.3, paint("#f4efe0"))
    for x in dice.sample((10, 31, 69, 90), dice.randint(0, 3)):
        dice.choice((props.parasol, props.palm))(pen.at(x, high * dice.uniform(0.74, 0.84)), dice, paint)


def _park(pen: Pen, high: float, light: Light, dice: random.Random) -> None:
    paint = _sky(pen, high * 0.6, light, dice)
    for level, colour in ((0.53, "#8fae9b"), (0.57, "#6d9677")):
        for _ in range(4):
            pen.ellipse(dice.uniform(-5, 105), high * (level + 0.12), dice.uniform(22, 40), high * 0.19, paint(colour))
    pen.gradient(high * 0.58, high, paint("#86a860"), paint(dice.choice(("#4f7a48", "#6a8a45"))))
    ground = dice.random()
    if ground < 0.6:
        pen.polygon([(42, high * 0.58), (47, high * 0.58), (78, high), (30, high)], paint("#d5c4a0"))
    elif ground < 0.8:
        pen.ellipse(dice.uniform(20, 80), high * 0.72, 30, high * 0.07, paint("#7fa9b4"))
    if dice.random() < 0.35:
        props.fence(pen.at(0, high * 0.63), paint)
    spots = [dice.uniform(4, 16), dice.uniform(27, 36), dice.uniform(66, 74), dice.uniform(86, 97)]
    if dice.random() < 0.35:
        props.hut(pen.at(spots.pop(dice.randrange(4)), high * 0.67, 1.25), dice, paint)
    for x in spots:
        props.tree(pen.at(x, high * dice.uniform(0.62, 0.7), dice.uniform(0.75, 1.2)), dice, paint)
    for _ in range(30):
        x, y = dice.uniform(0, 100), high * dice.uniform(0.75, 0.99)
        pen.limb([(x, y), (x + 0.4, y - 1.1)], 0.25, paint("#a4c078"))


def _street(pen: Pen, high: float, light: Light, dice: random.Random) -> None:
    paint, left, night = _sky(pen, high * 0.62, light, dice), -4.0, light == "night"
    while left < 100:
        wide, top = dice.uniform(16, 25), high * dice.uniform(0.08, 0.36)
        _house(pen.at(left, 0), wide, (top, high * 0.7), 0.5 if night else 0.15, dice, paint)
        left += wide + 0.4
    pen.gradient(high * 0.7, high * 0.93, paint("#b8b3aa"), paint("#a29c93"))
    for joint in range(-40, 150, 14):
        pen.limb([(joint, high * 0.93), (50 + (joint - 50) * 0.75, high * 0.7)], 0.2, paint("#8f8a82"))
    pen.gradient(high * 0.93, high, paint("#54585e"), paint("#44474d"))
    pen.box(0, high * 0.925, 100, high * 0.94, paint("#d3cfc6"))
    for x in dice.sample((9, 28, 50, 72, 91), dice.randint(0, 3)):
        post = pen.at(x, high * 0.735)
        kind = dice.random()
        if kind < 0.4:
            props.lamp_post(post, paint, night)
        elif kind < 0.7:
            props.car(post.at(0, 0.5, 1.2), dice, paint)
        else:
            props.tree(post.at(0, 0, 0.9), dice, paint)


def _house(pen: Pen, wide: float, sides: tuple[float, float], lit: float, dice: random.Random, paint: Paint) -> None:
    top, ground = sides
    wall = dice.choice(("#b98b73", "#c9b08a", "#8d98a3", "#a9756a", "#d3c6b1", "#7f8f86"))
    pen.box(0, top, wide, ground, paint(wall))
    pen.box(-0.5, top - 1.4, wide + 0.5, top + 0.6, paint(mix(wall, "#000000", 0.3)))
    columns = 3 if wide > 20 else 2
    gap, y = wide / (columns + 0.5), top + 4
    while y < ground - 17:
        for column in range(columns):
            left = gap * (column + 0.5)
            glass = "#f3d68b" if dice.random() < lit else paint("#5b6f80")
            pen.box(left - 0.5, y - 0.5, left + gap * 0.5 + 0.5, y + 6.5, paint(mix(wall, "#ffffff", 0.45)))
            pen.box(left, y, left + gap * 0.5, y + 6, glass)
        y += 10.5
    pen.box(wide * 0.12, ground - 11, wide * 0.88, ground - 1.5, "#c9b27a" if lit > 0.3 else paint("#48606e"))
    stripe = dice.choice(("#b65b50", "#4b7a70", "#c79a48"))
    left, step = wide * 0.08, wide * 0.84 / 6
    for part in range(6):
        colour = stripe if part % 2 else "#efe8da"
        pen.box(left + part * step, ground - 13.5, left + (part + 1) * step, ground - 10.5, paint(colour))


OUTDOORS = (
    Place("beach", "on a beach", "on the sand", _beach, 0.68, ("in a deck chair", furniture.deck_chair)),
    Place("park", "in a park", "on the grass", _park, 0.66, ("on a bench", furniture.bench), "picnic table"),
    Place("street", "in a street", "on the pavement", _street, 0.73, ("on a bench", furniture.bench), "café table"),
)

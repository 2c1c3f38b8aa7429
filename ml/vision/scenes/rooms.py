"""Places indoors, drawn as those in `places` are."""

import random
from dataclasses import replace
from functools import partial

from ml.vision.scenes import furniture
from ml.vision.scenes.canvas import Pen, mix
from ml.vision.scenes.places import SKIES, Place
from ml.vision.scenes.styles import Light


def _window(pen: Pen, wide: float, high: float, light: Light, dice: random.Random) -> None:
    """Draw a window with a view, its upper left corner at the origin."""
    top, low, *_ = dice.choice(SKIES[light])
    pen.box(-1.2, -1.2, wide + 1.2, high + 1.2, "#efe9dd", 0.4)
    for step in range(12):
        pen.box(0, high * step / 12, wide, high * (step + 1) / 12 + 0.1, mix(top, low, step / 11))
    pen.arch(wide * 0.3, high, wide * 0.3, high * 0.3, 180, 360, "#6f8f78")
    pen.arch(wide * 0.75, high, wide * 0.25, high * 0.22, 180, 360, "#5d7f6b")
    pen.box(wide / 2 - 0.4, 0, wide / 2 + 0.4, high, "#efe9dd")
    pen.box(0, high * 0.45, wide, high * 0.45 + 0.7, "#efe9dd")


def _kitchen(pen: Pen, high: float, light: Light, dice: random.Random) -> None:
    wall, doors = dice.choice(
        (("#d9d2c3", "#5f7d78"), ("#cfd6d3", "#8a5f4b"), ("#e0d3bd", "#49617a"), ("#d3d9c6", "#b08a4f"))
    )
    floor, counter = high * 0.8, high * 0.56
    pen.gradient(0, floor, mix(wall, "#ffffff", 0.25), wall)
    for row in range(4):
        for column in range(17):
            x, y = column * 6.2 - (3.1 if row % 2 else 0), counter - 14 + row * 3.5
            pen.box(x, y, x + 5.9, y + 3.2, mix("#f3efe6", wall, dice.randint(0, 4) / 8))
    _window(pen.at(12, high * 0.1), 26, high * 0.24, light, dice)
    for x in dice.sample((52, 68, 86), dice.randint(1, 2)):
        _shelf(pen.at(x, high * 0.14), dice)
    pen.box(0, counter + 2.6, 100, floor, doors)
    for x in range(0, 100, 20):
        pen.box(x + 0.8, counter + 4, x + 19.2, floor - 3, mix(doors, "#ffffff", 0.1), 0.5)
        pen.box(x + 8, counter + 5.4, x + 12, counter + 6.2, "#d7cfbd", 0.4)
    pen.box(0, floor - 2, 100, floor, mix(doors, "#000000", 0.45))
    pen.box(0, counter, 100, counter + 2.8, "#ece5d6")
    pen.box(0, counter + 2, 100, counter + 2.8, "#b9af9c")
    if dice.random() < 0.4:
        _fridge(pen.at(dice.choice((88, 10)), floor), high * 0.52)
    _pot(pen.at(dice.uniform(24, 40), counter), dice)
    tiles = dice.random() < 0.4
    pen.gradient(floor, high, *(("#c9c4b8", "#a8a296") if tiles else ("#b39a7c", "#8f7659")))
    for x in range(-80, 190, 16):
        pen.limb([(x, high), (50 + (x - 50) * 0.62, floor)], 0.22, "#938c80" if tiles else "#7d664c")
    if tiles:
        for y in (0.28, 0.66):
            pen.limb([(0, floor + (high - floor) * y), (100, floor + (high - floor) * y)], 0.22, "#938c80")


def _fridge(pen: Pen, tall: float) -> None:
    pen.box(-9, -tall, 9, 0.6, "#dfe4e4", 1.2)
    pen.box(-9, -tall * 0.64, 9, -tall * 0.63, "#a9b1b3")
    for y in (0.72, 0.56):
        pen.box(6, -tall * y, 7, -tall * y + 5, "#8d979b", 0.4)


def _pot(pen: Pen, dice: random.Random) -> None:
    colour = dice.choice(("#b4544a", "#3f5f75", "#5b6268"))
    pen.limb([(-6.4, -4.6), (6.4, -4.6)], 1, mix(colour, "#000000", 0.3))
    pen.box(-5, -6.4, 5, 0, colour, 1)
    pen.box(-5.4, -7.2, 5.4, -5.8, mix(colour, "#ffffff", 0.2), 0.6)
    pen.ellipse(0, -7.8, 0.9, 0.9, "#2d3034")


def _shelf(pen: Pen, dice: random.Random) -> None:
    for y in (8, 18):
        pen.box(-8, y, 8, y + 1, "#8a6a4c", 0.2)
        for x in (-5.4, -1.2, 3):
            tall = dice.uniform(3.4, 5.6)
            colour = dice.choice(("#e5ddcb", "#b7746a", "#7f9a8f", "#d3ab62", "#8795a6"))
            pen.box(x - 1.4, y - tall, x + 1.8, y, colour, 0.5)
            pen.box(x - 1, y - tall - 0.8, x + 1.4, y - tall + 0.4, "#6f5a45", 0.2)


def _room(pen: Pen, high: float, light: Light, dice: random.Random, pictures: float = 0.6) -> None:
    wall, sofa = dice.choice(
        (("#8fa3a0", "#b8705a"), ("#b9a99a", "#4f6f7d"), ("#a7ae97", "#75627f"), ("#9aa0b5", "#c49a55"))
    )
    floor = high * 0.74
    pen.gradient(0, floor, mix(wall, "#ffffff", 0.22), wall)
    if dice.random() < 0.3:
        for x in range(3, 100, 8):
            pen.box(x, 0, x + 1.2, floor, mix(wall, "#ffffff", 0.3))
    pen.gradient(floor, high, *dice.choice((("#a9835f", "#83603f"), ("#8d7660", "#66523f"), ("#b9ab97", "#968770"))))
    for x in range(-100, 210, 13):
        pen.limb([(x, high), (50 + (x - 50) * 0.6, floor)], 0.22, "#74553a")
    pen.box(0, floor - 2, 100, floor, mix(wall, "#ffffff", 0.6))
    _curtained_window(pen.at(12, high * 0.1), high * 0.36, light, dice)
    if dice.random() < pictures:
        _painting(pen.at(62, high * 0.12), dice)
    corner = dice.random()
    if corner < 0.4:
        _lamp(pen.at(93, floor + 2), high)
    elif corner < 0.7:
        _plant(pen.at(93, floor + 3), dice)
    else:
        _bookcase(pen.at(92, floor + 1), high * 0.5, dice)
    if dice.random() < 0.7:
        pen.ellipse(50, high * 0.9, 43, high * 0.085, mix(sofa, "#efe2cc", 0.72))
        pen.ellipse(50, high * 0.9, 38, high * 0.07, mix(sofa, "#efe2cc", 0.55))
    if dice.random() < 0.75:
        _sofa(pen.at(dice.uniform(44, 54), floor + 6), sofa)


def _plant(pen: Pen, dice: random.Random) -> None:
    green = dice.choice(("#4c7a4a", "#5f8a5a", "#3f6b57"))
    pen.polygon([(-4, -8), (4, -8), (3, 0), (-3, 0)], "#b0674a")
    for dx, dy in ((-7, -12), (-4, -18), (0, -21), (4, -18), (7, -12)):
        pen.polygon([(-0.6, -8), (dx - 1.8, -8 + dy * 0.7), (dx, -8 + dy), (dx + 1.8, -8 + dy * 0.7), (0.6, -8)], green)


def _bookcase(pen: Pen, tall: float, dice: random.Random) -> None:
    pen.box(-9, -tall, 9, 0.6, "#7a5a40", 0.4)
    for shelf in range(4):
        y = -tall + 1 + (shelf + 1) * (tall - 2) / 4
        pen.box(-8, y - (tall - 2) / 4 + 0.6, 8, y, "#55402f")
        x = -7.6
        while x < 6:
            wide, high = dice.uniform(1.2, 2.2), (tall - 2) / 4 * dice.uniform(0.55, 0.85)
            pen.box(x, y - high, x + wide, y, dice.choice(("#b7746a", "#7f9a8f", "#d3ab62", "#8795a6", "#e5ddcb")))
            x += wide + 0.2


def _curtained_window(pen: Pen, tall: float, light: Light, dice: random.Random) -> None:
    _window(pen, 30, tall, light, dice)
    cloth = dice.choice(("#e7dcc6", "#c98f7d", "#7f8fa0"))
    pen.limb([(-6, -3), (36, -3)], 0.8, "#6a5442")
    for x in (-5, 28.5):
        for fold in range(3):
            shade = mix(cloth, "#000000", 0.05 + 0.07 * (fold % 2))
            pen.box(x + fold * 2.2, -3, x + fold * 2.2 + 2.6, tall + 5, shade, 0.8)


def _painting(pen: Pen, dice: random.Random) -> None:
    pen.box(0, 0, 24, 17, "#5d4635", 0.3)
    pen.box(1.2, 1.2, 22.8, 15.8, "#efe6d4")
    hill, sun = dice.choice((("#6f8f86", "#d98d5f"), ("#8c6f86", "#e3b766"), ("#5f7c96", "#dd9d8c")))
    pen.box(2.4, 2.4, 21.6, 14.6, mix(sun, "#ffffff", 0.55))
    pen.ellipse(15, 7.4, 2.4, 2.4, sun)
    pen.polygon([(2.4, 14.6), (2.4, 11), (8, 7.4), (13, 11.6), (17, 9.6), (21.6, 12.4), (21.6, 14.6)], hill)


def _lamp(pen: Pen, high: float) -> None:
    tall = high * 0.42
    pen.ellipse(0, 0, 4, 1, "#3d342d")
    pen.limb([(0, 0), (0, -tall)], 0.7, "#3d342d")
    pen.veil(0, -tall, 15, 14, "#ffe3a6", 0.4, 5)
    pen.polygon([(-3, -tall - 5), (3, -tall - 5), (5.4, -tall + 4), (-5.4, -tall + 4)], "#f6dfae")


def _sofa(pen: Pen, colour: str) -> None:
    dark = mix(colour, "#000000", 0.18)
    pen.veil(0, 0.5, 36, 2.2, "#1d140c", 0.5, 1)
    for x in (-30, 27):
        pen.box(x, -3, x + 3, 1, "#4a3626", 0.6)
    pen.box(-31, -23, 31, -5, dark, 4)
    pen.box(-28, -12, 0, -4, mix(colour, "#ffffff", 0.08), 2)
    pen.box(0, -12, 28, -4, mix(colour, "#ffffff", 0.08), 2)
    pen.box(-31, -6, 31, -2, colour, 1)
    for x in (-35, 28):
        pen.box(x, -17, x + 7, -2, colour, 3)


KITCHEN = Place(
    "kitchen",
    "in a kitchen",
    "on the floor",
    _kitchen,
    0.82,
    ("on a chair", furniture.chair),
    table="kitchen table",
    indoors=True,
)
ROOM = Place(
    "room", "in a living room", "on the floor", _room, 0.78, ("in an armchair", furniture.armchair), indoors=True
)
BARE_ROOM = replace(ROOM, draw=partial(_room, pictures=0))  # with a wall that is free to hang something on
INDOORS = (KITCHEN, ROOM)

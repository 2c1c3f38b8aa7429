"""What stands about outdoors, behind everybody. In units of a hundredth of the picture's width; no ink."""

import random
from collections.abc import Callable

from ml.vision.scenes.canvas import Pen, mix

Paint = Callable[[str], str]


def parasol(pen: Pen, dice: random.Random, paint: Paint) -> None:
    """Draw a striped parasol."""
    colour = paint(dice.choice(("#c4594f", "#3f7c86", "#d9a441")))
    pen.veil(0, 0.5, 11, 1.6, "#5a4630", 0.4, 0.8)
    pen.limb([(0, 0), (1.5, -26)], 0.8, paint("#e5ded0"))
    canopy = pen.at(1.5, -24, angle=4)
    canopy.arch(0, 0, 13, 9, 180, 360, colour)
    canopy.arch(0, 0, 7.6, 9, 180, 360, paint("#f1eadb"))
    canopy.arch(0, 0, 2.8, 9, 180, 360, colour)


def palm(pen: Pen, dice: random.Random, paint: Paint) -> None:
    """Draw a palm tree."""
    lean = dice.choice((-5, -3, 3, 5))
    pen.veil(0, 0.5, 9, 1.2, "#5a4630", 0.4, 0.8)
    pen.limb([(0, 0), (lean * 0.4, -14), (lean, -30)], 1.9, paint("#8a6a48"))
    for dx, dy in ((-11, 3), (-10, -4), (-4, -8), (4, -8), (10, -4), (11, 3)):
        crown = [
            (lean, -30),
            (lean + dx * 0.6, -31 + dy * 0.8),
            (lean + dx, -29 + dy),
            (lean + dx * 0.5, -28 + dy * 0.5),
        ]
        pen.polygon(crown, paint("#3f7a4c" if dy < 0 else "#56915a"))


def boat(pen: Pen, dice: random.Random, paint: Paint) -> None:
    """Draw a small sailing boat far away."""
    pen.polygon([(-5, 0), (5, 0), (3.6, 2), (-3.6, 2)], paint(dice.choice(("#8a4a3c", "#3f5a78", "#e3ded2"))))
    pen.polygon([(0, -0.4), (0, -10), (5, -0.8)], paint("#f4efe3"))
    pen.polygon([(-0.6, -0.6), (-0.6, -8), (-4, -0.8)], paint("#e0d7c4"))


def tree(pen: Pen, dice: random.Random, paint: Paint) -> None:
    """Draw a leafy tree or a fir."""
    green = dice.choice(("#3f6b47", "#4c7a4a", "#587f43", "#8a7a3c"))
    pen.veil(0, 0.5, 9, 1.5, "#1c2a1c", 0.4, 0.8)
    pen.polygon([(-1.5, 0.6), (1.5, 0.6), (0.8, -15), (-0.8, -15)], paint("#6b4b36"))
    if dice.random() < 0.3:
        for bottom, half in ((-6.0, 8.0), (-13.0, 6.4), (-20.0, 4.6)):
            pen.polygon([(-half, bottom), (half, bottom), (0, bottom - 12)], paint(mix(green, "#1f4a3c", 0.4)))
        return
    for x, y, r in ((-5.0, -16.0, 5.5), (5, -17, 5.5), (0, -14, 6), (0, -22, 7), (-3.4, -21, 5), (3.6, -23, 4.4)):
        pen.ellipse(x, y, r, r, paint(green))
    for x, y, r in ((-2.5, -24, 3.6), (2.6, -19.5, 3), (-5, -17.6, 2.6)):
        pen.ellipse(x, y, r, r, paint(mix(green, "#d8e08a", 0.2)))


def hut(pen: Pen, dice: random.Random, paint: Paint) -> None:
    """Draw a gardener's hut."""
    wall = paint(dice.choice(("#9a6f4c", "#a65f4a", "#7f8c86")))
    pen.veil(0, 0.4, 13, 1.4, "#1c2a1c", 0.4, 0.8)
    pen.box(-11, -15, 11, 0.4, wall)
    for x in range(-9, 11, 3):
        pen.box(x, -15, x + 0.25, 0.4, mix(wall, "#000000", 0.25))
    pen.polygon([(-13, -14), (0, -23), (13, -14)], paint("#5a4038"))
    pen.box(-3, -10, 3, 0.4, paint("#5a4a3c"), 0.2)
    pen.box(5.6, -10.4, 9.4, -6.4, paint("#e8d9a4"))


def fence(pen: Pen, paint: Paint) -> None:
    """Draw a low fence across the whole width."""
    wood = paint("#d8cbb0")
    for y in (-2, -4.4):
        pen.box(0, y, 100, y + 0.7, wood)
    for x in range(1, 100, 6):
        pen.box(x, -6, x + 1, 0.4, wood, 0.3)


def lamp_post(pen: Pen, paint: Paint, lit: bool) -> None:
    """Draw a street lamp."""
    pen.limb([(0, 0), (0, -36)], 0.8, paint("#3b4046"))
    pen.box(-1.6, -1.6, 1.6, 0, paint("#3b4046"), 0.3)
    pen.box(-1.8, -41, 1.8, -36, "#fbe6ab" if lit else paint("#cfd6d8"), 0.6)
    pen.box(-2.4, -42, 2.4, -40.6, paint("#3b4046"), 0.4)
    if lit:
        pen.veil(0, -38.5, 9, 9, "#ffe6a8", 0.45, 3)


def car(pen: Pen, dice: random.Random, paint: Paint) -> None:
    """Draw a parked car."""
    colour = paint(dice.choice(("#b4584c", "#4a6f92", "#d9d4c8", "#5f7f6a", "#caa24a")))
    pen.veil(0, 0.4, 15, 1.2, "#10141c", 0.5, 0.8)
    pen.polygon([(-9, -5), (-6.4, -10), (4.6, -10), (9, -5)], colour)
    pen.polygon([(-7.4, -5.4), (-5.6, -9), (-1.2, -9), (-1.2, -5.4)], paint("#9db6c4"))
    pen.polygon([(0, -5.4), (0, -9), (4, -9), (7, -5.4)], paint("#9db6c4"))
    pen.box(-14, -6, 14, -1.2, colour, 2)
    for x in (-8, 8):
        pen.ellipse(x, -1, 2.8, 2.8, paint("#26282c"))
        pen.ellipse(x, -1, 1.3, 1.3, paint("#9aa0a4"))

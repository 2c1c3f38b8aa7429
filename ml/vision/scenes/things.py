"""Things to hold or to lie about, some harmless, some risky. About 20 units long, held at the origin, pointing up."""

from collections.abc import Callable
from dataclasses import dataclass

from ml.vision.scenes.canvas import Pen

STEEL, DARK = "#e3e9ed", "#30363d"


@dataclass(frozen=True)
class Thing:
    """What it is called with its article, how to draw it, how far it turns to lie, and whether it is risky."""

    name: str
    draw: Callable[[Pen], None]
    flat: float = 90
    risky: bool = False


def _knife(pen: Pen) -> None:
    pen.polygon(
        [(-2.2, -4), (-2.2, -17), (-0.7, -22), (2.7, -13), (2.7, -4)], "#5c6870"
    )  # else lost before a light wall
    pen.polygon([(-1.8, -4), (-1.8, -17), (-0.6, -21), (2.2, -13), (2.2, -4)], STEEL)
    pen.polygon([(0.9, -4), (0.9, -16.4), (2.2, -13), (2.2, -4)], "#9aa7b1")
    pen.box(-2.6, -4.6, 3, -3.2, "#7b858d", 0.6)
    pen.box(-1.8, -3.4, 2.2, 5, DARK, 1.6)


def _pistol(pen: Pen) -> None:
    pen.polygon([(-2.2, -2), (2.6, -2), (1.6, 7), (-3, 7)], "#4a3b33")
    pen.box(-2.6, -6, 15, -1, DARK, 1)
    pen.box(-2.6, -6, 15, -4.2, "#454d56", 0.8)
    pen.limb([(3, -1), (6, 1.6), (6.6, -1)], 0.9, DARK)


def _bottle(pen: Pen) -> None:
    pen.box(-3.6, -9, 3.6, 7, "#3f6b4f", 2)
    pen.polygon([(-3.6, -8), (-1.4, -13), (1.4, -13), (3.6, -8)], "#3f6b4f")
    pen.box(-1.4, -18, 1.4, -12, "#3f6b4f", 0.5)
    pen.box(-1.7, -19, 1.7, -16.6, "#c7a252", 0.5)
    pen.box(-3.6, -5, 3.6, 2.5, "#efe6d0")
    pen.box(-2.8, -8, -1.8, 5, "#6d9a7d", 0.5)


def _ball(pen: Pen) -> None:
    pen.ellipse(0, -3, 6.5, 6.5, "#f2efe8")
    pen.arch(0, -3, 6.5, 6.5, 200, 340, "#d9695f")
    pen.arch(0, -3, 6.5, 6.5, 20, 160, "#4f87b5")


def _book(pen: Pen) -> None:
    pen.box(-5, -11, 5, 3, "#7a4d6a", 0.8)
    pen.box(3.6, -10.4, 5, 2.4, "#f0ead9")
    pen.box(-3.4, -8.4, 2.2, -6.6, "#e3c98d", 0.4)


def _cup(pen: Pen) -> None:
    pen.limb([(3.5, -6.5), (6.4, -5.5), (6, -1.6), (3.5, -0.8)], 1.2, "#d8dde2")
    pen.box(-4, -9, 4, 2.4, "#eef1f3", 1.4)
    pen.box(-4, -5.4, 4, -3, "#6f97b3")


def _phone(pen: Pen) -> None:
    pen.box(-3.4, -11, 3.4, 3, DARK, 1)
    pen.box(-2.7, -9.8, 2.7, 1.4, "#9cc4dd", 0.4)


def _banana(pen: Pen) -> None:
    pen.limb([(-1, 2), (0.4, -3), (3.8, -7.4), (8.6, -9.6)], 3.6, "#e9c64f")
    pen.limb([(8.6, -9.6), (10.4, -10.2)], 1.4, "#7d6433")


def _flowers(pen: Pen) -> None:
    for x, y, colour in ((-4, -13, "#d9776c"), (0, -16, "#e8b75a"), (4, -13, "#b77fb5")):
        pen.limb([(0, 3), (x, y)], 0.9, "#55784f")
        for dx, dy in ((-1.8, 0), (1.8, 0), (0, -1.8), (0, 1.8)):
            pen.ellipse(x + dx, y + dy, 1.7, 1.7, colour)
        pen.ellipse(x, y, 1.3, 1.3, "#f6ecd2")


HARMLESS = (
    Thing("a ball", _ball, flat=0),
    Thing("a book", _book),
    Thing("a cup", _cup),
    Thing("a phone", _phone),
    Thing("a banana", _banana, flat=20),
    Thing("flowers", _flowers),
)
RISKY = (
    Thing("a knife", _knife, risky=True),
    Thing("a pistol", _pistol, flat=8, risky=True),
    Thing("a bottle", _bottle, risky=True),
)

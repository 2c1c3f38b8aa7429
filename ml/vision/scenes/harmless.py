"""Harmless things. Some are shaped like risky ones, so that a shape in a hand alone says little."""

from functools import partial

from ml.vision.scenes.canvas import Pen, mix
from ml.vision.scenes.things import DARK, WOOD, Thing


def _ball(pen: Pen, first: str, second: str) -> None:
    pen.ellipse(0, -3, 6.5, 6.5, "#f2efe8")
    pen.arch(0, -3, 6.5, 6.5, 200, 340, first)
    pen.arch(0, -3, 6.5, 6.5, 20, 160, second)


def _book(pen: Pen, cover: str) -> None:
    pen.box(-5.4, -12, 5.4, 4, cover, 0.8)
    pen.box(4, -11.2, 5.4, 3.2, "#f0ead9")
    pen.box(-3.6, -9, 2.4, -6.6, "#e3c98d", 0.4)
    pen.box(-3.6, -5, 1, -4, "#e3c98d", 0.4)


def _cup(pen: Pen) -> None:
    pen.limb([(3.5, -6.5), (6.8, -5.5), (6.4, -1.6), (3.5, -0.8)], 1.3, "#c9d0d6")
    pen.box(-4.2, -9.4, 4.2, 2.6, "#eef1f3", 1.4)
    pen.box(-4.2, -5.6, 4.2, -2.8, "#6f97b3")
    pen.ellipse(0, -9, 3.6, 0.8, "#6b4a35")


def _phone(pen: Pen) -> None:
    pen.box(-3.6, -11.4, 3.6, 3.4, DARK, 1)
    pen.box(-2.9, -10, 2.9, 1.8, "#9cc4dd", 0.4)
    pen.box(-2.2, -9, 1, -7.8, "#e8f3f8", 0.3)


def _remote(pen: Pen) -> None:
    pen.box(-2.2, -15, 2.2, 5, DARK, 1.2)
    pen.ellipse(0, -12.6, 0.9, 0.9, "#d0564c")
    for y in (-9, -6, -3):
        for x in (-0.9, 0.9):
            pen.ellipse(x, y, 0.6, 0.6, "#b9c0c6")


def _banana(pen: Pen) -> None:
    pen.limb([(-1, 2), (0.4, -3), (3.8, -7.4), (9.4, -9.8)], 4, "#e9c64f")
    pen.limb([(9.4, -9.8), (11.4, -10.4)], 1.6, "#7d6433")


def _carrot(pen: Pen) -> None:
    pen.polygon([(-2.6, 2), (2.6, 2), (0.6, -15), (-0.4, -17)], "#e4842f")
    for x in (-2.4, 0, 2.4):
        pen.limb([(0, 2), (x, 7)], 1.3, "#5e9150")
    pen.limb([(-1.8, -2), (0.2, -2.2)], 0.5, "#b9611c")


def _flowers(pen: Pen) -> None:
    for x, y, colour in ((-4.4, -13, "#d9776c"), (0, -16.4, "#e8b75a"), (4.4, -13, "#b77fb5")):
        pen.limb([(0, 4), (x, y)], 0.9, "#55784f")
        for dx, dy in ((-2, 0), (2, 0), (0, -2), (0, 2)):
            pen.ellipse(x + dx, y + dy, 1.8, 1.8, colour)
        pen.ellipse(x, y, 1.4, 1.4, "#f6ecd2")


def _umbrella(pen: Pen, colour: str) -> None:
    pen.limb([(0, 6), (0, -30)], 1, WOOD)
    pen.arch(0, -22, 19, 13, 180, 360, colour)
    pen.arch(0, -22, 10, 13, 180, 360, mix(colour, "#ffffff", 0.25))
    pen.arch(0, -22, 3.4, 13, 180, 360, colour)
    pen.limb([(0, -35), (0, -37)], 0.9, WOOD)


def _folded_umbrella(pen: Pen, colour: str) -> None:
    pen.polygon([(-2.8, -6), (2.8, -6), (0.8, -26), (-0.8, -26)], colour)
    pen.polygon([(0, -6), (2.8, -6), (0.8, -26)], mix(colour, "#000000", 0.2))
    pen.limb([(0, -6), (0, 4), (-1.4, 6.4), (-4, 5)], 1.4, WOOD)
    pen.limb([(0, -26), (0, -29)], 0.8, DARK)


def _broom(pen: Pen) -> None:
    pen.limb([(0, -24), (0, 26)], 1.6, "#b98a55")
    pen.box(-4.4, 25, 4.4, 28, "#a5483f", 0.8)
    pen.polygon([(-4.4, 27.6), (4.4, 27.6), (7, 37), (-7, 37)], "#d9b25c")
    for x in (-3, 0, 3):
        pen.limb([(x, 29), (x * 1.4, 36.6)], 0.4, "#a9823a")


def _bag(pen: Pen, colour: str) -> None:
    for x in (-3.4, 3.4):
        pen.limb([(0, 0), (x, 6)], 1, mix(colour, "#000000", 0.35))
    pen.polygon([(-6, 5), (6, 5), (8, 19), (-8, 19)], colour)
    pen.box(-7, 11, 7, 13, mix(colour, "#ffffff", 0.4), 0.4)


def _dryer(pen: Pen) -> None:
    pen.polygon([(-2.4, -2), (2.4, -2), (1.6, 8), (-2.8, 8)], "#c78aa6")
    pen.box(-5, -9.4, 9, -0.8, "#d9a0ba", 4)
    pen.polygon([(8, -8.6), (14.4, -9.8), (14.4, -0.6), (8, -1.8)], "#6e5b66")
    pen.ellipse(-1, -5.2, 2.2, 2.2, "#f0d5e0")


def _torch(pen: Pen) -> None:
    pen.box(-2, -10, 2, 7, "#3c5a7d", 1)
    pen.polygon([(-2, -9.4), (2, -9.4), (4, -15), (-4, -15)], "#2c435e")
    pen.box(-4, -16.8, 4, -14.6, "#f4e3a0", 0.6)
    pen.box(-0.8, -6, 0.8, -2.4, "#e2574c", 0.5)


def _ice_cream(pen: Pen) -> None:
    pen.polygon([(-3.6, -5), (3.6, -5), (0, 6)], "#d3a05f")
    pen.ellipse(-1.6, -7.4, 3.6, 3.4, "#f0b7c0")
    pen.ellipse(2, -8.2, 3.4, 3.4, "#f6edd6")
    pen.ellipse(0, -11.6, 3.2, 3, "#a9744f")


def _camera(pen: Pen) -> None:
    pen.box(-7.4, -12, 7.4, -1, DARK, 1.4)
    pen.box(-3, -14.4, 3, -11, DARK, 0.8)
    pen.ellipse(0, -6.8, 4.2, 4.2, "#59636c")
    pen.ellipse(0, -6.8, 2.6, 2.6, "#8fb3cc")
    pen.box(4, -11, 6.2, -9.6, "#e9dfb8", 0.3)


def _racket(pen: Pen) -> None:
    pen.limb([(0, 7), (0, -8)], 1.9, DARK)
    pen.ellipse(0, -16.6, 7.2, 9.4, "#c4473f")
    pen.ellipse(0, -16.6, 5.8, 8, "#e9ecdf")
    for offset in (-3, 0, 3):
        pen.limb([(offset, -23), (offset, -10.4)], 0.35, "#8f978c")
        pen.limb([(-5, -16.6 + offset * 1.6), (5, -16.6 + offset * 1.6)], 0.35, "#8f978c")


def _spoon(pen: Pen) -> None:
    pen.limb([(0, 7), (0, -13)], 1.7, "#b98652")
    pen.ellipse(0, -16.6, 3.3, 4.8, "#b98652")
    pen.ellipse(0, -16.8, 2.1, 3.4, "#9c6d3e")


def _bottle(pen: Pen, glass: str, label: str) -> None:
    pen.box(-3.6, -9, 3.6, 7, glass, 2)
    pen.polygon([(-3.6, -8), (-1.4, -13), (1.4, -13), (3.6, -8)], glass)
    pen.box(-1.4, -18, 1.4, -12, glass, 0.5)
    pen.box(-1.7, -19, 1.7, -16.6, "#c7a252", 0.5)
    pen.box(-3.6, -5, 3.6, 2.5, label)
    pen.box(-2.8, -8, -1.8, 5, mix(glass, "#ffffff", 0.35), 0.5)


def _bear(pen: Pen) -> None:
    for x in (-4.4, 4.4):
        pen.ellipse(x, -12, 2.2, 2.2, "#8f6038")
        pen.ellipse(x * 1.2, -1.6, 2, 3, "#a87445")
        pen.ellipse(x * 0.8, 5, 2.6, 2.2, "#8f6038")
    pen.ellipse(0, 0, 5.4, 5.8, "#a87445")
    pen.ellipse(0, -8.4, 5.6, 5, "#a87445")
    pen.ellipse(0, -6.8, 2.4, 1.9, "#e2c39a")
    for x in (-2.2, 2.2):
        pen.ellipse(x, -9.4, 0.7, 0.7, "#2a2422")
    pen.ellipse(0, -7.6, 0.9, 0.6, "#2a2422")


def _loaf(pen: Pen) -> None:
    pen.box(-9, -7, 9, 2.4, "#b5793f", 4)
    for x in (-5, 0, 5):
        pen.limb([(x - 1.2, -5.6), (x + 1.2, -2.4)], 1, "#e3b878")


HARMLESS = (
    Thing("a ball", partial(_ball, first="#d9695f", second="#4f87b5"), flat=0, gestures=("hold", "raise", "front")),
    Thing("a ball", partial(_ball, first="#e3ad3e", second="#5b9a6d"), flat=0, gestures=("hold", "raise", "front")),
    Thing("a book", partial(_book, cover="#7a4d6a"), rest=5, gestures=("hold", "front", "low"), cased=True),
    Thing("a book", partial(_book, cover="#3f6a78"), rest=5, gestures=("hold", "front", "low"), cased=True),
    Thing("a cup", _cup, flat=0, gestures=("hold", "front")),
    Thing("a phone", _phone, aim=90, gestures=("hold", "hold", "aim", "front", "low"), cased=True),
    Thing("a remote control", _remote, aim=90, rest=2, gestures=("hold", "aim", "low")),
    Thing("a banana", _banana, flat=20, aim=45, gestures=("hold", "aim", "raise"), cutlery=True),
    Thing("a carrot", _carrot, aim=90, gestures=("hold", "low", "aim"), cutlery=True),
    Thing("flowers", _flowers, rest=4, gestures=("hold", "front", "low", "raise")),
    Thing("an umbrella", partial(_umbrella, colour="#c4544d"), lies=False),
    Thing("an umbrella", partial(_umbrella, colour="#456f9c"), lies=False),
    Thing(
        "a folded umbrella",
        partial(_folded_umbrella, colour="#2f4a66"),
        aim=90,
        gestures=("aim", "low", "raise", "hold"),
    ),
    Thing(
        "a folded umbrella",
        partial(_folded_umbrella, colour="#8c3f58"),
        aim=90,
        gestures=("aim", "low", "raise", "hold"),
    ),
    Thing("a broom", _broom, rest=2, lies=False),
    Thing("a bag", partial(_bag, colour="#a8643f"), flat=0, rest=19, gestures=("low",)),
    Thing("a bag", partial(_bag, colour="#4f7f78"), flat=0, rest=19, gestures=("low",)),
    Thing("a hair dryer", _dryer, flat=8, aim=0, rest=8, gestures=("aim", "hold", "low"), cased=True),
    Thing("a torch", _torch, aim=90, gestures=("aim", "hold", "low"), cased=True),
    Thing("an ice cream", _ice_cream, flat=70, gestures=("hold",)),
    Thing("a camera", _camera, flat=0, rest=-1, gestures=("hold", "front", "low"), cased=True),
    Thing("a tennis racket", _racket, aim=90, gestures=("raise", "hold", "low"), hangs=True, rest=5),
    Thing("a wooden spoon", _spoon, aim=90, gestures=("raise", "hold", "low", "aim"), cutlery=True, hangs=True),
    Thing("a bottle", partial(_bottle, glass="#3f6b4f", label="#efe6d0"), aim=90, gestures=("hold", "low", "raise")),
    Thing("a bottle", partial(_bottle, glass="#7fb4cc", label="#f3f6f7"), aim=90, gestures=("hold", "low")),
    Thing("a teddy bear", _bear, flat=0, rest=7, gestures=("front", "hold")),
    Thing("a loaf of bread", _loaf, flat=0, gestures=("front",), cutlery=True),
)

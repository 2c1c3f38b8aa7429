"""Risky things, and the toy that looks like one."""

from collections.abc import Callable
from functools import partial

from ml.vision.scenes.canvas import Pen, mix
from ml.vision.scenes.things import DARK, STEEL, WOOD, Gesture, Thing

EDGE = "#55616a"  # around steel, which is else lost before a light wall


def _knife(pen: Pen, handle: str = DARK) -> None:
    pen.polygon([(-2.4, -4), (-2.4, -17), (-0.7, -23), (3, -13), (3, -4)], EDGE)
    pen.polygon([(-1.8, -4), (-1.8, -17), (-0.6, -21.6), (2.4, -13), (2.4, -4)], STEEL)
    pen.polygon([(0.9, -4), (0.9, -17), (2.4, -13), (2.4, -4)], "#9aa7b1")
    pen.box(-2.6, -4.8, 3.2, -3.2, "#7b858d", 0.6)
    pen.box(-1.8, -3.4, 2.2, 6, handle, 1.6)
    for y in (-1, 3):
        pen.ellipse(0.2, y, 0.5, 0.5, mix(handle, "#ffffff", 0.5))


def _cleaver(pen: Pen) -> None:
    pen.box(-3, -20, 6, -3, EDGE, 1)
    pen.box(-2.4, -19.4, 5.4, -3.6, STEEL, 0.8)
    pen.box(3.6, -19.4, 5.4, -3.6, "#9aa7b1", 0.6)
    pen.ellipse(0, -17.4, 0.9, 0.9, EDGE)
    pen.box(-1.8, -4, 1.8, 6, WOOD, 1.4)


def _dagger(pen: Pen) -> None:
    pen.polygon([(-2.3, -3), (-2, -18), (0, -24), (2, -18), (2.3, -3)], EDGE)
    pen.polygon([(-1.6, -3), (-1.4, -17.6), (0, -22.4), (1.4, -17.6), (1.6, -3)], STEEL)
    pen.polygon([(0, -3), (0, -22.4), (1.4, -17.6), (1.6, -3)], "#a5b1ba")
    pen.box(-4.6, -4, 4.6, -2.2, "#b9963f", 0.8)
    pen.box(-1.5, -2.6, 1.5, 5, "#4a2f28", 0.8)
    pen.ellipse(0, 5.6, 1.8, 1.6, "#b9963f")


def _pistol(pen: Pen, frame: str = DARK, grip: str = "#4a3b33") -> None:
    pen.polygon([(-2.2, -2), (3, -2), (1.8, 7.6), (-3.2, 7.6)], grip)
    pen.box(-3, -6.4, 16, -1, frame, 1)
    pen.box(-3, -6.4, 16, -4.3, mix(frame, "#ffffff", 0.16), 0.8)
    pen.box(14.2, -7.2, 15.4, -6, frame, 0.2)
    pen.limb([(3.2, -1), (6.4, 2), (7, -1)], 1, frame)


def _revolver(pen: Pen) -> None:
    pen.polygon([(-3, -4), (2, -4), (0.4, 3), (-0.6, 7.6), (-5, 7), (-3.4, 0)], WOOD)
    pen.box(-3, -6.6, 6, -1.6, "#77828a", 1)
    pen.box(5, -6.4, 17, -3.4, "#8d99a2", 0.6)
    pen.box(0.6, -7.4, 6.4, -1.2, "#aeb8bf", 1.4)
    for y in (-5.6, -3.4):
        pen.box(1.2, y - 0.4, 5.8, y + 0.4, "#77828a")
    pen.limb([(2.6, -1), (5.2, 1.8), (6.2, -1)], 0.9, "#77828a")
    pen.polygon([(-3, -6), (-5, -8.4), (-1.4, -6.6)], "#77828a")


def _rifle(pen: Pen) -> None:
    pen.polygon([(-16, -2), (-4, -3.6), (-2, 0), (-15, 5)], WOOD)
    pen.polygon([(-3, -1), (1, -1), (0, 5), (-3, 5)], WOOD)
    pen.box(-5, -4.4, 14, -0.6, DARK, 0.8)
    pen.box(8, -4, 17, -0.8, WOOD, 1)
    pen.box(14, -3.8, 29, -2.2, DARK, 0.4)
    pen.polygon([(4, -1), (8, -1), (9.6, 6), (6, 6.6)], DARK)
    pen.box(27, -5.4, 28, -3, DARK)


def _axe(pen: Pen) -> None:
    pen.box(-1.3, -26, 1.3, 8, WOOD, 1)
    pen.polygon([(-2, -25.6), (4, -26), (10, -29), (11.4, -23), (10, -16.6), (4, -20), (-2, -20.4)], EDGE)
    pen.polygon([(-1.6, -25), (4, -25.2), (6.6, -26.4), (6.8, -19.4), (4, -20.6), (-1.6, -21)], "#b4483f")
    pen.polygon([(6.6, -26.6), (9.6, -28), (10.8, -23), (9.6, -17.8), (6.8, -19.2)], STEEL)


def _broken_bottle(pen: Pen, glass: str = "#4fa070") -> None:
    """Held by its neck, the jagged body away from the hand."""
    pale, dark = mix(glass, "#ffffff", 0.55), mix(glass, "#000000", 0.3)
    pen.box(-1.8, -3, 1.8, 8, glass, 0.6)
    pen.box(-2.4, 6, 2.4, 8.4, dark, 0.6)
    rim = [(-5, -16), (-3.4, -12.4), (-1.6, -20), (0.6, -13.4), (2.6, -22), (3.6, -14), (5, -17.6)]
    pen.polygon([(-1.8, -2), (-5, -7), *rim, (5, -7), (1.8, -2)], dark)
    inner = [(-4.2, -13.4), (-3, -10.6), (-1.5, -17), (0.5, -11.6), (2.4, -19), (3.4, -12.4), (4.2, -14.4)]
    pen.polygon([(-1.4, -2.6), (-4.2, -7.2), *inner, (4.2, -7.2), (1.4, -2.6)], glass)
    pen.polygon([(-3.4, -7.4), (-3.4, -11), (-2.4, -9.4), (-2.2, -6)], pale)
    pen.polygon([(1.6, -8), (2.3, -16), (3, -11.6), (3, -8)], pale)
    pen.box(-4.4, -9.4, 1, -6.4, "#efe6d0")


def _sword(pen: Pen) -> None:
    pen.polygon([(-1.9, -3), (-1.9, -31), (0, -35.4), (1.9, -31), (1.9, -3)], EDGE)
    pen.polygon([(-1.3, -3), (-1.3, -30.6), (0, -33.8), (1.3, -30.6), (1.3, -3)], STEEL)
    pen.box(-0.3, -29, 0.3, -4, "#9aa7b1")
    pen.box(-6, -4, 6, -2, "#b9963f", 0.9)
    pen.box(-1.3, -2.4, 1.3, 6, "#5d2f2c", 0.6)
    pen.ellipse(0, 7, 2, 2, "#b9963f")


def _water_pistol(pen: Pen, body: str, trim: str) -> None:
    pen.polygon([(-3, -3), (3.4, -3), (2, 8), (-3.6, 8)], mix(body, "#000000", 0.12))
    pen.box(-4, -7, 14, -0.6, body, 2)
    pen.box(13, -5.6, 18, -3, trim, 1)
    pen.box(-2, -12.4, 8, -6, mix("#8fd6ee", trim, 0.2), 2.6)
    pen.box(-0.4, -10.6, 5, -9.2, "#e9f9ff", 0.7)
    pen.box(1.4, -14, 4.6, -12, trim, 0.6)
    pen.limb([(3.6, -0.6), (6.8, 2.6), (7.6, -0.6)], 1.2, trim)


def _weapon(name: str, draw: Callable[[Pen], None], flat: float = 8, toy: bool = False) -> Thing:
    gestures: tuple[Gesture, ...] = ("hold", "low", "aim", "aim", "aim")
    return Thing(name, draw, flat=flat, aim=0, rest=7, middle=6, gestures=gestures, risky=True, cased=not toy, toy=toy)


def _blade(name: str, draw: Callable[[Pen], None], *, cutlery: bool = False, hangs: bool = False) -> Thing:
    gestures: tuple[Gesture, ...] = ("hold", "raise", "raise", "low", "aim", "aim")
    return Thing(name, draw, aim=90, gestures=gestures, risky=True, cutlery=cutlery, hangs=hangs)


RISKY = (
    _blade("a knife", _knife, cutlery=True),
    _blade("a knife", partial(_knife, handle="#7a4a2f"), cutlery=True),
    _blade("a knife", partial(_knife, handle="#9c3b36"), cutlery=True),
    _blade("a cleaver", _cleaver, cutlery=True),
    _blade("a dagger", _dagger, hangs=True),
    Thing("a sword", _sword, aim=90, middle=14, gestures=("hold", "raise", "low"), risky=True, hangs=True),
    Thing("an axe", _axe, aim=90, gestures=("hold", "raise", "raise", "low"), risky=True, stuck=True, rest=5),
    _blade("a broken bottle", _broken_bottle),
    _blade("a broken bottle", partial(_broken_bottle, glass="#a9743f")),
    _weapon("a pistol", _pistol),
    _weapon("a pistol", partial(_pistol, frame="#59636c", grip="#23272c")),
    _weapon("a revolver", _revolver),
    Thing(
        "a rifle", _rifle, flat=2, aim=0, rest=6, middle=6, gestures=("level", "level", "low"), risky=True, hangs=True
    ),
)
WATER_PISTOLS = (
    _weapon("a bright orange water pistol", partial(_water_pistol, body="#f08a2c", trim="#3fae5a"), toy=True),
    _weapon("a bright green water pistol", partial(_water_pistol, body="#62c23f", trim="#f0d23c"), toy=True),
    _weapon("a bright pink water pistol", partial(_water_pistol, body="#e8629c", trim="#4f8fd8"), toy=True),
)

"""Heads: face, hair, what is worn on them. The origin is the middle of the head; it is about 11 units in radius."""

from ml.vision.scenes.canvas import Pen, mix
from ml.vision.scenes.looks import Look


def head(pen: Pen, look: Look, mood: str, gaze: float) -> None:
    """Draw a head whose face looks aside by `gaze` units; the mood is calm, glad or frightened."""
    for x in (-10.4, 10.4):
        pen.ellipse(x, 0.5, 2.2, 2.8, look.skin)
    pen.ellipse(0, 0, 10.6, 11.8, look.skin)
    if look.beard:
        pen.arch(0, 2.4, 10.3, 10, 0, 180, look.hair)
        pen.ellipse(gaze, 4.4, 5.6, 3.6, look.skin)
    _hair(pen, look)
    _face(pen.at(gaze, 0), look, mood)


def hair_behind(pen: Pen, look: Look) -> None:
    """Draw the hair that hangs behind the shoulders or stands behind the head."""
    dark = mix(look.hair, "#000000", 0.15)
    if look.cut == "long":
        pen.box(-12.2, -8.5, 12.2, 17.5, dark, 8)
    elif look.cut == "bun":
        pen.ellipse(0, -13.6, 4.8, 4.4, dark)
    elif look.cut == "curls":
        for x, y in ((-10, -4), (10, -4), (-9, -10), (9, -10), (0, -13), (-5, -12.6), (5, -12.6)):
            pen.ellipse(x, y, 5, 5, dark)


def _hair(pen: Pen, look: Look) -> None:
    if look.cut == "bald":
        return
    if look.cut == "cap":
        cloth = mix(look.trousers, "#c4544d", 0.5)
        pen.arch(0, -4.6, 11.4, 10, 180, 360, cloth)
        pen.box(-12, -6, 15, -3.4, mix(cloth, "#000000", 0.25), 1.2)
        return
    pen.arch(0, -3.5, 11.4, 10.6, 180, 360, look.hair)
    pen.polygon([(-11.4, -3.7), (11.4, -3.7), (10.6, 0), (5, -4.5), (-3, -2.5), (-10.6, 0.5)], look.hair)


def _face(pen: Pen, look: Look, mood: str) -> None:
    lips = mix(look.skin, "#7a1f1f", 0.6)
    brow = 1.4 if mood == "frightened" else 0
    for side in (-1, 1):
        if mood == "frightened":
            pen.ellipse(side * 3.9, 1.1, 2, 2.4, "#f7f4ee")
        pen.ellipse(side * 3.9, 1.1, 1.15, 1.5, "#2a2422")
        pen.limb([(side * 2.6, -1.9 - brow), (side * 5.2, -2.1)], 0.8, mix(look.hair, "#2a2422", 0.4))
        pen.ellipse(side * 6, 4.3, 1.7, 1.2, mix(look.skin, "#d4604f", 0.3))
    if look.glasses:
        for side in (-1, 1):
            pen.limb(
                [(side * 1.3, 1), (side * 3.9, -1.6), (side * 6.6, 1), (side * 3.9, 3.6), (side * 1.3, 1)],
                0.6,
                "#33313a",
            )
        pen.limb([(-1.3, 0.6), (1.3, 0.6)], 0.6, "#33313a")
    if mood == "frightened":
        pen.ellipse(0, 6.6, 1.7, 2.1, lips)
    elif mood == "glad":
        pen.arch(0, 5.6, 3.2, 2.6, 0, 180, lips)
    else:
        pen.limb([(-2, 6.6), (2, 6.6)], 0.9, lips)

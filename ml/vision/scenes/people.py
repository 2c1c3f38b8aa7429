"""Cartoon people. A person is 100 units high; the origin lies between the feet, y points down."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from ml.vision.scenes.canvas import Pen, Point, mix
from ml.vision.scenes.things import Thing

HELD = 1  # the ink of what is held
SKINS = ("#f2cfb3", "#e0ac84", "#c68a5f", "#9a6545", "#6b4630")
HAIRS = ("#2b2320", "#4d3426", "#8a5a34", "#c99a55", "#6e6a68", "#93452e")
SHIRTS = {
    "red": "#c4544d",
    "blue": "#456f9c",
    "green": "#5b8a66",
    "yellow": "#dcae4c",
    "white": "#e9e6df",
    "grey": "#7c858d",
}
TROUSERS = ("#34425a", "#4b4a50", "#6d5a49", "#2f3a3f", "#7d8896")


@dataclass(frozen=True)
class Look:
    """What one person looks like."""

    noun: str
    skin: str
    hair: str
    long_hair: bool
    shirt: str
    trousers: str
    skirt: bool

    def __str__(self) -> str:
        return f"{self.noun} in a {self.shirt} {'dress' if self.skirt else 'shirt'}"


def somebody(dice: random.Random) -> Look:
    """Return a person as chance has it."""
    noun = dice.choice(("a woman", "a man"))
    woman = noun == "a woman"
    return Look(
        noun=noun,
        skin=dice.choice(SKINS),
        hair=dice.choice(HAIRS),
        long_hair=woman and dice.random() < 0.8,
        shirt=dice.choice(tuple(SHIRTS)),
        trousers=dice.choice(TROUSERS),
        skirt=woman and dice.random() < 0.4,
    )


def stand(pen: Pen, look: Look, *, holding: Thing | None, wave: bool) -> None:
    """Draw a person who stands; what is held is in the raised hand on the right, the other arm hangs or waves."""
    pen.veil(0, 0, 19, 3.2, "#10141c", 0.34, 1.6)
    _hair_behind(pen, look)
    _legs(pen, look)
    elbow, hand = ((-19, -50), (-24, -70)) if wave else ((-17, -48), (-15, -33))
    _arm(pen, look, (-10.5, -65), elbow, hand)
    _torso(pen, look)
    _head(pen, look)
    elbow, hand = ((18, -49), (25, -60)) if holding else ((17, -48), (15, -33))
    hold: Callable[[], None] = (lambda: holding.draw(pen.of(HELD).at(*hand, 1.1, 12))) if holding else (lambda: None)
    _arm(pen, look, (10.5, -65), elbow, hand, hold)


def _arm(
    pen: Pen, look: Look, shoulder: Point, elbow: Point, hand: Point, hold: Callable[[], None] = lambda: None
) -> None:
    """Draw an arm; what is held lies over the arm and under the hand."""
    sleeve = mix(SHIRTS[look.shirt], "#000000", 0.12)
    pen.limb([shoulder, elbow, hand], 5, look.skin)
    middle = (shoulder[0] + (elbow[0] - shoulder[0]) * 0.75, shoulder[1] + (elbow[1] - shoulder[1]) * 0.75)
    pen.limb([shoulder, middle], 7, sleeve)
    hold()
    pen.ellipse(*hand, 3.3, 3.3, mix(look.skin, "#000000", 0.05))


def _legs(pen: Pen, look: Look) -> None:
    for side in (-1, 1):
        cloth = look.skin if look.skirt else mix(look.trousers, "#000000", 0.1 if side > 0 else 0)
        pen.limb([(side * 4.6, -38), (side * 5.2, -4)], 6 if look.skirt else 8, cloth)
        pen.box(side * 5.6 - 5, -4.4, side * 5.6 + 5, 0.4, "#2a2726", 2.2)


def _torso(pen: Pen, look: Look) -> None:
    colour = SHIRTS[look.shirt]
    pen.box(-3.2, -74, 3.2, -64, mix(look.skin, "#000000", 0.12), 2)
    if look.skirt:
        pen.polygon([(-9, -46), (9, -46), (14.5, -23), (-14.5, -23)], colour)
        pen.box(-12, -70, 12, -44, colour, 6)
        pen.box(-10, -48, 10, -45.4, mix(colour, "#000000", 0.25))
    else:
        pen.box(-9.4, -44, 9.4, -34, look.trousers, 3)
        pen.box(-12, -70, 12, -38, colour, 6)
    pen.arch(0, -70, 5, 4.4, 0, 180, look.skin)


def _head(pen: Pen, look: Look) -> None:
    pen.ellipse(-10.4, -83, 2.2, 2.8, look.skin)
    pen.ellipse(10.4, -83, 2.2, 2.8, look.skin)
    pen.ellipse(0, -83.5, 10.6, 11.8, look.skin)
    pen.arch(0, -87, 11.4, 10.6, 180, 360, look.hair)
    pen.polygon([(-11.4, -87.2), (11.4, -87.2), (10.6, -83.5), (5, -88), (-3, -86), (-10.6, -83)], look.hair)
    for side in (-1, 1):
        pen.ellipse(side * 3.9, -82.4, 1.15, 1.5, "#2a2422")
        pen.limb([(side * 2.6, -85.4), (side * 5.2, -85.6)], 0.8, look.hair)
    pen.arch(0, -77.6, 3, 2, 0, 180, mix(look.skin, "#7a1f1f", 0.6))
    for side in (-1, 1):
        pen.ellipse(side * 6.4, -79.2, 1.7, 1.2, mix(look.skin, "#d4604f", 0.3))


def _hair_behind(pen: Pen, look: Look) -> None:
    if look.long_hair:
        pen.box(-12.2, -92, 12.2, -66, mix(look.hair, "#000000", 0.15), 8)

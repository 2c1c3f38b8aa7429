"""Cartoon people. A person is 100 units high; the origin lies between the feet, y points down."""

from collections.abc import Callable
from dataclasses import dataclass

from ml.vision.scenes.canvas import Pen, Point, mix
from ml.vision.scenes.faces import hair_behind, head
from ml.vision.scenes.looks import SHIRTS, Look
from ml.vision.scenes.poses import DROP, LEGS, Arm, Stance


@dataclass(frozen=True)
class Figure:
    """A person in a pose: `left` and `right` arm (as seen), mood, and how far the face looks aside."""

    look: Look
    stance: Stance
    left: Arm
    right: Arm
    mood: str = "glad"
    gaze: float = 0

    @property
    def growth(self) -> float:
        """How much larger the head is than a grown person's of the same height."""
        return 1.28 if self.look.child else 1


def draw(pen: Pen, figure: Figure, hold: Callable[[Pen], None] | None) -> None:
    """Draw a person; `hold` draws what is in the right hand, with a pen whose origin is the hand."""
    if figure.stance != "sit":
        pen.veil(0, 0, 19, 3.2, "#10141c", 0.34, 1.6)
    pen.contoured(lambda each: _body(each, figure))
    if hold:
        hand(pen.at(0, DROP[figure.stance]).at(*figure.right.hand), figure, hold)


def hand(palm: Pen, figure: Figure, hold: Callable[[Pen], None]) -> None:
    """Draw what is in the hand, and the hand around it."""
    hold(palm)
    palm.ellipse(0, 0, 3.3, 3.3, _hand(figure.look))


def _body(pen: Pen, figure: Figure) -> None:
    look, trunk = figure.look, pen.at(0, DROP[figure.stance])
    top = trunk.at(0, -72 - 11.5 * figure.growth, figure.growth)
    hair_behind(top, look)
    _legs(pen, figure)
    _torso(trunk, look, figure.stance)
    for side, arm in ((-1, figure.left), (1, figure.right)):
        if arm.hand[1] > -60:  # a raised arm lies before the head, any other behind the chin
            _arm(trunk, look, side, arm)
    head(top, look, figure.mood, figure.gaze)
    for side, arm in ((-1, figure.left), (1, figure.right)):
        if arm.hand[1] <= -60:
            _arm(trunk, look, side, arm)


def _arm(pen: Pen, look: Look, side: int, arm: Arm) -> None:
    def placed(point: Point) -> Point:
        return side * point[0], point[1]

    sleeve = mix(SHIRTS[look.shirt], "#000000", 0.12)
    shoulder, elbow, hand = placed((10.5, -65)), placed(arm.elbow), placed(arm.hand)
    pen.limb([shoulder, elbow, hand], 5, look.skin)
    middle = (shoulder[0] + (elbow[0] - shoulder[0]) * 0.75, shoulder[1] + (elbow[1] - shoulder[1]) * 0.75)
    pen.limb([shoulder, middle], 7, sleeve)
    pen.ellipse(*hand, 3.3, 3.3, _hand(look))


def _hand(look: Look) -> str:
    return mix(look.skin, "#000000", 0.05)


def _legs(pen: Pen, figure: Figure) -> None:
    look = figure.look
    for number, (hip, knee, ankle) in enumerate(LEGS[figure.stance]):
        cloth = mix(look.trousers, "#000000", 0.1 * number)
        pen.limb(
            [hip, knee, ankle], 6 if look.skirt or look.shorts else 8, look.skin if look.skirt or look.shorts else cloth
        )
        if not look.skirt:
            thigh = ((hip[0] + knee[0]) / 2, (hip[1] + knee[1]) / 2) if look.shorts and figure.stance != "sit" else knee
            pen.limb([hip, thigh], 9, cloth)
        x, y = ankle
        pen.box(x - 5.2, y - 0.4, x + 5.2, y + 4.4, "#2a2726", 2.2)


def _torso(pen: Pen, look: Look, stance: Stance) -> None:
    colour, dark = SHIRTS[look.shirt], mix(SHIRTS[look.shirt], "#000000", 0.25)
    pen.box(-3.2, -74, 3.2, -64, mix(look.skin, "#000000", 0.12), 2)
    hem = -38.0
    if look.skirt:
        low, wide = (-31, 15.5) if stance == "sit" else (-23, 14.5)
        pen.polygon([(-9, -46), (9, -46), (wide, low), (-wide, low)], colour)
        hem = -44
    else:
        pen.box(-9.4, -44, 9.4, -34, look.trousers, 3)
    pen.box(-12, -70, 12, hem, colour, 6)
    if look.striped:
        for y in (-62, -56, -50):
            pen.box(-12, y, 12, y + 2.4, mix(colour, "#ffffff" if look.shirt != "white" else "#456f9c", 0.55))
    if look.skirt:
        pen.box(-10, -48, 10, -45.4, dark)
    pen.arch(0, -70, 5, 4.4, 0, 180, look.skin)

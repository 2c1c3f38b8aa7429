"""How people stand, walk and sit, and what their arms do. In units of a person: 100 high, the origin between the feet.

A leg is hip, knee and ankle; an arm is elbow and hand, for the arm on the right. `turn` is where a thing in the hand
points, in degrees clockwise from the right.
"""

from dataclasses import dataclass
from typing import Literal

from ml.vision.scenes.canvas import Point
from ml.vision.scenes.things import Gesture

Stance = Literal["stand", "walk", "sit"]
Leg = tuple[Point, Point, Point]

LEGS: dict[Stance, tuple[Leg, Leg]] = {
    "stand": (((-4.6, -38), (-5, -21), (-5.2, -4)), ((4.6, -38), (5, -21), (5.2, -4))),
    "walk": (((-4, -38), (-7, -21), (-15, -6)), ((4, -38), (9, -22), (11, -4))),
    "sit": (((-5, -24), (-8.4, -19), (-7.6, -4)), ((5, -24), (8.4, -19), (7.6, -4))),
}
DROP: dict[Stance, float] = {"stand": 0, "walk": -0.5, "sit": 15}  # how far the trunk is lowered


@dataclass(frozen=True)
class Arm:
    """An arm from the shoulder at (10.5, -65), and where what it holds points."""

    elbow: Point
    hand: Point
    turn: float = -78


IDLE = {
    "hang": Arm((17, -48), (15, -33)),
    "wave": Arm((19, -52), (25, -72)),
    "hip": Arm((22, -54), (12.5, -42)),
    "up": Arm((22, -68), (20, -88)),
    "lap": Arm((17, -50), (8, -40)),
}
HOLDING: dict[Gesture, Arm] = {
    "hold": Arm((18, -49), (25, -60)),
    "raise": Arm((23, -68), (25, -86), -62),
    "low": Arm((17.5, -50), (20, -37), 68),
    "aim": Arm((21, -62), (33, -64), 0),
    "level": Arm((19, -50), (19, -59), 0),
    "front": Arm((16, -48), (5, -49)),
    "cut": Arm((19, -54), (15, -48), 160),
}
SUPPORT: dict[Gesture, Arm] = {  # the other arm, where a gesture takes both
    "front": Arm((16, -48), (5, -49)),
    "level": Arm((14, -50), (-12, -56)),
    "cut": Arm((17, -53), (10, -49)),
}

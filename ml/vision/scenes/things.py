"""What a thing is. Things are about 20 units long, held at the origin, pointing up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ml.vision.scenes.canvas import Pen

STEEL, DARK, WOOD = "#e3e9ed", "#30363d", "#8a5f3e"
# What an arm does with a thing: holds it up, raises it overhead, carries it low, points it at somebody, points it
# at somebody from the shoulder, holds it before the body with both hands, cuts something on a board with it.
Gesture = Literal["hold", "raise", "low", "aim", "level", "front", "cut"]


@dataclass(frozen=True)
class Thing:
    """A kind of thing: its name with its article, how to draw it, and what can be done with it.

    `flat`: degrees clockwise that lay it down. `aim`: degrees clockwise from its upright drawing that make it point
    to the right; None for what points nowhere. `rest`: how far its underside is below the origin when it lies,
    `middle`: how far its middle is from the origin, in the direction in which it points.
    `cutlery`: at home on a kitchen board. `toy`: looks like a weapon and is none. `hangs` and `stuck`: may be on a
    wall, or in a chopping block. `cased`: may lie in a case. `lies`: may lie about.
    """

    name: str
    draw: Callable[[Pen], None]
    flat: float = 90
    aim: float | None = None
    rest: float = 3
    middle: float = 8
    gestures: tuple[Gesture, ...] = ("hold",)
    risky: bool = False
    cutlery: bool = False
    toy: bool = False
    hangs: bool = False
    stuck: bool = False
    cased: bool = False
    lies: bool = True

    @property
    def plural(self) -> bool:
        """Whether the name takes "are" and "lie"."""
        return not self.name.startswith(("a ", "an "))

"""What happens in a picture: who is there, who holds what, what lies where. Nothing is drawn here.

The grade follows from place and pose, by one rule (`severity`):

- A risky thing in somebody's hand, held or aimed, is harmful. Anywhere else it is low exposure, also in its proper
  place: an axe in a chopping block, a sword on the wall, a pistol in its case.
- One grade less for a kitchen knife at a kitchen board, so that it is safe there, and low exposure in the hand of
  somebody who cuts bread with it; and one grade less for a bright water pistol, about which people may well disagree.
- The picture has the grade of its worst thing.

Harmless things appear in all of these poses and places, so that a pose or a place alone decides nothing.
"""

from dataclasses import dataclass
from typing import Literal

from ml.results import Grade
from ml.vision.scenes.looks import Look
from ml.vision.scenes.places import Place
from ml.vision.scenes.poses import Stance
from ml.vision.scenes.styles import Light
from ml.vision.scenes.things import Gesture, Thing

GRADES: tuple[Grade, ...] = ("safe", "low_exposure", "harmful")
Spot = Literal["ground", "table", "board", "block", "wall", "case"]
Shot = Literal["close", "medium", "far"]
Pose = Literal["held", "aimed", "lying", "in_place"]


@dataclass(frozen=True)
class Laid:
    """A thing that nobody holds, and where it is."""

    thing: Thing
    spot: Spot

    @property
    def pose(self) -> Pose:
        """Whether it lies about or is where such things belong."""
        return "lying" if self.spot in ("ground", "table") else "in_place"


@dataclass(frozen=True)
class Role:
    """A person: how they stand, what is in their hand and what they do with it, at whom (a number) they point it.

    `arms` are the names of the left and right arm's pose where nothing is held.
    """

    look: Look
    stance: Stance
    arms: tuple[str, str]
    mood: str
    thing: Thing | None = None
    gesture: Gesture = "hold"
    target: int | None = None

    @property
    def pose(self) -> Pose:
        """Whether what is held is aimed at somebody."""
        return "aimed" if self.target is not None else "held"


@dataclass(frozen=True)
class Plan:
    """Everything about a picture but its lines and colours. Role 0 is the one who acts, if anybody does."""

    place: Place
    light: Light
    shot: Shot
    roles: tuple[Role, ...]
    laid: tuple[Laid, ...]

    @property
    def table(self) -> bool:
        """Whether there is a table."""
        return any(each.spot in ("table", "board") for each in self.laid)

    @property
    def grade(self) -> Grade:
        """The grade of the worst thing in the picture."""
        held = [severity(role.thing, held=True, board=role.gesture == "cut") for role in self.roles if role.thing]
        laid = [severity(each.thing, held=False, board=each.spot == "board") for each in self.laid]
        return GRADES[max([0, *held, *laid])]

    @property
    def disputed(self) -> bool:
        """Whether people may well disagree."""
        things = [role.thing for role in self.roles] + [each.thing for each in self.laid]
        return any(thing.toy for thing in things if thing)


def severity(thing: Thing, *, held: bool, board: bool) -> int:
    """Return the place in GRADES of a thing that is held or not, at a kitchen board or not."""
    if not thing.risky:
        return 0
    excused = thing.toy or (thing.cutlery and board)
    return (2 if held else 1) - excused

"""Which images come without help, so that its effect can be measured: drawn by a keyed hash, the same whenever asked.

Pure; no Django here.
"""

from dataclasses import dataclass
from typing import Literal

from labeling.sampling import uniform

# The guideline is always there, so it is none of them.
AIDS = ("caption", "heatmap", "similar")
# One image in so many comes without.
WITHOUT_SHARE = 0.1

Arm = Literal["with", "without"]


@dataclass(frozen=True)
class Help:
    """What a person may open beside an image: `offered` are aids, none in a blind queue and in the arm "without"."""

    mode: str
    arm: Arm
    offered: tuple[str, ...]


def arm(group_id: int, person_id: int, policy_id: int, *, key: str) -> Arm:
    """Return the arm of a copy group for a person under a policy.

    HMAC-SHA256 under a secret key, with a purpose of its own: independent of the draw of the random slice, and of the
    arms of other people, other policies and other pictures. Nobody can choose it, and nothing has to be stored for an
    image that comes back: a copy, a repeat or a reopened image comes as it came before.
    """
    drawn = uniform(f"{policy_id}:{group_id}:{person_id}", key=key, purpose=b"help")
    return "without" if drawn < WITHOUT_SHARE else "with"


def offer(mode: str, drawn: Arm) -> Help:
    """Return what is offered under a policy's mode to an image of this arm."""
    return Help(mode, drawn, AIDS if drawn == "with" and mode != "blind" else ())

"""Which images come without help, so that its effect can be measured: drawn by a keyed hash, the same whenever asked.

Pure; no Django here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from labeling.sampling import uniform

# The guideline is always there, so it is none of them.
AIDS = ("caption", "heatmap", "similar")
# What a page may report as opened: the guideline too.
OPENABLE = (*AIDS, "guideline")
# Whether the model agrees with an answer, told after it.
SIGNS = ("agrees", "disagrees")
# The share of the images that come without.
WITHOUT_SHARE = 0.1

Arm = Literal["with", "without"]


@dataclass(frozen=True)
class Help:
    """What a person may open beside an image: `offered` are aids, none in a blind queue and in the arm "without"."""

    mode: str
    arm: Arm
    offered: tuple[str, ...]


@dataclass(frozen=True)
class Used:
    """What a page says was used beside an image before its answer: no more than a claim.

    `opened`: for how long each thing was open; only what was opened. `plain`: how long the image itself was on the
    screen as it is, neither blurred nor gray; None where the page does not say. `harm`: the same of judged images of a
    blocking category that it was compared with. `sign`: what was shown for an earlier answer to the same image. `away`:
    how long the page was out of sight meanwhile, which counts as none of the others.
    """

    opened: Mapping[str, timedelta] = field(default_factory=dict)
    plain: timedelta | None = None
    harm: timedelta = timedelta()
    sign: str = ""
    away: timedelta = timedelta()


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


def record(found: Help, used: Used, *, longest: timedelta, answered_before: bool) -> dict[str, Any]:
    """Return what is stored with a label: what was offered, as the server knows it, and what was opened of that.

    Nothing was open for longer than `longest`. A sign is believed only where help was offered and the person had
    answered the same image before. For how long the page was out of sight is stored only if it was.
    """
    can_open = (*found.offered, "guideline")
    opened = {each: milliseconds(min(time, longest)) for each, time in used.opened.items() if each in can_open}
    stored = {"mode": found.mode, "arm": found.arm, "offered": list(found.offered), "opened": opened}
    away = {"away": milliseconds(used.away)} if used.away else {}
    return stored | away | ({"sign": used.sign} if used.sign in SIGNS and found.offered and answered_before else {})


def milliseconds(time: timedelta) -> int:
    """Return a duration as whole milliseconds, rounded down; 0 for negative ones."""
    return max(time, timedelta()) // timedelta(milliseconds=1)

"""Puts people and things where they stand and lie, from back to front."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ml.vision.scenes import furniture, people
from ml.vision.scenes.canvas import PROP, Pen
from ml.vision.scenes.plans import Laid, Plan, Role
from ml.vision.scenes.poses import HOLDING, IDLE, SUPPORT, Arm
from ml.vision.scenes.things import Thing

FIRST_HELD, FIRST_LAID, FIRST_PERSON = 1, 20, 40  # inks: 1 + the number of the role, 20 + that of the laid thing, ...
# Things are drawn larger than life, so that a network that sees 224 pixels has a chance.
LARGE = 1.7
ARM_SPAN = 50  # units from the middle of a person to the end of what they hold
WALL = (0.74, 0.2)  # where things hang in the room, before the whole is mirrored
SLOTS = {1: (0.5,), 2: (0.31, 0.69), 3: (0.19, 0.5, 0.81)}
POINTING_SLOTS = {2: (0.27, 0.74), 3: (0.18, 0.57, 0.87)}
# The largest height of people as a share of the picture's width, so that they fit beside each other.
ABREAST = {1: 1.0, 2: 0.7, 3: 0.5}
POINTING_ABREAST = {2: 0.55, 3: 0.45}


@dataclass(frozen=True)
class Stage:
    """The picture's size, the height of a person's hundredth in pixels, where feet are, and the people's places."""

    width: int
    height: int
    unit: float
    feet: float
    spots: tuple[float, ...]
    mirrored: bool

    def across(self, x: float) -> float:
        """Return where x lies in the picture, which may be mirrored."""
        return self.width - x if self.mirrored else x

    def clearance(self, x: float) -> float:
        """Return how far x is from the nearest person."""
        return min(abs(x - self.across(spot)) for spot in self.spots)


def arrange(plan: Plan, size: tuple[int, int], dice: random.Random) -> Stage:
    """Find places for the people of a plan."""
    (width, height), count = size, len(plan.roles)
    pointing = any(role.target is not None for role in plan.roles)
    most = width * (POINTING_ABREAST if pointing else ABREAST)[count]
    if plan.shot == "close":
        tall = min(height * dice.uniform(1.05, 1.3), most * (1.3 if count == 2 and not pointing else 1))
        feet = max(height * dice.uniform(0.07, 0.12) + tall * 0.97, height * 0.9)
    elif plan.shot == "medium":
        tall, feet = min(height * dice.uniform(0.64, 0.8), most), height * dice.uniform(0.87, 0.93)
    else:
        tall, feet = min(height * dice.uniform(0.36, 0.52), most), height * dice.uniform(plan.place.floor + 0.05, 0.88)
    if any(role.thing and role.gesture == "raise" for role in plan.roles):
        tall = min(tall, feet / 1.33)  # what is raised has to be within the picture
    shift = 0.0 if pointing else dice.uniform(-0.04, 0.04) * (4 - count) / count
    if count == 1 and any(each.spot == "wall" for each in plan.laid):
        shift = -0.17
    order = list(range(count))
    if not pointing:
        dice.shuffle(order)
    elif count == 3 and dice.random() < 0.5:
        order = [1, 2, 0]
    spots = tuple(width * ((POINTING_SLOTS if pointing else SLOTS)[count][slot] + shift) for slot in order)
    return Stage(width, height, tall / 100, feet, spots, dice.random() < 0.5)


def fill(pen: Pen, plan: Plan, stage: Stage, dice: random.Random) -> None:
    """Draw everybody and everything in front of the background."""
    for number, each in enumerate(plan.laid):
        if each.spot == "wall":
            spot = pen.of(PROP).at(stage.across(stage.width * WALL[0]), stage.height * WALL[1], stage.unit * 1.35)
            furniture.plaque(spot)
            _thing(spot.of(FIRST_LAID + number).at(-each.thing.middle, 0, angle=each.thing.aim or 0), each.thing)
    later = _cast(pen, plan, stage, dice)
    if plan.table:
        _table(pen, plan, stage, dice)
    for draw in later:
        draw()
    _ground(pen, plan, stage, dice)


def _cast(pen: Pen, plan: Plan, stage: Stage, dice: random.Random) -> list[Callable[[], None]]:
    """Draw the people, the one who acts last; return what has to be drawn after the table."""
    later: list[Callable[[], None]] = []
    for number in reversed(range(len(plan.roles))):
        role = plan.roles[number]
        x, y = stage.across(stage.spots[number]), stage.feet - stage.unit * (number * dice.uniform(0, 2.5))
        body = pen.of(FIRST_PERSON + number).at(
            x, y, stage.unit * role.look.height, mirrored=_turned(stage, role, x, dice)
        )
        if role.stance == "sit":
            plan.place.seat[1](body.of(PROP).at(0, 0, 1 / role.look.height**0.5))
        figure = _figure(role, dice)
        hold = _holder(role, number, dice)
        people.draw(body, figure, None if role.gesture == "cut" else hold)
        if hold and role.gesture == "cut":
            palm = body.at(*figure.right.hand)
            later.append(partial(people.hand, palm, figure, hold))
    return later


def _turned(stage: Stage, role: Role, x: float, dice: random.Random) -> bool:
    """Choose on which side the hand is that acts: towards a target, else where there is room for what it holds."""
    chance = dice.random() < 0.5
    if role.target is not None:
        return stage.mirrored
    if min(x, stage.width - x) < ARM_SPAN * stage.unit:
        return x > stage.width / 2
    return chance


def _figure(role: Role, dice: random.Random) -> people.Figure:
    left, right = (IDLE[name] for name in role.arms)
    if role.thing:
        right = HOLDING[role.gesture]
        left = SUPPORT.get(role.gesture, left)
    gaze = 3.0 if role.target is not None else dice.choice((-2.0, 0.0, 0.0, 2.0))
    return people.Figure(role.look, role.stance, left, right, role.mood, gaze)


def _holder(role: Role, number: int, dice: random.Random) -> Callable[[Pen], None] | None:
    """Return what draws the thing in a hand, given a pen at the hand."""
    thing = role.thing
    if thing is None:
        return None
    arm: Arm = HOLDING[role.gesture]
    if thing.aim is None:
        angle = dice.uniform(-8, 12) if role.gesture != "low" or thing.flat == 0 else 60
    elif role.gesture == "hold" and thing.aim == 0:
        angle = dice.choice((-68.0, 10.0, 16.0))
    elif role.gesture == "low" and role.stance == "sit":
        angle = 25 + thing.aim  # else it would be in the ground
    else:
        angle = arm.turn + thing.aim + (dice.uniform(-4, 4) if role.pose == "aimed" else dice.uniform(-10, 10))
    scale = LARGE / role.look.height**0.5
    return lambda palm: _thing(palm.of(FIRST_HELD + number).at(0, 0, scale, angle), thing)


def _thing(pen: Pen, thing: Thing) -> None:
    pen.contoured(thing.draw)


def _table(pen: Pen, plan: Plan, stage: Stage, dice: random.Random) -> None:
    """Draw a table before the person who acts, with what lies on it side by side."""
    board = [number for number, each in enumerate(plan.laid) if each.spot == "board"]
    around = [number for number, each in enumerate(plan.laid) if each.spot == "table"]
    around += [number for number, each in enumerate(plan.laid) if each.spot == "case"]
    half = 10 + 22 * bool(board) + 19 * len(around)
    half = max(half, 34)
    unit = min(stage.unit, 0.49 * stage.width / half)
    middle = min(max(stage.across(stage.spots[0]), half * unit), stage.width - half * unit)
    top = pen.of(PROP).at(middle, stage.feet + 3 * stage.unit, unit)
    if plan.place.key == "kitchen" and dice.random() < 0.6:
        furniture.counter(top, half, dice.choice(("#5f7d78", "#8a5f4b", "#49617a", "#b08a4f")))
    else:
        furniture.table(top, half, dice.choice(("#b98a5a", "#9a6f48", "#d0b48a", "#7d5a44")))
    if board:
        furniture.board(top.at(0, furniture.TABLE_TOP))
        turned = stage.mirrored
        for number in board:
            _lay(top.at(-6 if not turned else 6, furniture.TABLE_TOP, 1.4), number, plan.laid[number], dice, turned)
    for place, number in enumerate(around):
        side = -1 if place % 2 else 1
        reach = (half - 18) - 34 * (place // 2)
        spot = top.at(side * reach, furniture.TABLE_TOP + dice.uniform(-1, 2), 1.4)
        if plan.laid[number].spot == "case":
            furniture.case(spot.at(0, -2, 0.9))
        _lay(spot, number, plan.laid[number], dice, dice.random() < 0.5)


def _lay(pen: Pen, number: int, laid: Laid, dice: random.Random, turned: bool) -> None:
    """Draw a thing that lies, its underside at the pen's origin."""
    thing = laid.thing
    angle = thing.flat + (dice.uniform(-9, 9) if thing.flat else 0)
    middle = thing.middle if thing.flat else 0
    pen.veil(0, 1, 12, 1.6, "#10141c", 0.34, 1)
    _thing(pen.of(FIRST_LAID + number).at(0, -thing.rest, mirrored=turned).at(-middle, 0, angle=angle), thing)


def _ground(pen: Pen, plan: Plan, stage: Stage, dice: random.Random) -> None:
    """Lay things on the ground before the people, side by side."""
    spots = ("ground", "block") if plan.table else ("ground", "block", "case")
    lying = [number for number, each in enumerate(plan.laid) if each.spot in spots]
    if not lying:
        return
    wide = stage.width / max(len(lying), 3)
    unit = min(stage.unit * dice.uniform(1.5, 1.9), wide / 30)
    middles = [wide * (cell + 0.5) for cell in range(max(len(lying), 3))]
    dice.shuffle(middles)
    # The largest things come first, and go where they hide the fewest feet.
    lying.sort(key=lambda number: plan.laid[number].spot == "ground")
    for number in lying:
        middle = max(middles, key=stage.clearance) if plan.laid[number].spot != "ground" else middles[-1]
        middles.remove(middle)
        room = max(0.0, wide / 2 - 17 * unit)
        each = plan.laid[number]
        margin = (17 if each.spot == "ground" and each.thing.middle < 10 else 25) * unit
        x = min(max(middle + dice.uniform(-room, room), margin), stage.width - margin)
        y = min(stage.feet + stage.unit * dice.uniform(4, 12), stage.height * 0.965)
        spot = pen.of(PROP).at(x, y, unit)
        if each.spot == "block":
            spot = spot.at(0, 0, 1.3)
            furniture.block(spot)
            if not each.thing.risky:
                _lay(spot.at(0, -18, 0.75), number, each, dice, dice.random() < 0.5)
                continue
            stuck = spot.at(0, -20).of(FIRST_LAID + number)
            lean = dice.choice((-1, 1))
            _thing(stuck.at(0, 0, mirrored=lean < 0).at(-6, -14, 0.8, 150), each.thing)
            continue
        if each.spot == "case":
            furniture.case(spot.at(0, -7))
        _lay(spot if each.spot != "case" else spot.at(0, -5), number, each, dice, dice.random() < 0.5)

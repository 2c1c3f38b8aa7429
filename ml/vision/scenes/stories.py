"""Chance decides what happens: first how bad it shall be, then who is there and with what."""

import random
from dataclasses import replace
from typing import Literal

from ml.vision.scenes.harmless import HARMLESS
from ml.vision.scenes.looks import Look, crowd
from ml.vision.scenes.places import OUTDOORS, Place
from ml.vision.scenes.plans import Laid, Plan, Role, Shot, Spot
from ml.vision.scenes.poses import Stance
from ml.vision.scenes.risky import RISKY, WATER_PISTOLS
from ml.vision.scenes.rooms import BARE_ROOM, INDOORS
from ml.vision.scenes.styles import Light
from ml.vision.scenes.things import Gesture, Thing

Kind = Literal["plain", "board", "toy", "toy_lying", "lying", "in_place", "cutting", "armed"]
# About half safe, a quarter each of the others: most of what moderators see is harmless, but a demo in which nothing
# happens teaches nothing. Boards are in kitchens only.
KINDS: tuple[Kind, ...] = ("plain", "board", "toy", "toy_lying", "lying", "in_place", "cutting", "armed")
SHARES = {
    True: (30, 18, 5, 2, 9, 3, 8, 25),  # in a kitchen
    False: (50, 0, 5, 2, 11, 7, 0, 25),
}
LIGHTS: tuple[Light, ...] = ("day", "evening", "night")
SHOTS: tuple[Shot, ...] = ("close", "medium", "far")
STANCES: tuple[Stance, ...] = ("stand", "walk", "sit")
POINTING: tuple[Gesture, ...] = ("aim", "level")


def story(dice: random.Random) -> Plan:
    """Return what happens in one picture."""
    place = dice.choice(OUTDOORS + INDOORS)
    kind = dice.choices(KINDS, SHARES[place.key == "kitchen"])[0]
    light = dice.choices(LIGHTS, (6, 2, 2))[0]
    laid = _clutter(place, _special(kind, place, dice), dice)
    if any(each.spot == "wall" for each in laid):
        place = BARE_ROOM
    held, gesture = _in_hand(kind, laid, dice)
    at_table = any(each.spot in ("table", "board") for each in laid)
    pointing = held is not None and gesture in POINTING and (kind in ("armed", "toy") or dice.random() < 0.45)
    count = max(2 if pointing else 1, dice.choices((1, 2, 3), (50, 39, 11))[0])
    looks = crowd(count, dice, children=kind not in ("armed", "lying", "in_place"))
    first, *others = [_role(look, at_table, dice) for look in looks]
    others = [_busy(role, at_table, dice) for role in others]
    if held:
        stance = "stand" if gesture == "cut" else first.stance
        first = replace(first, stance=stance, thing=held, gesture=gesture, target=1 if pointing else None)
    if pointing:
        others[0] = _facing(others[0], kind, dice)
    elif kind == "armed":
        others = [_facing(role, kind, dice) if dice.random() < 0.5 else role for role in others]
    roles = (first, *others)
    return Plan(place, light, _shot(laid, roles, dice), roles, laid)


def _in_hand(kind: Kind, laid: tuple[Laid, ...], dice: random.Random) -> tuple[Thing | None, Gesture]:
    """Choose what the first person holds, and how."""
    if kind == "armed":
        thing = _one(tuple(each for each in RISKY if each.name not in {other.thing.name for other in laid}), dice)
    elif kind == "toy":
        thing = dice.choice(WATER_PISTOLS)
    elif kind == "cutting":
        return _one(tuple(each for each in RISKY if each.cutlery), dice), "cut"
    elif kind == "board" and dice.random() < 0.3:  # works at the board, but not with the knife
        return _one(tuple(each for each in HARMLESS if each.cutlery and each.aim is not None), dice), "cut"
    elif dice.random() < 0.7:
        thing = _one(HARMLESS, dice)
    else:
        return None, "hold"
    return thing, dice.choice(_possible(thing, laid))


def _possible(thing: Thing, laid: tuple[Laid, ...]) -> list[Gesture]:
    """What can be done with a thing: behind a table a hand that hangs low would not be seen."""
    at_table = any(each.spot in ("table", "board") for each in laid)
    above: list[Gesture] = [gesture for gesture in thing.gestures if gesture != "low" or not at_table]
    return above or ["hold"]


def _one(things: tuple[Thing, ...], dice: random.Random) -> Thing:
    """Choose a kind of thing, then one of its variants, so that variants make no kind more frequent."""
    name = dice.choice(sorted({thing.name for thing in things}))
    return dice.choice([thing for thing in things if thing.name == name])


def _special(kind: Kind, place: Place, dice: random.Random) -> tuple[Laid, ...]:
    """Choose what lies there on purpose of the story: risky things, or harmless ones in the same places."""
    if kind in ("lying", "toy_lying"):
        thing = dice.choice(WATER_PISTOLS) if kind == "toy_lying" else _one(RISKY, dice)
        long = thing.middle > 10
        return (Laid(thing, "ground" if long or dice.random() < 0.6 else "table"),)
    if kind in ("board", "cutting"):
        on_board = tuple(each for each in (RISKY if kind == "board" else HARMLESS) if each.cutlery)
        return (Laid(_one(on_board, dice), "board"),)
    if kind == "in_place":
        return (_in_place(RISKY, place, dice),)
    if kind == "armed" and dice.random() < 0.15:
        return (Laid(_one(RISKY, dice), "ground"),)
    if kind == "plain" and dice.random() < 0.2:
        if place.key == "kitchen":
            return (Laid(_one(tuple(each for each in HARMLESS if each.cutlery), dice), "board"),)
        return (_in_place(HARMLESS, place, dice),)
    return ()


def _in_place(things: tuple[Thing, ...], place: Place, dice: random.Random) -> Laid:
    """Put something where such things belong: in a chopping block, on a wall, in a case."""
    ways: list[tuple[Spot, list[Thing]]] = [("case", [thing for thing in things if thing.cased])]
    if place.key == "park":
        ways += [("block", [thing for thing in things if thing.stuck or (thing.cased and not thing.risky)])] * 2
    if place.key == "room":
        ways += [("wall", [thing for thing in things if thing.hangs])] * 2
    spot, fitting = dice.choice(ways)
    return Laid(_one(tuple(fitting), dice), spot)


def _clutter(place: Place, laid: tuple[Laid, ...], dice: random.Random) -> tuple[Laid, ...]:
    """Let some harmless things lie about beside those that are there on purpose; no two of a name."""
    table = dice.random() < (0.5 if place.indoors else 0.25)
    free = [each for each in HARMLESS if each.lies and each.name not in {other.thing.name for other in laid}]
    for number in range(dice.choices((0, 1, 2, 3), (40, 38, 16, 6))[0]):
        thing = _one(tuple(free), dice)
        free = [each for each in free if each.name != thing.name]
        laid += (Laid(thing, "table" if table and number < 2 and thing.rest < 10 else "ground"),)
    return laid


def _shot(laid: tuple[Laid, ...], roles: tuple[Role, ...], dice: random.Random) -> Shot:
    """Choose how near the people are; close up, the ground and what is carried low or raised are out of the picture."""
    low = any(each.spot not in ("table", "board") for each in laid)
    outside = any(role.thing and (role.gesture in ("low", "raise") or not role.thing.lies) for role in roles)
    if low or outside or len(roles) > 2:
        return dice.choices(SHOTS[1:], (8, 2))[0]
    return dice.choices(SHOTS, (6, 5, 1))[0]


def _role(look: Look, at_table: bool, dice: random.Random) -> Role:
    stance = "stand" if at_table else dice.choices(STANCES, (5, 3, 3))[0]
    arms = (dice.choice(("hang", "hang", "hip", "wave")), dice.choice(("hang", "hang", "hip", "wave")))
    if stance == "sit":
        arms = ("lap", dice.choice(("lap", "lap", "wave")))
    elif dice.random() < 0.08:
        arms = ("up", "up")
    return Role(look, stance, arms, dice.choices(("glad", "calm", "frightened"), (6, 5, 1))[0])


def _busy(role: Role, at_table: bool, dice: random.Random) -> Role:
    """Give somebody who is not the main person something harmless, perhaps."""
    if dice.random() < 0.65:
        return role
    thing = _one(HARMLESS, dice)
    unseen = (*POINTING, "low") if at_table else POINTING
    gestures = [gesture for gesture in thing.gestures if gesture not in unseen]
    return replace(role, thing=thing, gesture=dice.choice(gestures)) if gestures else role


def _facing(role: Role, kind: Kind, dice: random.Random) -> Role:
    """Let somebody who sees something pointed or raised show it, mostly."""
    threatened = kind == "armed"
    moods = ("frightened", "calm", "glad")
    mood = dice.choices(moods, (7, 2, 1) if threatened else (2, 3, 6))[0]
    up = role.stance != "sit" and dice.random() < (0.6 if threatened else 0.3)
    return replace(role, mood=mood, thing=None, arms=("up", "up") if up else role.arms)

"""The boxes of things and people are those of their pixels: found by drawing each picture with and without them."""

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from ml.results import Box
from ml.vision import scenes
from ml.vision.scenes import canvas, people, stage, styles
from ml.vision.scenes.plans import Plan
from ml.vision.scenes.stories import story

SEEDS = range(300, 325)
SIZE = (640, 480)
REACH = 2  # pixels: the picture is drawn at twice its size and shrunk, the map of what is seen is not


def painted(plan: Plan, seed: int, style: styles.Style) -> tuple[np.ndarray, canvas.Pen]:
    pen = scenes.paint(plan, SIZE, style, random.Random(seed))
    return np.asarray(canvas.picture(pen)).astype(int), pen


def changed(one: np.ndarray, other: np.ndarray) -> Box:
    rows, columns = np.nonzero(np.abs(one - other).max(axis=2) > 6)
    return Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


def without(plan: Plan) -> Iterator[tuple[int, Plan]]:
    """The ink of each thing, and the plan in which it is drawn as nothing."""

    def nothing(_pen: canvas.Pen) -> None:
        return None

    for number, role in enumerate(plan.roles):
        if role.thing:
            roles = list(plan.roles)
            roles[number] = replace(role, thing=replace(role.thing, draw=nothing))
            yield stage.FIRST_HELD + number, replace(plan, roles=tuple(roles))
    for number, each in enumerate(plan.laid):
        laid = list(plan.laid)
        laid[number] = replace(each, thing=replace(each.thing, draw=nothing))
        yield stage.FIRST_LAID + number, replace(plan, laid=tuple(laid))


def gaps(box: Box, seen: Box) -> list[int]:
    """How far each side of what is seen lies within the box; negative where it lies outside."""
    return [seen.left - box.left, seen.top - box.top, box.right - seen.right, box.bottom - seen.bottom]


@pytest.mark.parametrize("style", styles.STYLES[:2], ids=["flat", "outlined"])
def test_a_thing_changes_the_picture_within_its_box_and_up_to_its_sides(style):
    found = []
    for seed in SEEDS:
        plan = story(random.Random(seed))
        whole, pen = painted(plan, seed, style)
        for ink, lacking in without(plan):
            found += gaps(canvas.visible(pen, ink), changed(whole, painted(lacking, seed, style)[0]))
    assert len(found) > 150
    assert min(found) >= -REACH
    # Where a thing has the colour of what is behind it, its edge is not to be seen.
    assert np.mean(np.array(found) <= REACH) > 0.95


def test_a_person_changes_the_picture_within_their_box(monkeypatch):
    body, hand, hidden, found = people._body, people.hand, [], []

    def maybe_hand(palm, figure, hold):
        hold(palm) if figure.look in hidden else hand(palm, figure, hold)

    monkeypatch.setattr(people, "_body", lambda pen, figure: None if figure.look in hidden else body(pen, figure))
    monkeypatch.setattr(people, "hand", maybe_hand)
    for seed in SEEDS:
        plan = story(random.Random(seed))
        hidden.clear()
        whole, pen = painted(plan, seed, styles.STYLES[0])
        for number, role in enumerate(plan.roles):
            hidden[:] = [role.look]
            lacking = painted(plan, seed, styles.STYLES[0])[0]
            found += gaps(canvas.visible(pen, stage.FIRST_PERSON + number), changed(whole, lacking))
    assert min(found) >= -REACH
    assert np.mean(np.array(found) <= REACH) > 0.95


def test_nothing_is_hidden():
    """A few dozen pixels of everything can be seen, and nearly all of what makes a picture risky."""
    for seed in range(200):
        plan = story(random.Random(seed))
        pen = scenes.paint(plan, SIZE, styles.STYLES[0], random.Random(seed))
        pixels = np.bincount(np.asarray(pen.seen).ravel(), minlength=256)
        things = {stage.FIRST_HELD + number: role.thing for number, role in enumerate(plan.roles) if role.thing}
        things |= {stage.FIRST_LAID + number: each.thing for number, each in enumerate(plan.laid)}
        for ink, thing in things.items():
            assert pixels[ink] >= (200 if thing.risky else 60), (seed, thing.name, pixels[ink])
        for number in range(len(plan.roles)):
            assert pixels[stage.FIRST_PERSON + number] >= 1500, seed

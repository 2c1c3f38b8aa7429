"""What happens in the drawn pictures: the rule of the grades, their shares, look-alikes, and the sentence."""

import random
import re
from collections import Counter
from dataclasses import replace

import pytest

from ml.vision.scenes import words
from ml.vision.scenes.harmless import HARMLESS
from ml.vision.scenes.plans import Plan, severity
from ml.vision.scenes.risky import RISKY, WATER_PISTOLS
from ml.vision.scenes.stories import story

SAFE, LOW, HARMFUL = 0, 1, 2
KNIFE = next(thing for thing in RISKY if thing.name == "a knife")
PISTOL = next(thing for thing in RISKY if thing.name == "a pistol")


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    return [story(random.Random(seed)) for seed in range(3000)]


@pytest.mark.parametrize(
    ("thing", "held", "board", "expected"),
    [
        (PISTOL, True, False, HARMFUL),
        (PISTOL, False, False, LOW),
        (PISTOL, False, True, LOW),
        (KNIFE, True, False, HARMFUL),
        (KNIFE, False, False, LOW),
        (KNIFE, True, True, LOW),
        (KNIFE, False, True, SAFE),
        (WATER_PISTOLS[0], True, False, LOW),
        (WATER_PISTOLS[0], False, False, SAFE),
        (HARMLESS[0], True, False, SAFE),
    ],
)
def test_place_and_pose_decide_about_a_thing(thing, held, board, expected):
    assert severity(thing, held=held, board=board) == expected


def test_half_is_safe_a_quarter_each_is_low_exposure_and_harmful_and_some_is_disputed(plans):
    shares = {grade: count / len(plans) for grade, count in Counter(plan.grade for plan in plans).items()}
    assert shares["safe"] == pytest.approx(0.5, abs=0.04)
    assert shares["low_exposure"] == pytest.approx(0.25, abs=0.04)
    assert shares["harmful"] == pytest.approx(0.25, abs=0.04)
    assert 0.06 <= sum(plan.disputed for plan in plans) / len(plans) <= 0.08


def test_the_place_hardly_tells_the_grade(plans):
    for place in ("beach", "park", "street", "kitchen", "room"):
        grades = [plan.grade for plan in plans if plan.place.key == place]
        assert 0.4 < grades.count("safe") / len(grades) < 0.6


def test_every_pose_and_every_spot_appears_in_safe_pictures_too(plans):
    safe = [plan for plan in plans if plan.grade == "safe"]
    gestures = {role.gesture for plan in safe for role in plan.roles if role.thing}
    assert gestures >= {"hold", "raise", "low", "aim", "front", "cut"}
    assert any(role.target is not None for plan in safe for role in plan.roles)
    assert {each.spot for plan in safe for each in plan.laid} == {"ground", "table", "board", "block", "wall", "case"}
    assert any(each.thing is KNIFE for plan in safe for each in plan.laid)


def test_children_are_neither_armed_nor_threatened(plans):
    for plan in plans:
        armed = [role for role in plan.roles if role.thing and role.thing.risky and not role.thing.toy]
        for role in armed:
            assert not role.look.child
            assert role.target is None or not plan.roles[role.target].look.child


def test_the_sentence_tells_who_does_what_where_and_what_lies_there(plans):
    places = "On a beach|In a park|In a street|In a kitchen|In a living room"
    pattern = rf"({places})( in the evening| at night)?, an? (woman|man|girl|boy) in an? [^;]+(; [^;]+)*\."
    for plan in plans[:1000]:
        text = words.sentence(plan)
        assert re.fullmatch(pattern, text), text
        names = [role.thing.name for role in plan.roles if role.thing] + [each.thing.name for each in plan.laid]
        assert all(name in text for name in names), text
        assert all(str(role.look) in text for role in plan.roles), text
        assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", text), text


def test_the_sentence_names_the_target(plans):
    plan = next(plan for plan in plans if plan.grade == "harmful" and plan.roles[0].target == 1)
    actor, target = plan.roles[:2]
    wanted = f"{actor.look} points {actor.thing.name} at {target.look} who "
    assert wanted in words.sentence(plan)
    assert wanted not in words.sentence(replace(plan, roles=(replace(actor, target=None), *plan.roles[1:])))

"""The drawn pictures: the same for a seed, varied between seeds, and honest about what is in them."""

import hashlib
import io
import re
import subprocess
import sys

import pytest
from PIL import Image

from labeling.pictures import open_picture
from ml import services
from ml.results import Scene


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [services.draw_scene(seed) for seed in range(60)]


def test_a_seed_gives_the_same_bytes_in_another_process(scenes):
    program = "import hashlib, ml.services; print(hashlib.sha256(ml.services.draw_scene(3).jpeg).hexdigest())"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    again = services.draw_scene(3)
    assert again == scenes[3]

    assert run.stdout.strip() == hashlib.sha256(again.jpeg).hexdigest()


def test_every_seed_is_another_picture(scenes):
    assert len({scene.jpeg for scene in scenes}) == len(scenes)


def test_scenes_differ_in_shape_place_and_grade(scenes):
    sizes = {Image.open(io.BytesIO(scene.jpeg)).size for scene in scenes}
    assert any(width > height for width, height in sizes)
    assert any(width < height for width, height in sizes)
    assert {scene.grade for scene in scenes} == {"safe", "low_exposure", "harmful"}
    for place in ("beach", "park", "street", "kitchen", "living room"):
        assert any(place in scene.sentence for scene in scenes)


def test_what_is_in_a_hand_is_worse_than_what_lies(scenes):
    """But for kitchen knives, which are excused at a board, and water pistols everywhere."""
    for scene in scenes:
        risky = [thing for thing in scene.things if thing.risky]
        plain = [thing for thing in risky if not re.search("water|knife|cleaver", thing.name)]
        if any(thing.pose in ("held", "aimed") for thing in plain):
            assert scene.grade == "harmful", scene.sentence
        elif plain:
            assert scene.grade != "safe", scene.sentence
        elif not risky:
            assert scene.grade == "safe", scene.sentence


def test_scenes_are_accepted_as_pictures(scenes):
    for scene in scenes:
        assert open_picture(scene.jpeg, max_bytes=1_000_000, max_pixels=1_000_000).format == "JPEG"


def test_a_scene_in_which_something_would_be_hidden_is_drawn_anew():
    scene = services.draw_scene(10159)  # a hair dryer behind somebody, at the first attempt
    assert scene == services.draw_scene(10159)
    assert all((thing.box.right - thing.box.left) * (thing.box.bottom - thing.box.top) > 60 for thing in scene.things)


def test_things_and_people_have_boxes_within_the_picture(scenes):
    for scene in scenes:
        width, height = Image.open(io.BytesIO(scene.jpeg)).size
        assert scene.people
        for box in (*scene.people, *(thing.box for thing in scene.things)):
            assert 0 <= box.left < box.right <= width
            assert 0 <= box.top < box.bottom <= height

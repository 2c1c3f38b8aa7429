"""A screenshot's picture is found within it, so that it can be looked up; with nothing around it there is none."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from ml import services
from ml.results import Unreadable
from ml.vision.inside import picture_within
from tests import pictures


def scene(seed: int) -> Image.Image:
    return Image.open(io.BytesIO(services.draw_scene(seed).jpeg)).convert("RGB")


def screenshot(picture: Image.Image, paper: str = "white", ink: str = "black") -> Image.Image:
    """Show a picture in the middle of a telephone's screen, with words above and below."""
    screen = Image.new("RGB", (picture.width, 2 * picture.height), paper)
    screen.paste(picture, (0, picture.height // 2))
    draw, font = ImageDraw.Draw(screen), ImageFont.load_default(size=picture.width // 24)
    for y in (0.1, 0.4, 1.6, 1.8):
        draw.text((picture.width * 0.05, picture.height * y), "when you see it", ink, font)
    return screen


def embedded(picture: Image.Image) -> np.ndarray:
    vector = services.embed([pictures.encoded(picture, "PNG")])[0]
    assert not isinstance(vector, Unreadable)
    return vector.astype(np.float32)


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize(("paper", "ink"), [("white", "black"), ("black", "white")])
def test_the_picture_on_a_screenshot_is_found(paper, ink):
    picture = pictures.photo_like(3, (320, 240))
    found = picture_within(np.asarray(screenshot(picture, paper, ink)))
    assert found is not None
    assert np.allclose(found.shape[:2], (240, 320), atol=12)


def test_a_frame_is_taken_off():
    found = picture_within(np.asarray(ImageOps.expand(pictures.photo_like(3), 40, "white")))
    assert found is not None
    assert np.allclose(found.shape[:2], (240, 320), atol=12)


@pytest.mark.parametrize(
    "picture",
    [
        pictures.photo_like(3),
        Image.new("RGB", (300, 200), "grey"),
        Image.new("RGB", (1, 1)),
        Image.new("RGB", (2, 400)),
    ],
    ids=["photo", "plain", "one pixel", "thin"],
)
def test_where_there_is_no_picture_within_nothing_is_found(picture):
    assert picture_within(np.asarray(picture)) is None
    assert services.embed_inside([pictures.encoded(picture, "PNG")]) == [None]


def test_the_picture_within_is_nearer_to_its_original_than_the_screenshot_is():
    picture = scene(5)
    shot = screenshot(picture)
    original = embedded(picture)
    within = services.embed_inside([b"no picture", pictures.encoded(shot, "PNG")])
    assert isinstance(within[0], Unreadable)
    assert isinstance(within[1], np.ndarray)
    assert within[1].shape == (1280,)
    assert cosine(within[1].astype(np.float32), original) > max(0.9, cosine(embedded(shot), original))

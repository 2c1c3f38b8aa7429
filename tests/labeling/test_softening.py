"""What is softened cannot be made out again, keeps its shape, and costs little."""

import io

import numpy as np
import pytest
from PIL import Image

from labeling.softening import BLURRED_SIDE, SENT_SIDE, UnreadableError, soften
from tests.pictures import encoded, jpeg, photo_like


def opened(data):
    return Image.open(io.BytesIO(data))


def checked(cell, size=(1024, 768), offset=0):
    """Squares of `cell` pixels, black and white; the pattern of small ones tells nothing from afar."""
    y, x = np.mgrid[: size[1], : size[0]]
    return Image.fromarray((((x + offset) // cell + y // cell) % 2 * 255).astype(np.uint8)).convert("RGB")


def contrast(data):
    return np.asarray(opened(data).convert("L"), float).std()


@pytest.mark.parametrize("size", [(1600, 1200), (300, 700), (901, 203), (2048, 10), (8, 8)], ids=str)
@pytest.mark.parametrize("way", ["blur", "grayscale"])
def test_the_shape_stays(size, way):
    soft = opened(soften(jpeg(size), way))
    assert soft.format == "JPEG"
    assert soft.width <= size[0]
    assert soft.height <= size[1]
    assert abs(soft.width * size[1] - soft.height * size[0]) <= max(size)


def test_a_blur_is_small_and_keeps_the_large_colours():
    soft = opened(soften(jpeg((1600, 1200)), "blur"))
    assert max(soft.size) == SENT_SIDE
    red, green, blue, _grey = (
        soft.getpixel((soft.width * x // 4, soft.height * y // 4)) for y in (1, 3) for x in (1, 3)
    )
    assert (red.index(max(red)), green.index(max(green)), blue.index(max(blue))) == (0, 1, 2)


@pytest.mark.parametrize("cell", [8, 16, 32])
def test_details_are_gone_from_a_blur(cell):
    """A face of a twelfth of the picture's width spans some 85 pixels here: eyes and mouth are details of this size."""
    plain = encoded(checked(cell), "JPEG", quality=95)
    assert contrast(plain) > 100
    assert contrast(soften(plain, "blur")) < 12


def test_two_details_cannot_be_told_apart_when_blurred():
    one, other = (opened(soften(encoded(checked(16, offset=by), "JPEG"), "blur")) for by in (0, 16))
    difference = np.abs(np.asarray(one, float) - np.asarray(other, float))
    assert difference.max() < 12


def test_a_blur_holds_no_more_than_a_few_pixels_worth():
    """Shrunk to those few pixels and enlarged again it is the same picture: nothing finer is in it."""
    soft = opened(soften(encoded(photo_like(1, (1600, 1200)), "JPEG", quality=95), "blur"))
    few = soft.resize((BLURRED_SIDE, BLURRED_SIDE * 3 // 4), Image.Resampling.BOX)
    again = few.resize(soft.size, Image.Resampling.BICUBIC)
    assert np.abs(np.asarray(again, float) - np.asarray(soft, float)).mean() < 3


def test_gray_has_no_colour_and_every_pixel():
    soft = opened(soften(jpeg((640, 480)), "grayscale"))
    assert (soft.mode, soft.size) == ("L", (640, 480))
    expected = np.asarray(opened(jpeg((640, 480))).convert("L"), float)
    assert np.abs(np.asarray(soft, float) - expected).mean() < 3


def test_gray_pictures_are_softened_too():
    plain = encoded(photo_like(1).convert("L"), "JPEG")
    assert opened(soften(plain, "blur")).mode == "RGB"
    assert opened(soften(plain, "grayscale")).mode == "L"


def test_no_metadata_is_passed_on():
    plain = jpeg((640, 480), comment=b"a name", icc_profile=b"\0" * 128)
    for way in ("blur", "grayscale"):
        assert b"a name" not in soften(plain, way)
        assert "icc_profile" not in opened(soften(plain, way)).info


@pytest.mark.parametrize("data", [b"", b"no picture", jpeg((640, 480))[:2000]], ids=["empty", "text", "cut short"])
@pytest.mark.parametrize("way", ["blur", "grayscale"])
def test_what_is_no_picture_is_refused(data, way):
    with pytest.raises(UnreadableError):
        soften(data, way)

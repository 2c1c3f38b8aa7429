"""Is it the same picture? Edited copies are found; another thing before the same background is none."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from ml import services
from ml.results import CopyCheck
from ml.vision import copies
from tests import pictures

SCENES = (5, 6)
EDITS = {
    "smaller": lambda image: image.resize((image.width // 2, image.height // 2)),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(1.5)),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "flat": lambda image: ImageEnhance.Contrast(image).enhance(0.7),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "cropped": lambda image: image.crop((image.width // 10, image.height // 10, image.width, image.height)),
    "framed": lambda image: ImageOps.expand(image, image.width // 8, "white"),
    "turned": lambda image: image.rotate(7, Image.Resampling.BICUBIC, expand=True),
    "on its side": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "mirrored": ImageOps.mirror,
    "with a sticker": lambda image: with_sticker(image),
    "mirrored, cropped, framed": lambda image: ImageOps.expand(
        ImageOps.mirror(image).crop((30, 20, image.width - 10, image.height - 20)), 40, "black"
    ),
}


def jpeg(image: Image.Image, quality: int = 60) -> bytes:
    return pictures.encoded(image, "JPEG", quality=quality)


def scene(seed: int) -> Image.Image:
    return Image.open(io.BytesIO(services.draw_scene(seed).jpeg)).convert("RGB")


def with_sticker(image: Image.Image) -> Image.Image:
    copy = image.copy()
    side = min(image.size) // 4
    ImageDraw.Draw(copy).ellipse((20, 20, 20 + side, 20 + side), fill="gold", outline="black", width=4)
    return copy


def carpet(seed: int = 0, size: tuple[int, int] = (400, 500)) -> Image.Image:
    """Return a background with far more structure than what lies on it."""
    noise = np.random.default_rng(seed).integers(0, 256, (size[1] // 8, size[0] // 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def lying_on(background: Image.Image, kind: str, colour: str = "navy") -> Image.Image:
    """Lay a thing on the middle of the picture: a shirt, or trousers."""
    picture = background.copy()
    draw = ImageDraw.Draw(picture)
    if kind == "shirt":
        draw.polygon(
            [(60, 130), (340, 130), (340, 220), (280, 220), (280, 400), (120, 400), (120, 220), (60, 220)], colour
        )
    else:
        draw.polygon([(130, 90), (270, 90), (300, 440), (220, 440), (200, 200), (180, 440), (100, 440)], colour)
    return picture


def chat(seed: int) -> Image.Image:
    """Draw a conversation on a telephone: the frame is always the same, the words are not."""
    dice = np.random.default_rng(seed)
    screen = Image.new("RGB", (400, 640), "white")
    screen.paste(carpet(3, (400, 40)), (0, 0))
    draw, font = ImageDraw.Draw(screen), ImageFont.load_default(size=22)
    for y in range(80, 560, 80):
        left, width = dice.integers(10, 120), dice.integers(120, 260)
        draw.rounded_rectangle((left, y, left + width, y + 40), 12, fill="#dcefd8")
        draw.text((left + 8, y + 8), "".join(dice.choice(list("abcdefghiklmnoprstu "), width // 14)), "black", font)
    return screen


def checked(one: Image.Image, other: Image.Image) -> CopyCheck:
    found = services.check_copies(picture=jpeg(one), others=[jpeg(other)])[0]
    assert found is not None
    return found


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("seed", SCENES)
def test_an_edited_copy_is_found_and_whether_it_is_mirrored(seed, edit):
    original = scene(seed)
    copy = EDITS[edit](original)
    for found in (checked(copy, original), checked(original, copy)):
        assert found.is_copy, found
        assert found.mirrored == edit.startswith("mirrored")


def test_most_copies_as_people_make_them_are_found():
    original = services.draw_scene(5).jpeg
    found = services.check_copies(picture=original, others=[services.edit_copy(original, seed) for seed in range(30)])
    assert sum(each is not None and each.is_copy for each in found) >= 28


def test_other_scenes_are_no_copies():
    drawn = [services.draw_scene(seed).jpeg for seed in range(20, 32)]
    for one in drawn[:4]:
        found = services.check_copies(picture=one, others=[each for each in drawn if each != one])
        assert not any(each is not None and each.is_copy for each in found)


def test_another_thing_before_the_same_background_is_no_copy():
    """The danger: features of the background follow one transform, and there are as many as in a copy."""
    background = carpet()
    shirt, trousers = lying_on(background, "shirt"), lying_on(background, "trousers", "beige")
    found = checked(shirt, trousers)
    assert found.inliers >= 4 * copies.INLIERS
    assert not found.is_copy
    assert checked(shirt, ImageOps.mirror(shirt)).is_copy


def test_the_same_thing_in_another_colour_is_no_copy():
    background = carpet()
    found = checked(lying_on(background, "shirt", "navy"), lying_on(background, "shirt", "darkred"))
    assert found.inliers >= 4 * copies.INLIERS
    assert not found.is_copy


def test_a_common_detail_is_no_copy():
    """A logo, a corner of the same carpet: too little of the other picture is in this one."""
    logo, one, other = carpet(7, (180, 180)), carpet(1), carpet(2)
    one.paste(logo, (0, 0))
    other.paste(logo, (220, 320))
    found = checked(one, other)
    assert found.inliers >= copies.INLIERS
    assert found.agreement > 0.9
    assert not found.is_copy


def test_screens_of_the_same_program_are_no_copies():
    """Most of both is empty, and that is alike; what stands on them is not."""
    one, other = (chat(seed) for seed in (1, 2))
    found = checked(one, other)
    assert found.inliers >= copies.INLIERS
    assert found.agreement >= copies.AGREEMENT
    assert not found.is_copy
    assert checked(one, EDITS["cropped"](one)).is_copy


@pytest.mark.parametrize("colour", ["white", "black", "grey"])
def test_plain_pictures_prove_nothing(colour):
    plain = Image.new("RGB", (300, 200), colour)
    assert not checked(plain, plain).is_copy
    assert not checked(plain, scene(5)).is_copy
    assert not checked(scene(5), plain).is_copy


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (8, 8)])
def test_tiny_pictures_are_compared_without_harm(size):
    tiny = scene(5).resize(size)
    assert not checked(tiny, scene(5)).is_copy
    assert not checked(scene(5), tiny).is_copy


def test_what_cannot_be_decoded_is_none_and_the_others_are_compared():
    original = jpeg(scene(5), 90)
    broken = [b"", pictures.random_bytes(), pictures.text_called_jpg(), pictures.truncated_jpeg()]
    found = services.check_copies(picture=io.BytesIO(original), others=[*broken, io.BytesIO(original)])
    assert found[:-1] == [None] * len(broken)
    assert found[-1] is not None
    assert found[-1].is_copy


def test_a_broken_picture_is_an_error():
    with pytest.raises(OSError, match="cannot be decoded"):
        services.check_copies(picture=b"no picture", others=[jpeg(scene(5))])


def test_a_camera_held_otherwise_makes_no_other_picture():
    upright = scene(6)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = pictures.encoded(upright.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif)
    found = services.check_copies(picture=jpeg(upright), others=[turned])[0]
    assert found is not None
    assert found.agreement > 0.98


def test_a_mirror_needs_no_second_look_at_the_picture():
    """The features in a mirror follow from the picture's own, by where SIFT keeps what in a descriptor."""
    rgb = np.asarray(scene(5))
    derived = copies.mirror(copies.features(rgb))
    looked = copies.features(np.ascontiguousarray(rgb[:, ::-1]))
    away = np.linalg.norm(derived.points[:, None] - looked.points[None], axis=2)
    paired = away.min(1) < 1
    alike = (derived.descriptors @ looked.descriptors.T)[np.arange(len(away)), away.argmin(1)]
    assert paired.mean() > 0.5
    assert np.median(alike[paired]) > 0.98


def test_no_network_is_loaded():
    code = (
        "import sys; from ml import services; services.check_copies(picture=services.draw_scene(5).jpeg, others=[]); "
    )
    done = subprocess.run(
        [sys.executable, "-c", code + "print('torch' in sys.modules)"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


def test_the_rules_name_says_by_which_thresholds():
    assert copies.rule() == services.COPY_RULE

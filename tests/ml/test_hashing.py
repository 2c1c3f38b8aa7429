"""The perceptual hash: the same picture stays close, another one does not, and speed does not hang on the size."""

import io

import numpy as np
import pytest
from PIL import Image

from ml import services
from ml.results import PerceptualHash
from tests import pictures

SAME = 31


def hashed(image: Image.Image) -> PerceptualHash:
    return services.hash_picture(np.asarray(image.convert("RGB")))


def scene(seed: int) -> Image.Image:
    return Image.open(io.BytesIO(services.draw_scene(seed).jpeg)).convert("RGB")


@pytest.mark.parametrize("seed", range(6))
def test_the_same_picture_stays_within_the_threshold(seed):
    image = scene(seed)
    original = hashed(image)
    assert original.quality >= 50
    poor = Image.open(io.BytesIO(pictures.encoded(image, "JPEG", quality=30)))
    smaller = image.resize((image.width // 2, image.height // 2))
    larger = image.resize((image.width * 2, image.height * 2))
    for copy in (poor, smaller, larger):
        assert original.distance(hashed(copy)) <= SAME


def test_different_pictures_are_far_apart():
    hashes = [hashed(pictures.photo_like(seed)) for seed in range(8)]
    assert min(a.distance(b) for a in hashes for b in hashes if a is not b) > 2 * SAME


def test_a_plain_picture_has_no_quality():
    assert hashed(Image.new("RGB", (300, 200), "grey")).quality == 0
    assert hashed(Image.new("RGB", (1, 1))).quality == 0


def test_a_read_only_or_strided_array_gives_the_same_hash():
    pixels = np.asarray(pictures.photo_like())
    strided = np.repeat(pixels, 2, axis=1)[:, ::2]
    assert services.hash_picture(strided) == services.hash_picture(pixels)


def test_the_bitstring_is_what_postgresql_takes():
    half = PerceptualHash(b"\x00" * 31 + b"\x05", 100)
    assert half.bitstring == "0" * 253 + "101"
    assert len(hashed(pictures.photo_like()).bitstring) == 256
    assert half.distance(PerceptualHash(b"\x00" * 32, 100)) == 2


def test_the_hash_is_pdqs_own_in_its_own_bit_order():
    """By the definition of PDQ, a picture turned upside down has the bits of every other row of its DCT flipped."""
    image = pictures.photo_like()
    bits = np.array(list(hashed(image).bitstring)).reshape(16, 16) == "1"
    turned = np.array(list(hashed(image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)).bitstring)).reshape(16, 16) == "1"
    flipped = (bits != turned).mean(axis=1)
    # Most significant bit first: row 0 of the bits is row 15 of the DCT, and the DCT starts at frequency 1.
    assert flipped[1::2].mean() > 0.8
    assert flipped[0::2].mean() < 0.2

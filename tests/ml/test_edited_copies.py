"""Edited copies: the same for a seed, varied between seeds, and still the picture that they were made of."""

import io

import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

from labeling.pictures import open_picture
from ml import services
from ml.results import PerceptualHash

SAME = 31


@pytest.fixture(scope="module")
def original() -> bytes:
    return services.draw_scene(5).jpeg


@pytest.fixture(scope="module")
def copies(original) -> list[bytes]:
    return [services.edit_copy(original, seed) for seed in range(40)]


def hashed(jpeg: bytes) -> PerceptualHash:
    return services.hash_picture(np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")))


def test_a_seed_gives_the_same_copy_again(original, copies):
    assert services.edit_copy(original, 7) == copies[7]
    assert len(set(copies)) == len(copies)


def test_copies_differ_in_size_and_are_poorer_than_the_original(original, copies):
    assert len({Image.open(io.BytesIO(copy)).size for copy in copies}) > 10
    assert np.median([len(copy) for copy in copies]) < len(original) / 2


def test_many_copies_are_recognised_by_their_hash_and_many_are_not(original, copies):
    """As with people's copies: the hash finds re-encoded and lightened ones, not mirrored or framed ones."""
    known = sum(hashed(original).distance(hashed(copy)) <= SAME for copy in copies)
    assert 5 <= known <= 35


def test_copies_are_accepted_as_pictures(copies):
    for copy in copies:
        assert open_picture(copy, max_bytes=1_000_000, max_pixels=3_000_000).format == "JPEG"


def test_what_is_no_picture_is_refused():
    with pytest.raises(UnidentifiedImageError):
        services.edit_copy(b"no picture", 1)

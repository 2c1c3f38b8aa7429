"""Key words of photographs from the ImageNet head: what is in them, and where."""

from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets
from PIL import Image

from ml import services
from ml.results import Unreadable
from ml.vision import tagging
from tests.pictures import encoded

PHOTOGRAPHS = Path(sklearn.datasets.__file__).parent / "images"


@pytest.fixture(scope="module")
def flower():
    """A photograph of a flower, which stands left of the middle."""
    return (PHOTOGRAPHS / "flower.jpg").read_bytes()


def test_a_photograph_gets_the_words_for_what_is_in_it_and_a_file_that_is_none_a_reason(flower):
    china = (PHOTOGRAPHS / "china.jpg").read_bytes()
    first, broken, second = services.tag([flower, b"no picture", china])
    assert first.words[0] == "daisy"
    assert {"palace", "monastery"} & set(second.words)
    assert isinstance(broken, Unreadable)
    for caption in (first, second):
        assert 1 <= len(caption.words) <= tagging.MOST
        assert caption.grids.shape == (len(caption.words), 7, 7)
        assert caption.grids.dtype == np.float32
        assert (caption.grids.max((1, 2)) == 1).all()
        assert caption.grids.min() >= 0


def test_the_grid_follows_the_thing(flower):
    with Image.open(PHOTOGRAPHS / "flower.jpg") as image:
        mirrored = encoded(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "JPEG")
    here, there = (
        caption.grids[0].sum(0) @ np.arange(7) / caption.grids[0].sum() for caption in services.tag([flower, mirrored])
    )
    assert here < 3 < there
    assert here + there == pytest.approx(6, abs=0.3)


def test_what_resembles_nothing_gets_no_words():
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    blurred = Image.fromarray(noise).resize((300, 200), Image.Resampling.BICUBIC)
    (caption,) = services.tag([encoded(blurred, "PNG")])
    assert len(caption.words) < tagging.MOST
    assert caption.grids.shape == (len(caption.words), 7, 7)


def test_a_map_without_anything_that_speaks_for_a_word_is_dark_everywhere():
    maps = np.array([[[[-1.0, -2.0]], [[-1.0, 4.0]]]])
    assert tagging.scaled(maps).tolist() == [[[[0, 0]], [[0, 1]]]]


def test_there_is_a_plain_word_for_every_class_and_the_card_says_what_it_depends_on():
    words = tagging.names()
    assert len(words) == 1000
    assert max(map(len, words)) <= 60
    assert all(words)
    assert not any("," in word for word in words)
    card = services.tagger_card()
    assert card.weights_digest == services.embedder_card().weights_digest
    assert "ImageNet" in card.preprocessing["words"]

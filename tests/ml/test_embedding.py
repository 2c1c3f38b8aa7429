"""The frozen embedder on small pictures: order, broken files, and what it says of itself."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from ml import services
from ml.results import Unreadable
from ml.vision import embedding
from ml.vision.decoding import square
from tests import pictures
from tests.machines import colour
from tests.site import ROOT


def test_each_file_gets_a_vector_in_its_place():
    files = [colour(n) for n in range(embedding.BATCH + 3)]
    vectors = services.embed(files)
    assert [vector.shape for vector in vectors] == [(1280,)] * len(files)
    alone = services.embed(files[-1:])[0]
    assert vectors[-1] == pytest.approx(alone, abs=0.02)
    assert np.isfinite(np.stack(vectors)).all()


def test_open_files_do_as_well_as_bytes():
    data, stream = services.embed([colour(1), io.BytesIO(colour(1))])
    assert data == pytest.approx(stream, abs=1e-3)


def test_a_broken_file_stands_in_nobodys_way():
    files = [colour(0), b"", b"\xff\xd8\xff\xe0 cut", pictures.png()[:60], colour(2)]
    results = services.embed(files)
    assert [isinstance(result, Unreadable) for result in results] == [False, True, True, True, False]
    assert "cannot be decoded" in results[1].reason


def test_pictures_that_look_alike_lie_near_each_other():
    def cosine(a, b):
        a, b = a.astype(np.float32), b.astype(np.float32)
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    one, another = (services.draw_scene(seed).jpeg for seed in (1, 2))
    first, smaller, second = services.embed([one, _smaller(one), another])
    assert cosine(first, smaller) > max(cosine(first, second), 0.8)


def _smaller(data):
    return pictures.encoded(Image.open(io.BytesIO(data)).resize((300, 220)), "JPEG", quality=60)


def test_the_whole_picture_is_seen_upright():
    wide = pictures.jpeg((400, 100))
    seen = Image.fromarray(square(wide, 224))
    assert [max(range(3), key=colour_.__getitem__) for colour_ in pictures.corners(seen)[:3]] == [0, 1, 2]
    turned = pictures.encoded(pictures.quarters((60, 40)).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=_turned())
    assert square(turned, 64)[8, 8].argmax() == 0


def _turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def test_the_card_names_what_vectors_depend_on():
    card = services.embedder_card()
    assert (card.architecture, card.dimensions) == ("tf_efficientnet_lite0", 1280)
    assert len(card.weights_digest) == 64
    assert card.preprocessing["mean"] == [0.5, 0.5, 0.5]


def test_the_weights_are_those_of_the_package():
    """The file's name ends in the beginning of its digest; random weights would know no photo from another."""
    digest = embedding.weights_file().stem.rsplit("-", 1)[-1]
    assert services.embedder_card().weights_digest.startswith(digest)


def test_judging_needs_no_network():
    code = "import sys; from ml import services; import ml.vision.committee; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_gradients_can_go_through_a_trunk_that_was_loaded_for_embedding():
    embedding.network.cache_clear()
    services.embed([colour(0)])
    assert not any(parameter.is_inference() for parameter in embedding.network().parameters())

"""The only door into ml. Takes pixels, bytes or numbers, returns ml.results; what is heavy is imported on first use."""

from typing import TYPE_CHECKING

from ml.results import PerceptualHash, Scene

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def hash_picture(rgb: "NDArray[np.uint8]") -> PerceptualHash:
    """Take upright sRGB pixels, shape (height, width, 3), and return their PDQ hash."""
    from ml.vision import hashing

    return hashing.pdq(rgb)


def draw_scene(seed: int) -> Scene:
    """Take a number and return the drawn picture of that number, the same bytes every time."""
    from ml.vision import scenes

    return scenes.draw(seed)


def edit_copy(jpeg: bytes, seed: int) -> bytes:
    """Take a picture and return an edited copy as people make them (cropped, re-encoded, framed, with a sticker...).

    Same bytes and seed, same copy. Raises `OSError` if the bytes are no picture.
    """
    from ml.vision.scenes import copies

    return copies.edit(jpeg, seed)

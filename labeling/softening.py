"""Gentler pixels: a picture blurred past recognition, or without its colours.

Pure: Pillow, no Django. What is softened is made from the picture's own JPEG each time that it is sent, so nothing has
to be stored and nothing can be forgotten. Both ways spare the decoder: it reads an eighth of the picture's width for a
blur, and the luminance alone for shades of gray.
"""

import io
from collections.abc import Callable

from PIL import Image, ImageFilter

from labeling.pixels import DECODER_ERRORS

# What is left of a blurred picture: so few pixels that no face, no print and no wound can be made out, and the rest is
# not hidden but gone. What the whole is like (a room, a crowd, the sea) can still be told.
BLURRED_SIDE = 24
# The few pixels run into each other by this standard deviation, so that no edges of squares are to be seen either.
BLUR_RADIUS = 1.0
# Sent at this size: enlarged smoothly, and big enough that rounding does not change the picture's shape.
SENT_SIDE = 320


class UnreadableError(Exception):
    """The bytes are no picture; there is nothing that could be sent instead."""


def soften(data: bytes, way: str) -> bytes:
    """Return the JPEG `data` as a JPEG that is softened in this way, a key of `WAYS`. Raises UnreadableError."""
    try:
        return WAYS[way](Image.open(io.BytesIO(data), formats=["JPEG"]))
    except DECODER_ERRORS as error:
        raise UnreadableError(str(error)) from error


def _blurred(picture: Image.Image) -> bytes:
    """Shrink to BLURRED_SIDE pixels, blur those, and enlarge them to SENT_SIDE (or the picture's own side, if less)."""
    size = picture.size
    picture.draft("RGB", (BLURRED_SIDE, BLURRED_SIDE))  # an eighth at best, straight from the JPEG's coefficients
    few = picture.convert("RGB").resize(_fitted(size, BLURRED_SIDE), Image.Resampling.BOX)
    soft = few.filter(ImageFilter.GaussianBlur(BLUR_RADIUS))
    return _jpeg(soft.resize(_fitted(size, SENT_SIDE), Image.Resampling.BICUBIC))


def _gray(picture: Image.Image) -> bytes:
    picture.draft("L", None)  # colours are not even decoded
    return _jpeg(picture.convert("L"))


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the size within a square of that side, of the same shape, never enlarged."""
    scale = min(1, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _jpeg(picture: Image.Image) -> bytes:
    picture.info.clear()  # else Pillow passes comments on
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


WAYS: dict[str, Callable[[Image.Image], bytes]] = {"blur": _blurred, "grayscale": _gray}

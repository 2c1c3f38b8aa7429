"""From files to the square of pixels that a network takes."""

import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ml.results import Unreadable

# Whatever Pillow's decoders raise on bytes that are no picture.
DECODER_ERRORS = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)


def decode_all(
    files: Sequence[bytes | BinaryIO], side: int, batch: int
) -> Iterator[list[NDArray[np.uint8] | Unreadable]]:
    """Yield the squares of all files, in order, `batch` at a time; threads decode ahead of what the caller takes."""
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        decoded = pool.map(lambda file: square(file, side), files)
        while squares := list(islice(decoded, batch)):
            yield squares


def square(file: bytes | BinaryIO, side: int) -> NDArray[np.uint8] | Unreadable:
    """Return the whole upright picture, squashed into a square of `side` pixels: shape (side, side, 3), RGB.

    Squashed, not cropped: harm may stand at the edge. A large JPEG is decoded at a fraction of its size.
    """
    try:
        with Image.open(io.BytesIO(file) if isinstance(file, bytes) else file) as image:
            image.draft("RGB", (2 * side, 2 * side))
            upright = ImageOps.exif_transpose(image).convert("RGB")
            return np.asarray(upright.resize((side, side), Image.Resampling.BICUBIC, reducing_gap=2.0))
    except DECODER_ERRORS as error:
        return Unreadable(f"The image cannot be decoded: {error}")


def upright(file: bytes | BinaryIO, side: int) -> NDArray[np.uint8] | Unreadable:
    """Return the whole upright picture in its own proportions: shape (height, width, 3), RGB.

    A large JPEG is decoded at a fraction of its size, with no side below `side`.
    """
    try:
        with Image.open(io.BytesIO(file) if isinstance(file, bytes) else file) as image:
            image.draft("RGB", (side, side))
            return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except DECODER_ERRORS as error:
        return Unreadable(f"The image cannot be decoded: {error}")

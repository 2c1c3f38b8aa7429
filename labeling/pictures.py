"""Bytes from strangers become a picture, or a reason why not. Names and declared types are never looked at.

Pure: Pillow and numpy, no Django. The caller chooses the limits and does what it likes with the reason.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

from labeling import sniffing
from labeling.pixels import DECODER_ERRORS, upright_srgb

# Encoders use about ten scans; thousands of them, each some tens of bytes, keep a decoder busy for minutes.
MAX_JPEG_SCANS = 200


class Reason(StrEnum):
    """Why a file is no picture for us. The codes are stored: never rename one."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_AN_IMAGE = "not_an_image"
    UNSUPPORTED_FORMAT = "unsupported_format"
    TOO_MANY_PIXELS = "too_many_pixels"
    TRUNCATED = "truncated"
    BROKEN = "broken"
    UNREADABLE = "unreadable"  # for callers: the bytes could not be had at all

    @property
    def label(self) -> str:
        """The reason in words, for people."""
        return _LABELS[self]


_LABELS = {
    Reason.EMPTY: "The file is empty",
    Reason.TOO_LARGE: "The file is too large",
    Reason.NOT_AN_IMAGE: "This is not an image",
    Reason.UNSUPPORTED_FORMAT: "This image format is not accepted",
    Reason.TOO_MANY_PIXELS: "The image has too many pixels",
    Reason.TRUNCATED: "The file is cut short",
    Reason.BROKEN: "The image is damaged",
    Reason.UNREADABLE: "The file cannot be read",
}


class BadPicture(Exception):
    """These bytes are refused: `reason` for programs, `detail` (one sentence, under 300 characters) for people."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason.label}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Picture:
    """What people and networks see. `rgb` is upright, 8 bit, sRGB, without metadata; sizes in pixels, upright."""

    rgb: Image.Image
    width: int
    height: int
    format: str
    frames: int


def open_picture(data: bytes, *, max_bytes: int, max_pixels: int) -> Picture:
    """Decode a JPEG, PNG, WebP or GIF; of an animation the first frame, but `max_pixels` counts all of them.

    Nothing is decoded before the header's sizes are checked. Raises BadPicture and, whatever the bytes, nothing else.
    """
    kind = _accepted_format(data, max_bytes)
    with _decoding(data, kind):
        image = Image.open(io.BytesIO(data), formats=[kind])
        frames = _checked_frames(image, kind, max_pixels)
        if kind == "JPEG" and sniffing.jpeg_scans(data) > MAX_JPEG_SCANS:
            raise BadPicture(Reason.BROKEN, "It is made of more scans than any real picture.")
        image.load()
        rgb = upright_srgb(image)
    return Picture(rgb, rgb.width, rgb.height, kind, frames)


def encode_view(picture: Picture, *, longest: int = 2048) -> bytes:
    """Encode what browsers get: a JPEG made from pixels alone, no side longer than `longest`, never enlarged."""
    return _jpeg(_fitted(picture.rgb, longest))


def encode_thumb(picture: Picture, *, longest: int = 256) -> bytes:
    """Encode a small JPEG for lists, as `encode_view` does."""
    return _jpeg(_fitted(picture.rgb, longest))


def _accepted_format(data: bytes, max_bytes: int) -> str:
    if not data:
        raise BadPicture(Reason.EMPTY, "It has no bytes at all.")
    if len(data) > max_bytes:
        raise BadPicture(Reason.TOO_LARGE, f"It has {len(data):,} bytes; at most {max_bytes:,} are taken.")
    kind = sniffing.sniff(data)
    if kind is None:
        raise BadPicture(Reason.NOT_AN_IMAGE, "Its content is not that of an image, whatever its name says.")
    if kind not in sniffing.ALLOWED:
        raise BadPicture(Reason.UNSUPPORTED_FORMAT, f"It is {kind}; JPEG, PNG, WebP and GIF are taken.")
    return kind


def _checked_frames(image: Image.Image, kind: str, max_pixels: int) -> int:
    """Return the number of frames once the header's width x height x frames is known to be within the limit."""
    _check_pixels(image, 1, max_pixels)  # first: counting the frames of a GIF means walking through the file
    # Further pictures in a JPEG (MPO) are gain maps, depth, other eyes: no animation, and never decoded.
    frames = 1 if kind == "JPEG" else getattr(image, "n_frames", 1)
    _check_pixels(image, frames, max_pixels)
    return frames


def _check_pixels(image: Image.Image, frames: int, max_pixels: int) -> None:
    if image.width * image.height * frames > max_pixels:
        size = f"{image.width:,} x {image.height:,} pixels" + (f" in {frames:,} frames" if frames > 1 else "")
        raise BadPicture(Reason.TOO_MANY_PIXELS, f"It says it has {size}; at most {max_pixels:,} are taken.")


@contextmanager
def _decoding(data: bytes, kind: str) -> Iterator[None]:
    """Turn whatever a decoder raises into a verdict on the file."""
    try:
        yield
    except Image.DecompressionBombError as error:  # Pillow's own limit, where it is lower than the caller's
        raise BadPicture(Reason.TOO_MANY_PIXELS, str(error)) from error
    except DECODER_ERRORS as error:
        if "truncated" in str(error).lower() or sniffing.is_cut_short(data, kind):
            raise BadPicture(Reason.TRUNCATED, f"The {kind} ends before the picture does.") from error
        raise BadPicture(Reason.BROKEN, f"The {kind} cannot be decoded ({type(error).__name__}).") from error


def _fitted(rgb: Image.Image, longest: int) -> Image.Image:
    scale = longest / max(rgb.size)
    if scale >= 1:
        return rgb
    size = (max(1, round(rgb.width * scale)), max(1, round(rgb.height * scale)))
    return rgb.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _jpeg(rgb: Image.Image) -> bytes:
    """Encode with full colour resolution (4:4:4): labelers judge skin and small print, which 4:2:0 smears."""
    buffer = io.BytesIO()
    rgb.save(buffer, "JPEG", quality=90, subsampling=0, progressive=False)
    return buffer.getvalue()

"""From whatever a decoder returns to what people and networks see: upright, 8 bit, sRGB, on white."""

import io
import struct
import zlib

import numpy as np
from PIL import ExifTags, Image, ImageCms

# What Pillow lets through when bytes are hostile. Its plugins are Python that unpacks untrusted fields: struct and zlib
# errors, look-ups of missing tags, arithmetic on zeros, asserts, None where a chunk is missing. OSError covers
# truncated and unidentified files, RuntimeError NotImplementedError and RecursionError. Fuzzing met OSError,
# SyntaxError, ValueError, IndexError, struct.error and the bomb; the others stand in the plugins' code. Deliberately
# not `Exception`: BadPicture, and the time limits that workers raise, must pass through.
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    EOFError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_GREY = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N")
_MODE_OF_SPACE = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}


def upright_srgb(image: Image.Image) -> Image.Image:
    """Return the pixels of a loaded image as a new RGB image in sRGB, upright, on white, without any metadata."""
    flat = _on_white(_eight_bit(image))
    rgb = _by_profile(flat, image.info.get("icc_profile")) or flat.convert("RGB")
    turn = _UPRIGHT.get(_orientation(image))
    rgb = rgb.transpose(turn) if turn is not None else rgb.copy()
    rgb.info.clear()  # else Pillow writes comments and the like into what is encoded from it
    return rgb


def _eight_bit(image: Image.Image) -> Image.Image:
    """Scale 16-bit grey to 8 bit; Pillow's own conversion clips it at 255, which turns photos white."""
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype(np.uint32)
    scaled = Image.fromarray(((values.clip(0, 65535) + 128) // 257).astype(np.uint8))
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        scaled.putalpha(Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8)))
    return scaled


def _on_white(image: Image.Image) -> Image.Image:
    """Return the image in mode L, RGB or CMYK; what is transparent becomes white, as on paper."""
    target = "L" if image.mode in _GREY else "RGB"
    if not image.has_transparency_data:
        return image if image.mode in ("L", "RGB", "CMYK") else image.convert(target)
    rgba = image.convert("RGBA")
    white = Image.new(target, image.size, "white")
    white.paste(rgba.convert(target), mask=rgba.getchannel("A"))
    return white


def _by_profile(flat: Image.Image, profile: object) -> Image.Image | None:
    """Convert by the embedded ICC profile; None if none fits: a broken profile must not cost a picture."""
    if not isinstance(profile, bytes):
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        wanted = _MODE_OF_SPACE.get(source.profile.xcolor_space.strip())
        if flat.mode == "L" and wanted == "RGB":
            flat = flat.convert("RGB")
        if flat.mode != wanted:
            return None
        return ImageCms.profileToProfile(flat, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *DECODER_ERRORS):
        return None


def _orientation(image: Image.Image) -> int:
    """Return the EXIF (or XMP) orientation; 1, upright, where the metadata cannot be read."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation)
    except DECODER_ERRORS:
        return 1
    return value if isinstance(value, int) else 1

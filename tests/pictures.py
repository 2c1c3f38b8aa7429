"""Awkward files, all made in memory: what strangers send, on purpose or not. Makers return the bytes of one file.

The picture in them is `quarters()`: red and green above, blue and grey below, so that a look at four points tells
whether it came out upright and in its colours.
"""

import io
import struct
import zlib

import numpy as np
from PIL import ExifTags, Image, ImageCms

RED, GREEN, BLUE, GREY = (220, 40, 40), (40, 180, 60), (40, 60, 200), (128, 128, 128)
SIZE = (64, 40)
# How a camera held otherwise stores the upright picture: the inverse of what the EXIF orientation asks viewers to do.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters(size: tuple[int, int] = SIZE) -> Image.Image:
    width, height = size
    image = Image.new("RGB", size, GREY)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def corners(rgb: Image.Image) -> list[tuple[int, ...]]:
    """Return the colours in the middle of the four quarters, reading order."""
    return [rgb.getpixel((rgb.width * x // 4, rgb.height * y // 4)) for y in (1, 3) for x in (1, 3)]


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(size: tuple[int, int] = SIZE, **options: object) -> bytes:
    return encoded(quarters(size), "JPEG", **{"quality": 95, "subsampling": 0} | options)


def photo_like(seed: int = 0, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Return smooth noise: structure enough for a perceptual hash, different for every seed."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def png(size: tuple[int, int] = SIZE, **options: object) -> bytes:
    return encoded(quarters(size), "PNG", **options)


def webp() -> bytes:
    return encoded(quarters(), "WEBP", lossless=True)


def gif() -> bytes:
    return encoded(quarters(), "GIF")


# Cut off, empty, something else


def truncated_jpeg() -> bytes:
    data = encoded(photo_like(), "JPEG")
    return data[: len(data) * 2 // 3]


def truncated(kind: str) -> bytes:
    data = encoded(photo_like(), kind)
    return data[: len(data) // 2]


def text_called_jpg() -> bytes:
    return b"Dear moderators, the photo is attached.\n" * 20


def random_bytes(size: int = 4000) -> bytes:
    return np.random.default_rng(1).integers(0, 256, size, dtype=np.uint8).tobytes()


def svg() -> bytes:
    return b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def tiff() -> bytes:
    return encoded(quarters(), "TIFF")


def bmp() -> bytes:
    return encoded(quarters(), "BMP")


def heic() -> bytes:
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)


# Bombs: little to send, much to unpack


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def huge_header_png(width: int = 30_000, height: int = 30_000) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + body + png_chunk(b"IEND", b"")


def huge_header_jpeg() -> bytes:
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 30_000, 30_000)
    return bytes(data)


def huge_header_gif() -> bytes:
    data = bytearray(gif())
    data[6:10] = struct.pack("<HH", 30_000, 30_000)
    return bytes(data)


def huge_header_webp() -> bytes:
    """Make a lossless WebP whose header says 16,383 x 16,383, the most that it can say."""
    data = bytearray(webp())
    at = data.index(b"VP8L") + 9
    bits = struct.unpack("<I", data[at : at + 4])[0] >> 28 << 28
    data[at : at + 4] = struct.pack("<I", bits | 16_382 | 16_382 << 14)
    return bytes(data)


def text_bomb_png(chunk: bytes = b"zTXt") -> bytes:
    """Make a PNG with some KB of text (or of a colour profile, `iCCP`) that unpack to 32 MB."""
    data = png()
    bomb = png_chunk(chunk, b"Comment\0\0" + zlib.compress(bytes(32 << 20), 9))
    return data[:33] + bomb + data[33:]


def scan_bomb_jpeg(scans: int = 2000) -> bytes:
    """Make a progressive JPEG that repeats its last scan: each costs a pass over all pixels."""
    data = jpeg(progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * scans + data[-2:]


def many_frames_gif(frames: int = 500) -> bytes:
    """Make a GIF whose screen is 1000 x 1000 and whose frames are one pixel each."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 1000, 1000, 0x80, 0, 0) + bytes(3) + b"\xff" * 3
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02D\x01\0"
    return screen + frame * frames + b";"


# Unusual, but pictures


def rotated(orientation: int, kind: str = "JPEG") -> bytes:
    """Make a file whose EXIF orientation, 1 to 8, has to be applied for it to be upright."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image = quarters()
    turn = STORED[orientation]
    options = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}.get(kind, {})
    return encoded(image if turn is None else image.transpose(turn), kind, exif=exif, **options)


def inks() -> Image.Image:
    """Return `quarters` in CMYK as a naive converter reads it back, with some black ink in it."""
    c, m, y = (channel.point(lambda v: 255 - v) for channel in quarters().split())
    return Image.merge("CMYK", (c, m, y, Image.new("L", SIZE, 0)))


def cmyk_jpeg() -> bytes:
    """Make a CMYK JPEG as Adobe's programs do: inverted, with an Adobe marker that says so."""
    return encoded(inks(), "JPEG", quality=95, subsampling=0)


def unmarked_cmyk_jpeg() -> bytes:
    """Make a CMYK JPEG without an Adobe marker; browsers and Pillow take the inks as inverted all the same."""
    data = cmyk_jpeg()
    at = data.index(b"\xff\xee")
    return data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4], "big") :]


def ycck_jpeg() -> bytes:
    """Make a YCCK JPEG, Adobe's other four-colour form: luma and chroma of the inks, and black."""
    c, m, y, k = inks().split()
    luma = [channel.point(lambda v: 255 - v) for channel in Image.merge("RGB", (c, m, y)).convert("YCbCr").split()]
    data = bytearray(encoded(Image.merge("CMYK", (*luma, k)), "JPEG", quality=95, subsampling=0))
    data[data.index(b"Adobe") + 11] = 2  # "these are YCCK"
    return bytes(data)


def grey_16_png() -> bytes:
    """Make a 16-bit grey PNG: black to white from left to right."""
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (20, 1))
    return encoded(Image.fromarray(ramp), "PNG")


def palette_with_alpha_png() -> bytes:
    """Make a palette PNG whose right half is transparent and whose left half is red, half of it half so."""
    image = Image.new("P", SIZE, 0)
    image.putpalette([*RED, *RED, 0, 0, 0])
    image.paste(1, (0, SIZE[1] // 2, SIZE[0] // 2, SIZE[1]))
    image.paste(2, (SIZE[0] // 2, 0, *SIZE))
    return encoded(image, "PNG", transparency=bytes([255, 128, 0]))


def transparent_png(mode: str) -> bytes:
    """Make a PNG in RGBA or LA that is black below a full transparency."""
    return encoded(Image.new(mode, SIZE, 0), "PNG")


def one_bit_png() -> bytes:
    image = Image.new("1", SIZE, 1)
    image.paste(0, (0, 0, SIZE[0] // 2, SIZE[1]))
    return encoded(image, "PNG")


def animated(kind: str) -> bytes:
    """Make an animated GIF, WebP or PNG: first `quarters`, then black, then white."""
    others = [Image.new("RGB", SIZE, colour) for colour in ("black", "white")]
    options = {"lossless": True} if kind == "WEBP" else {}
    return encoded(quarters(), kind, save_all=True, append_images=others, duration=50, **options)


def multi_picture_jpeg() -> bytes:
    """Make an MPO, as phones do: a JPEG followed by further JPEGs."""
    return encoded(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", SIZE)], quality=95, subsampling=0)


def with_profile(profile: bytes) -> bytes:
    return png(icc_profile=profile)


def swapped_profile() -> bytes:
    """Return an ICC profile whose red and green are exchanged: a conversion by it cannot be overlooked."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = data.index(b"rXYZ"), data.index(b"gXYZ")
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data)


def with_metadata(kind: str = "JPEG", *, profile: bool = True) -> bytes:
    """Make a picture with a GPS position, a comment, XMP and, if wanted, a colour profile."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretCamera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() if profile else None
    xmp = b"<x:xmpmeta>SecretXmp</x:xmpmeta>"
    return encoded(quarters(), kind, exif=exif, icc_profile=icc, comment=b"SecretComment", xmp=xmp)

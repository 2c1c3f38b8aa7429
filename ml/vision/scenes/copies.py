"""Edited copies of a picture, as people make them before they send it on. Same bytes and seed, same copy."""

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

Edit = Callable[[Image.Image, random.Random], Image.Image]
CAPTIONS = (
    "LOL",
    "look at this",
    "who is it?",
    "2 of 3",
    "SOLD OUT",
    "my summer",
    "#weekend",
    "forwarded",
    "old but gold",
)
PAPERS = ("white", "black", "#f2eee4", "#1d2733", "#d9d9d9")
STICKERS = ("#f4c542", "#e2574c", "#4f9d69", "#4a7fb5")


def edit(jpeg: bytes, seed: int) -> bytes:
    """Return a copy of the picture with one to three edits, as a JPEG of quality 30 to 60.

    Raises what Pillow raises (`UnidentifiedImageError`, `OSError`) if the bytes are no picture.
    """
    dice = random.Random(seed)  # noqa: S311 - drawing, not secrets
    with Image.open(io.BytesIO(jpeg)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    for change in dice.sample(EDITS, dice.randint(1, 3)):
        picture = change(picture, dice)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=dice.randint(30, 60))
    return buffer.getvalue()


def _resize(picture: Image.Image, dice: random.Random) -> Image.Image:
    factor = dice.choice((0.5, 0.6, 0.75, 1.25, 1.5))
    size = tuple(max(32, round(side * factor)) for side in picture.size)
    return picture.resize((size[0], size[1]), Image.Resampling.BICUBIC)


def _crop(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Cut up to six per cent off each side."""
    width, height = picture.size
    left, top, right, bottom = (dice.uniform(0, 0.06) for _ in range(4))
    return picture.crop(
        (round(width * left), round(height * top), round(width * (1 - right)), round(height * (1 - bottom)))
    )


def _light(picture: Image.Image, dice: random.Random) -> Image.Image:
    brighter = ImageEnhance.Brightness(picture).enhance(dice.choice((0.72, 0.85, 1.15, 1.3)))
    contrasted = ImageEnhance.Contrast(brighter).enhance(dice.uniform(0.8, 1.3))
    return ImageEnhance.Color(contrasted).enhance(dice.choice((0, 0.6, 1, 1, 1.4)))


def _border(picture: Image.Image, dice: random.Random) -> Image.Image:
    paper, share = dice.choice(PAPERS), dice.uniform(0.02, 0.07)
    if dice.random() < 0.6:
        return ImageOps.expand(picture, max(2, round(min(picture.size) * share)), fill=paper)
    side = max(picture.size)  # bars, as a square format leaves them
    return ImageOps.pad(picture, (side, side), color=paper)


def _mirror(picture: Image.Image, _dice: random.Random) -> Image.Image:
    return ImageOps.mirror(picture)


def _caption(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Write a few words along the upper or lower edge."""
    width, height = picture.size
    text, font = dice.choice(CAPTIONS), ImageFont.load_default(size=max(10, height // 14))
    draw = ImageDraw.Draw(picture)
    x, y = width * dice.uniform(0.08, 0.4), height * dice.choice((0.03, 0.88))
    draw.text((x, y), text, fill="white", font=font, stroke_width=max(1, height // 200), stroke_fill="black")
    return picture


def _sticker(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Stick a smiling face into an upper corner, where it hides nothing that matters."""
    width, height = picture.size
    r = min(width, height) * dice.uniform(0.06, 0.1)
    x, y = width * dice.choice((0.13, 0.87)), height * 0.13
    draw = ImageDraw.Draw(picture)
    draw.ellipse((x - r, y - r, x + r, y + r), fill=dice.choice(STICKERS), outline="white", width=max(2, round(r / 8)))
    for side in (-0.35, 0.35):
        draw.ellipse((x + r * (side - 0.1), y - r * 0.35, x + r * (side + 0.1), y - r * 0.1), fill="#2a2422")
    draw.arc((x - r * 0.5, y - r * 0.4, x + r * 0.5, y + r * 0.55), 20, 160, fill="#2a2422", width=max(2, round(r / 9)))
    return picture


def _screenshot(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Put the picture on a telephone's screen: a status bar above, a row of buttons below."""
    width, height = picture.size
    bar, paper = max(16, height // 16), dice.choice(("#f4f4f6", "#15171b"))
    ink = "#3a3d44" if paper == "#f4f4f6" else "#d6d8de"
    screen = Image.new("RGB", (width, height + bar * 3), paper)
    screen.paste(picture, (0, bar))
    draw, font = ImageDraw.Draw(screen), ImageFont.load_default(size=bar * 0.6)
    draw.text((bar * 0.5, bar * 0.15), f"{dice.randrange(24):02}:{dice.randrange(60):02}", fill=ink, font=font)
    draw.rounded_rectangle((width - bar * 1.9, bar * 0.25, width - bar * 0.6, bar * 0.75), bar * 0.15, outline=ink)
    for number in range(3):
        x, y = width * (0.2 + 0.3 * number), height + bar * 2
        draw.ellipse((x - bar * 0.4, y - bar * 0.4, x + bar * 0.4, y + bar * 0.4), outline=ink, width=2)
    return screen


EDITS: tuple[Edit, ...] = (_resize, _crop, _light, _border, _mirror, _caption, _sticker, _screenshot)

"""Edits that people make before they send a picture on, by name; the same photo and number give the same copy."""

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Edit = Callable[[Image.Image, random.Random], Image.Image]
# Combinations, the 20 % crop and the screenshot are the hard ones: they count over all, but not each by itself.
HARD = ("crop 20 %", "screenshot")
WORDS = ("when you see it", "LOOK AT THIS", "my summer", "forwarded many times", "who is it?", "sold out", "#tbt")
PAPERS = ("white", "black", "#f2eee4", "#1d2733")


def crop(share: float) -> Edit:
    """Cut off a share of the width and of the height on EACH of the four sides."""

    def edit(picture: Image.Image, _dice: random.Random) -> Image.Image:
        width, height = picture.size
        x, y = round(width * share), round(height * share)
        return picture.crop((x, y, width - x, height - y))

    return edit


def rotation(degrees: float) -> Edit:
    """Turn left or right; the corners that open are filled."""

    def edit(picture: Image.Image, dice: random.Random) -> Image.Image:
        angle = degrees * dice.choice((-1, 1))
        return picture.rotate(
            angle, Image.Resampling.BICUBIC, expand=dice.random() < 0.5, fillcolor=dice.choice(PAPERS)
        )

    return edit


def resize(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Half to one and a half times as large."""
    factor = dice.choice((0.4, 0.5, 0.75, 1.5))
    return picture.resize((round(picture.width * factor), round(picture.height * factor)), Image.Resampling.BICUBIC)


def blur(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Blur by 1 to 2.5 pixels of a photo that is 400 wide."""
    return picture.filter(ImageFilter.GaussianBlur(dice.uniform(1, 2.5) * min(picture.size) / 400))


def brightness(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Make it 30 % darker or brighter."""
    return ImageEnhance.Brightness(picture).enhance(dice.choice((0.7, 1.3)))


def contrast(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Take or add 30 % of contrast."""
    return ImageEnhance.Contrast(picture).enhance(dice.choice((0.7, 1.3)))


def grey(picture: Image.Image, _dice: random.Random) -> Image.Image:
    """Take the colours away."""
    return picture.convert("L").convert("RGB")


def padding(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Frame it, or fill it up to a square."""
    paper = dice.choice(PAPERS)
    if dice.random() < 0.5:
        return ImageOps.expand(picture, round(min(picture.size) * dice.uniform(0.05, 0.15)), fill=paper)
    side = max(picture.size)
    return ImageOps.pad(picture, (side, side), color=paper)


def flip(picture: Image.Image, _dice: random.Random) -> Image.Image:
    """Show it in a mirror."""
    return ImageOps.mirror(picture)


def text(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Write large words across it, above or below or in the middle."""
    picture = picture.copy()
    width, height = picture.size
    font = ImageFont.load_default(size=width // 9)
    place = width * 0.05, height * dice.choice((0.04, 0.45, 0.85))
    ImageDraw.Draw(picture).text(place, dice.choice(WORDS), "white", font, stroke_width=2, stroke_fill="black")
    return picture


def sticker(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Stick a face somewhere on it, as wide as 25 to 35 % of the shorter side."""
    picture = picture.copy()
    width, height = picture.size
    r = min(width, height) * dice.uniform(0.125, 0.175)
    x, y = dice.uniform(r, width - r), dice.uniform(r, height - r)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((x - r, y - r, x + r, y + r), fill="#f4c542", outline="white", width=3)
    for side in (-0.4, 0.4):
        draw.ellipse((x + r * (side - 0.12), y - r * 0.4, x + r * (side + 0.12), y - r * 0.1), fill="#2a2422")
    draw.arc((x - r * 0.5, y - r * 0.4, x + r * 0.5, y + r * 0.55), 20, 160, fill="#2a2422", width=3)
    return picture


def screenshot(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Show it on a telephone of 9 to 19.5, as wide as the screen, with a bar above and words and buttons below."""
    width = picture.width
    height = max(round(width * 19.5 / 9), picture.height + width // 3)
    paper, ink = dice.choice((("#ffffff", "#202124"), ("#15171b", "#e8eaed")))
    screen = Image.new("RGB", (width, height), paper)
    draw, font = ImageDraw.Draw(screen), ImageFont.load_default(size=width // 22)
    top = round((height - picture.height) * dice.uniform(0.25, 0.5))
    screen.paste(picture, (0, top))
    draw.text((width * 0.05, width * 0.03), f"{dice.randrange(24):02}:{dice.randrange(60):02}", ink, font)
    draw.text((width * 0.15, top - width * 0.09), f"user_{dice.randrange(10_000)}", ink, font)
    below = top + picture.height
    for number in range(4):
        x = width * (0.05 + 0.09 * number)
        draw.ellipse((x, below + width * 0.03, x + width * 0.06, below + width * 0.09), outline=ink, width=2)
    for line in range(3):
        if below + width * (0.2 + 0.07 * line) < height:
            draw.text((width * 0.05, below + width * (0.12 + 0.07 * line)), dice.choice(WORDS) * 2, ink, font)
    return screen


def both(*edits: Edit) -> Edit:
    """Do one after the other."""

    def edit(picture: Image.Image, dice: random.Random) -> Image.Image:
        for each in edits:
            picture = each(picture, dice)
        return picture

    return edit


def same(picture: Image.Image, _dice: random.Random) -> Image.Image:
    """Leave it as it is: only the encoding differs."""
    return picture


EDITS: dict[str, tuple[Edit, int]] = {
    "JPEG q30": (same, 30),
    "resize": (resize, 80),
    "blur": (blur, 80),
    "brightness": (brightness, 80),
    "contrast": (contrast, 80),
    "grey": (grey, 80),
    "crop 2 %": (crop(0.02), 80),
    "crop 5 %": (crop(0.05), 80),
    "crop 10 %": (crop(0.1), 80),
    "crop 20 %": (crop(0.2), 80),
    "padding": (padding, 80),
    "rotation 2°": (rotation(2), 80),
    "rotation 5°": (rotation(5), 80),
    "rotation 10°": (rotation(10), 80),
    "flip": (flip, 80),
    "text": (text, 80),
    "sticker": (sticker, 80),
    "screenshot": (screenshot, 80),
    "crop 10 % + text + q30": (both(crop(0.1), text), 30),
    "flip + sticker + brightness": (both(flip, sticker, brightness), 60),
    "rotation 5° + blur + contrast": (both(rotation(5), blur, contrast), 60),
    "text + screenshot + resize + q30": (both(text, screenshot, resize), 30),
    "flip + crop 5 % + padding": (both(flip, crop(0.05), padding), 60),
}


def is_single(name: str) -> bool:
    """Tell whether this edit has to reach its share by itself."""
    return name not in HARD and "+" not in name


def copy_of(picture: Image.Image, name: str, seed: str) -> bytes:
    """Return an edited copy as JPEG bytes."""
    edit, quality = EDITS[name]
    dice = random.Random(f"{name} {seed}")
    buffer = io.BytesIO()
    edit(picture, dice).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()

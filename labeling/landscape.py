"""A picture of nothing in particular, to show what softening does: hills, a house, a tree, and print on a board.

Pure: Pillow only.
"""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

SIZE = (480, 320)


@cache
def landscape() -> bytes:
    """Return the picture as a JPEG of SIZE pixels."""
    picture = Image.new("RGB", SIZE, (150, 196, 232))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((380, 30, 440, 90), fill=(250, 214, 96))
    draw.ellipse((-120, 150, 320, 520), fill=(86, 140, 84))
    draw.ellipse((180, 190, 700, 560), fill=(110, 164, 92))
    draw.rectangle((90, 150, 190, 230), fill=(214, 178, 132))
    draw.polygon([(78, 152), (140, 96), (202, 152)], fill=(168, 72, 60))
    draw.rectangle((128, 186, 152, 230), fill=(96, 66, 48))
    for left in (102, 162):
        draw.rectangle((left, 168, left + 16, 186), fill=(232, 240, 246), outline=(96, 66, 48), width=2)
    draw.rectangle((320, 170, 336, 250), fill=(104, 74, 52))
    draw.ellipse((276, 88, 380, 192), fill=(52, 108, 62))
    draw.rectangle((214, 232, 300, 262), fill=(246, 240, 220), outline=(96, 66, 48), width=2)
    draw.text((226, 236), "Winnow", font=ImageFont.load_default(18), fill=(60, 44, 34))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()

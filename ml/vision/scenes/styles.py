"""How a picture is painted: lines around people and things or none, strong colours or soft ones, the light, grain."""

import random
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageChops

Light = Literal["day", "evening", "night"]


@dataclass(frozen=True)
class Style:
    """A hand. `contour`: width in thousandths of the shorter side, and colour; the rest are factors and shares."""

    contour: tuple[float, str] | None = None
    saturation: float = 1
    contrast: float = 1
    grain: int = 0

    def line(self, size: tuple[int, int]) -> tuple[float, str] | None:
        """Return the contour in pixels for a picture of this size."""
        return (self.contour[0] * min(size) / 1000, self.contour[1]) if self.contour else None


STYLES = (
    Style(),
    Style(contour=(3.2, "#2b2a33"), saturation=1.08),
    Style(saturation=0.62, contrast=0.9),
    Style(contour=(5, "#f6f2e8"), saturation=1.15),
    Style(contour=(2.4, "#4a3a32"), saturation=0.8, contrast=0.95, grain=14),
    Style(saturation=1.25, contrast=1.06),
    Style(saturation=0, contrast=1.05, grain=18),
)
SHARES = (32, 24, 10, 8, 12, 11, 3)  # a few in black and white
# What each light does to red, green and blue.
TINTS: dict[Light, tuple[float, float, float]] = {
    "day": (1, 1, 1),
    "evening": (1.03, 0.94, 0.84),
    "night": (0.82, 0.86, 0.98),
}
INDOORS: dict[Light, tuple[float, float, float]] = {
    "day": (1, 1, 1),
    "evening": (1.02, 0.95, 0.86),
    "night": (0.92, 0.84, 0.74),
}


def pick(dice: random.Random) -> Style:
    """Return a style as chance has it."""
    return dice.choices(STYLES, SHARES)[0]


def finish(image: Image.Image, style: Style, tint: tuple[float, float, float], dice: random.Random) -> Image.Image:
    """Return the picture in the style's colours, under the light, with the style's grain."""
    grey = (0.299, 0.587, 0.114)
    matrix: list[float] = []
    for channel in range(3):
        factor = style.contrast * tint[channel]
        own = [style.saturation * (source == channel) + (1 - style.saturation) * grey[source] for source in range(3)]
        matrix += [factor * share for share in own] + [128 * (1 - style.contrast) * tint[channel]]
    toned = image.convert("RGB", tuple(matrix))
    return _grain(toned, style.grain, dice) if style.grain else toned


def _grain(image: Image.Image, amount: int, dice: random.Random) -> Image.Image:
    noise = Image.frombytes("L", image.size, dice.randbytes(image.width * image.height))
    noise = noise.point([round(value * amount / 255) for value in range(256)])
    return ImageChops.add(image, Image.merge("RGB", (noise,) * 3), offset=-amount // 2)

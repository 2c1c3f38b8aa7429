"""A canvas with smooth edges, and a pen whose paper can be moved, turned and mirrored."""

import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image, ImageColor, ImageDraw, ImageFilter

from ml.results import Box

Point = tuple[float, float]
SMOOTH = 2  # drawn at twice the size and shrunk, so that edges are smooth
COARSE = 4  # what is blurred anyway is drawn smaller by this
PROP = 255  # the ink of furniture: it hides what is behind it, and nobody asks where it is


@lru_cache(maxsize=4096)
def mix(first: str, second: str, share: float) -> str:
    """Return the colour that lies `share` of the way from the first to the second."""
    pairs = zip(ImageColor.getrgb(first), ImageColor.getrgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@dataclass(frozen=True)
class Pen:
    """Draws in its own coordinates: origin at x, y, `scale` pixels a unit, turned clockwise by `angle` degrees.

    Beside the picture it keeps a map of who is seen where: each pixel of `seen` has the `ink` of what was drawn there
    last. Ink 0 is the background and leaves the map alone, so it has to come before everything else.

    `contour` is the width in pixels and the colour of the line around people and things, for styles that have one;
    with `swell` everything comes out in that colour and that much wider.
    """

    image: Image.Image
    seen: Image.Image
    ink: int = 0
    contour: tuple[float, str] | None = None
    swell: bool = False
    x: float = 0
    y: float = 0
    scale: float = 1
    angle: float = 0
    mirrored: bool = False

    def at(self, x: float, y: float, scale: float = 1, angle: float = 0, mirrored: bool = False) -> "Pen":
        """Return a pen for paper laid at a place on this one."""
        [(origin_x, origin_y)] = self._place([(x, y)])
        turn = -angle if self.mirrored else angle
        return replace(
            self,
            x=origin_x,
            y=origin_y,
            scale=self.scale * scale,
            angle=self.angle + turn,
            mirrored=self.mirrored != mirrored,
        )

    def of(self, ink: int) -> "Pen":
        """Return this pen for drawing something else, with that ink."""
        return replace(self, ink=ink)

    def contoured(self, draw: Callable[["Pen"], None]) -> None:
        """Draw something that deserves a line around it, if this picture's style has lines."""
        if self.contour:
            draw(replace(self, swell=True))
        draw(self)

    def polygon(self, points: Iterable[Point], fill: str) -> None:
        """Fill the area within the points."""
        placed = self._place(points)
        self._fill(self.image, [(x * SMOOTH, y * SMOOTH) for x, y in placed], self._colour(fill), SMOOTH)
        if self.ink:
            self._fill(self.seen, placed, self.ink, 1)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        """Fill an ellipse around x, y."""
        self.polygon(_arc(x, y, rx, ry, 0, 360), fill)

    def arch(self, x: float, y: float, rx: float, ry: float, start: float, end: float, fill: str) -> None:
        """Fill the segment of an ellipse between two directions, in degrees clockwise from the right."""
        self.polygon(_arc(x, y, rx, ry, start, end), fill)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: str, radius: float = 0) -> None:
        """Fill a rectangle, its corners rounded by `radius`."""
        r = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
        if r * self.scale < 0.5:
            return self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], fill)
        corners = [(x1 - r, y0 + r, 270), (x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180)]
        return self.polygon([point for x, y, start in corners for point in _arc(x, y, r, r, start, start + 90)], fill)

    def limb(self, points: Sequence[Point], width: float, fill: str) -> None:
        """Draw a line with round joints and ends, `width` units thick."""
        placed, thick = self._place(points), width * self.scale + 2 * self._swollen
        _line(self.image, [(x * SMOOTH, y * SMOOTH) for x, y in placed], thick * SMOOTH, self._colour(fill))
        if self.ink:
            _line(self.seen, placed, thick, self.ink)

    def gradient(self, y0: float, y1: float, top: str, bottom: str) -> None:
        """Fill the whole width between two heights; only for a pen that is not turned."""
        upper, lower = (round(y * SMOOTH) for _, y in self._place([(0, y0), (0, y1)]))
        size = max(1, lower - upper)
        pairs = list(zip(ImageColor.getrgb(top), ImageColor.getrgb(bottom), strict=True))
        rows = bytes(round(a + (b - a) * (row + 0.5) / size) for row in range(size) for a, b in pairs)
        ramp = Image.frombytes("RGB", (1, size), rows)
        self.image.paste(ramp.resize((self.image.width, size), Image.Resampling.NEAREST), (0, upper))

    def veil(self, x: float, y: float, rx: float, ry: float, fill: str, strength: float, blur: float) -> None:
        """Lay a blurred, translucent ellipse over what is there: a shadow or a glow. `strength` is 0 to 1."""
        if self.swell:
            return
        spread, [middle] = blur * self.scale * SMOOTH, self._place([(x, y)])
        wide, high = ((r * self.scale * SMOOTH + 3 * spread) for r in (rx, ry))
        size = (max(1, round(2 * wide / COARSE)), max(1, round(2 * high / COARSE)))
        mask = Image.new("L", size)
        inset = (3 * spread / COARSE, 3 * spread / COARSE, size[0] - 3 * spread / COARSE, size[1] - 3 * spread / COARSE)
        ImageDraw.Draw(mask).ellipse(inset, fill=round(255 * strength))
        soft = mask.filter(ImageFilter.GaussianBlur(spread / COARSE))
        soft = soft.resize((max(1, round(2 * wide)), max(1, round(2 * high))), Image.Resampling.BILINEAR)
        self.image.paste(fill, (round(middle[0] * SMOOTH - wide), round(middle[1] * SMOOTH - high)), soft)

    @property
    def _swollen(self) -> float:
        return self.contour[0] if self.swell and self.contour else 0

    def _colour(self, fill: str) -> str:
        return self.contour[1] if self.swell and self.contour else fill

    def _fill(self, image: Image.Image, placed: list[Point], fill: str | int, smooth: int) -> None:
        draw = ImageDraw.Draw(image)
        draw.polygon(placed, fill=fill)
        if self._swollen:
            around = [*placed, *placed[:2]]
            draw.line(around, fill=fill, width=max(1, round(2 * self._swollen * smooth)), joint="curve")

    def _place(self, points: Iterable[Point]) -> list[Point]:
        angle = math.radians(self.angle)
        cos, sin = math.cos(angle) * self.scale, math.sin(angle) * self.scale
        side = -1 if self.mirrored else 1
        return [(self.x + side * x * cos - y * sin, self.y + side * x * sin + y * cos) for x, y in points]


def blank(width: int, height: int, contour: tuple[float, str] | None = None) -> Pen:
    """Return a pen for a new canvas of this many pixels."""
    image = Image.new("RGB", (width * SMOOTH, height * SMOOTH))
    return Pen(image, Image.new("L", (width, height)), contour=contour)


def picture(pen: Pen) -> Image.Image:
    """Return what was drawn at its true size."""
    return pen.image.reduce(SMOOTH)


def jpeg(image: Image.Image) -> bytes:
    """Return the picture as a JPEG."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90, subsampling=0)
    return buffer.getvalue()


def visible(pen: Pen, ink: int) -> Box:
    """Return the box around what is still seen of this ink; ValueError if nothing is."""
    box = pen.seen.point([number == ink for number in range(256)]).getbbox()
    if box is None:
        raise ValueError(f"nothing of ink {ink} is seen")
    return Box(*box)


def _line(image: Image.Image, points: list[Point], thick: float, fill: str | int) -> None:
    draw = ImageDraw.Draw(image)
    draw.line(points, fill=fill, width=max(1, round(thick)))
    for x, y in points:
        draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=fill)


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    turns = _turns(start, end)
    return [(x + rx * cos, y + ry * sin) for cos, sin in turns]


@lru_cache(maxsize=256)
def _turns(start: float, end: float) -> tuple[Point, ...]:
    steps = max(6, round((end - start) / 10))
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return tuple((math.cos(angle), math.sin(angle)) for angle in angles)

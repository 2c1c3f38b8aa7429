"""A canvas with smooth edges, and a pen whose paper can be moved, turned and mirrored."""

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageColor, ImageDraw, ImageFilter

from ml.results import Box

Point = tuple[float, float]
SMOOTH = 2  # drawn at twice the size and shrunk, so that edges are smooth


def mix(first: str, second: str, share: float) -> str:
    """Return the colour that lies `share` of the way from the first to the second."""
    pairs = zip(ImageColor.getrgb(first), ImageColor.getrgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@dataclass(frozen=True)
class Pen:
    """Draws in its own coordinates: origin at x, y, `scale` pixels a unit, turned clockwise by `angle` degrees.

    Beside the picture it keeps a map of who is seen where: each pixel of `seen` has the `ink` of what was drawn there
    last. Ink 0 is the background and leaves the map alone, so it has to come before everything else.
    """

    image: Image.Image
    seen: Image.Image
    ink: int = 0
    x: float = 0
    y: float = 0
    scale: float = 1
    angle: float = 0
    mirrored: bool = False

    def at(self, x: float, y: float, scale: float = 1, angle: float = 0, mirrored: bool = False) -> "Pen":
        """Return a pen for paper laid at a place on this one."""
        origin_x, origin_y = self._place((x, y))
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

    def polygon(self, points: Iterable[Point], fill: str) -> None:
        """Fill the area within the points."""
        placed = list(map(self._place, points))
        ImageDraw.Draw(self.image).polygon([(x * SMOOTH, y * SMOOTH) for x, y in placed], fill=fill)
        if self.ink:
            ImageDraw.Draw(self.seen).polygon(placed, fill=self.ink)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        """Fill an ellipse around x, y."""
        self.polygon(_arc(x, y, rx, ry, 0, 360), fill)

    def arch(self, x: float, y: float, rx: float, ry: float, start: float, end: float, fill: str) -> None:
        """Fill the segment of an ellipse between two directions, in degrees clockwise from the right."""
        self.polygon(_arc(x, y, rx, ry, start, end), fill)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: str, radius: float = 0) -> None:
        """Fill a rectangle, its corners rounded by `radius`."""
        r = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
        corners = [(x1 - r, y0 + r, 270), (x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180)]
        self.polygon([point for x, y, start in corners for point in _arc(x, y, r, r, start, start + 90)], fill)

    def limb(self, points: Sequence[Point], width: float, fill: str) -> None:
        """Draw a line with round joints and ends, `width` units thick."""
        placed = list(map(self._place, points))
        _line(self.image, [(x * SMOOTH, y * SMOOTH) for x, y in placed], width * self.scale * SMOOTH, fill)
        if self.ink:
            _line(self.seen, placed, width * self.scale, self.ink)

    def gradient(self, y0: float, y1: float, top: str, bottom: str) -> None:
        """Fill the whole width between two heights; only for a pen that is not turned."""
        upper, lower = (round(self._place((0, y))[1] * SMOOTH) for y in (y0, y1))
        size = (self.image.width, lower - upper)
        ramp = Image.linear_gradient("L").resize(size)
        self.image.paste(Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp), (0, upper))

    def veil(self, x: float, y: float, rx: float, ry: float, fill: str, strength: float, blur: float) -> None:
        """Lay a blurred, translucent ellipse over what is there: a shadow or a glow. `strength` is 0 to 1."""
        spread = blur * self.scale
        middle, reach = self._place((x, y)), max(rx, ry) * self.scale + 3 * spread
        left, top = (round(side - reach) for side in middle)  # only what it touches: blurring the whole canvas is slow
        mask = Image.new("L", (round(reach * 2) * SMOOTH,) * 2)
        outline = replace(self, image=mask, x=self.x - left, y=self.y - top, ink=0)
        outline.polygon(_arc(x, y, rx, ry, 0, 360), "white")
        soft = mask.filter(ImageFilter.GaussianBlur(spread * SMOOTH)).point(lambda v: round(v * strength))
        self.image.paste(Image.new("RGB", mask.size, fill), (left * SMOOTH, top * SMOOTH), soft)

    def _place(self, point: Point) -> Point:
        x, y = (-point[0] if self.mirrored else point[0]) * self.scale, point[1] * self.scale
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        return self.x + x * cos - y * sin, self.y + x * sin + y * cos


def blank(width: int, height: int) -> Pen:
    """Return a pen for a new canvas of this many pixels."""
    return Pen(Image.new("RGB", (width * SMOOTH, height * SMOOTH)), Image.new("L", (width, height)))


def visible(pen: Pen, ink: int) -> Box:
    """Return the box around what is still seen of this ink; ValueError if nothing is."""
    box = pen.seen.point([number == ink for number in range(256)]).getbbox()
    if box is None:
        raise ValueError(f"nothing of ink {ink} is seen")
    return Box(*box)


def jpeg(pen: Pen) -> bytes:
    """Return the canvas at its true size as a JPEG."""
    size = (pen.image.width // SMOOTH, pen.image.height // SMOOTH)
    buffer = io.BytesIO()
    pen.image.resize(size, Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=92, subsampling=0)
    return buffer.getvalue()


def _line(image: Image.Image, points: list[Point], thick: float, fill: str | int) -> None:
    draw = ImageDraw.Draw(image)
    draw.line(points, fill=fill, width=max(1, round(thick)))
    for x, y in points:
        draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=fill)


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    steps = max(8, round((end - start) / 6))
    turns = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]

"""A grid of relevances as a picture that is laid over an image. Pure: numbers in, a PNG out."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture

LONG_SIDE = 256
# Nine stops of matplotlib's "inferno" (CC0, Smith and van der Walt) from a quarter upwards: perceptually uniform, its
# lightness rises all the way, and so it reads the same to colour-blind people and in grey. Its blackest quarter is left
# out, because an overlay that darkens would hide what it is about.
STOPS = (
    (87, 16, 110),
    (125, 30, 109),
    (163, 44, 97),
    (199, 62, 76),
    (228, 90, 49),
    (246, 128, 19),
    (252, 172, 17),
    (245, 219, 76),
    (252, 255, 164),
)
# What is looked at most must still be recognisable beneath.
MOST_OPAQUE = 0.62


def overlay_png(grid: NDArray[np.floating], *, width: int, height: int) -> bytes:
    """Render `grid`, shape (rows, columns), 0 to 1, for an image of width x height pixels, of which it covers all.

    Smooth, with at most LONG_SIDE pixels on the long side: browsers scale it up. Nothing is seen where the relevance is
    0; the more relevant, the lighter and the more opaque. Raises `ValueError` for a grid or a size that is none.
    """
    if grid.ndim != 2 or not grid.size or width < 1 or height < 1:
        raise ValueError(f"A grid of {grid.shape} cannot be laid over an image of {width} x {height}.")
    scale = min(1.0, LONG_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    levels = np.rint(_smooth(grid, *size) * 255).astype(np.uint8)
    colours, opacity = ramp()
    picture = Picture.fromarray(levels)
    picture.putpalette(colours.tobytes())
    held = io.BytesIO()
    picture.save(held, "PNG", transparency=opacity.tobytes())
    return held.getvalue()


def _smooth(grid: NDArray[np.floating], width: int, height: int) -> NDArray[np.float32]:
    """Scale up bicubically, one direction after the other: undershoots of both at once would make something of 0."""
    held = np.clip(grid, 0, 1).astype(np.float32)
    for size in ((width, len(held)), (width, height)):
        held = np.clip(np.asarray(Picture.fromarray(held).resize(size, Picture.Resampling.BICUBIC)), 0, 1)
    return held


def ramp() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the colours (256, 3) and opacities (256,) of the relevances from 0 to 1."""
    level = np.linspace(0, 1, 256)
    stops = np.array(STOPS, np.float64)
    places = np.linspace(0, 1, len(stops))
    colours = np.stack([np.interp(level, places, stops[:, channel]) for channel in range(3)], axis=1)
    return np.rint(colours).astype(np.uint8), np.rint(level * MOST_OPAQUE * 255).astype(np.uint8)

"""The overlay: nothing where nothing is, lighter and denser where more is, smooth, and of the image's shape."""

import io
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from PIL import Image as Picture

from labeling.heat import LONG_SIDE, STOPS, overlay_png, ramp


def rendered(grid, width=640, height=480):
    """The overlay as a browser decodes it: (height, width, RGBA)."""
    png = overlay_png(np.array(grid, np.float32), width=width, height=height)
    picture = Picture.open(io.BytesIO(png))
    assert picture.format == "PNG"
    return np.asarray(picture.convert("RGBA")).astype(int)


def luminance(rgb):
    """WCAG's relative luminance of sRGB, 0 to 1."""
    c = np.asarray(rgb) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_the_more_relevant_the_lighter_and_the_more_opaque():
    colours, opacity = ramp()
    assert (np.diff(luminance(colours)) >= 0).all()
    assert (np.diff(opacity.astype(int)) >= 0).all()
    assert opacity[0] == 0
    assert 150 < opacity[-1] < 255


def test_the_legend_on_the_page_has_the_same_colours():
    sheet = (Path(settings.BASE_DIR) / "static" / "aids.css").read_text()
    places = [sheet.find(f"rgb({red} {green} {blue})") for red, green, blue in STOPS]
    assert -1 not in places
    assert places == sorted(places)


def test_neighbouring_colours_differ_by_light_alone_too():
    """Without any sense of colour, a quarter of the scale is still a visible step of lightness (CIE L*)."""
    light = 116 * np.cbrt(luminance(ramp()[0])) - 16
    assert (light[64::64] - light[:-64:64] > 12).all()


def test_nothing_is_seen_where_nothing_is():
    assert (rendered(np.zeros((7, 7)))[..., 3] == 0).all()
    grid = np.zeros((8, 8))
    grid[:, :2] = 1
    picture = rendered(grid, 800, 800)
    assert (picture[:, 128:, 3] == 0).all()
    assert (picture[:, :32, 3] > 150).all()


def test_two_undershoots_do_not_make_something_of_nothing():
    assert rendered([[0, 0], [0, 1]])[10, 10, 3] == 0


def test_it_is_smooth_and_in_its_place():
    grid = np.zeros((7, 7))
    grid[1, 5] = 1
    alpha = rendered(grid, 700, 700)[..., 3]
    top, left = np.unravel_index(alpha.argmax(), alpha.shape)
    assert abs(top / 256 - 1.5 / 7) < 0.02
    assert abs(left / 256 - 5.5 / 7) < 0.02
    assert np.abs(np.diff(alpha, axis=1)).max() < 20


@pytest.mark.parametrize(("size", "expected"), [((640, 480), (256, 192)), ((30, 90), (30, 90)), ((9000, 10), (256, 1))])
def test_it_has_the_shape_of_the_image_and_is_small(size, expected):
    height, width, _ = rendered([[0.5]], *size).shape
    assert (width, height) == expected
    assert max(width, height) <= LONG_SIDE


def test_values_outside_the_scale_are_its_ends():
    assert (rendered([[-3.0]])[..., 3] == 0).all()
    assert (rendered([[7.0]]) == rendered([[1.0]])).all()


@pytest.mark.parametrize("grid", [np.zeros((0, 3)), np.zeros(9), np.zeros((3, 3, 3))])
def test_what_is_no_grid_is_refused(grid):
    with pytest.raises(ValueError, match="cannot be laid over"):
        overlay_png(grid, width=10, height=10)

"""Takes what a page shows, or a part of it, and keeps it small."""

import io
from pathlib import Path

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page

IMAGES = Path(__file__).resolve().parent.parent / "images"
# A file with few colours is a third as large; so much may they differ on average, of 255, before somebody sees it.
COLOURS, UNSEEN = 256, 0.2
# A part that is longer than a window is no picture but a list.
TALLEST = 820
# All that is in sight; what stands further down may load later.
_LOADED = """() => [...document.images].every(
  image => image.complete || !image.checkVisibility() || image.getBoundingClientRect().top > innerHeight)"""
# From a heading to the next one, as wide as the page's content.
_PART = """heading => {
  const room = document.querySelector("#content").getBoundingClientRect();
  const all = [...document.querySelectorAll("#content h2")];
  const next = all[all.indexOf(heading) + 1];
  const top = heading.getBoundingClientRect().top - 16;
  const bottom = next ? next.getBoundingClientRect().top : room.bottom;
  return { x: room.left, y: top + scrollY, width: room.width, height: bottom - top };
}"""


def take(page: Page, name: str, *, whole: bool = False) -> None:
    """Save what the window shows now, or the whole page."""
    page.wait_for_timeout(400)
    page.wait_for_function(_LOADED)
    keep(page.screenshot(full_page=whole), name)


def take_part(page: Page, name: str, heading: str) -> None:
    """Save a part of a page of the admin: from a heading to the next one."""
    start = page.get_by_role("heading", name=heading, exact=True)
    start.evaluate("heading => heading.scrollIntoView()")  # thumbnails load when they are near
    page.wait_for_timeout(400)
    page.wait_for_function(_LOADED)
    part = start.evaluate(_PART)
    keep(page.screenshot(full_page=True, clip=part | {"height": min(part["height"], TALLEST)}), name)


def keep(png: bytes, name: str) -> None:
    """Write the picture, with few colours where nobody sees the difference."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, kmeans=3)
    apart = ImageStat.Stat(ImageChops.difference(picture, few.convert("RGB"))).mean
    (few if max(apart) < UNSEEN else picture).save(IMAGES / f"{name}.png", optimize=True)
    print(f"docs/images/{name}.png")

"""The picture of docs/quality.md is what its script draws, and the page says the same numbers."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
drawing = runpy.run_path(str(ROOT / "docs" / "draw_quality.py"))


def test_the_committed_picture_is_the_drawn_one():
    assert drawing["PICTURE"].read_text(encoding="utf-8") == drawing["draw"](drawing["figures"]())


def test_the_page_tells_the_numbers_of_the_picture():
    page, found = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8"), drawing["figures"]()
    for name in ("kappa", "fleiss", "alpha", "ac1"):
        value, low, high = found[name]
        assert f"{value:.2f} ({low:.2f} to {high:.2f})".replace("-", "\N{MINUS SIGN}") in page
    for name in ("raw", "positive", "negative"):
        value, low, high = (100 * number for number in found[name])
        assert f"{value:.0f} % ({low:.0f} to {high:.0f})" in page

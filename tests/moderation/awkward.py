"""A folder with every awkward kind of file, and the real command to import it."""

import os
import re
from io import StringIO

from django.core.management import call_command

from tests import pictures

GOOD = {
    "plain.jpg": pictures.jpeg(),
    "cmyk.jpg": pictures.cmyk_jpeg(),
    "deep.png": pictures.grey_16_png(),
    "palette.png": pictures.palette_with_alpha_png(),
    "turned.jpg": pictures.rotated(6),
    "moving.gif": pictures.animated("GIF"),
    "moving.webp": pictures.animated("WEBP"),
    "no ending, ünïcode ☂": pictures.png(),
}
BAD = {
    "cut.jpg": (pictures.truncated_jpeg(), "truncated"),
    "zero.jpg": (b"", "empty"),
    "text.jpg": (pictures.text_called_jpg(), "not_an_image"),
    "huge.png": (pictures.huge_header_png(), "too_many_pixels"),
    "bomb.png": (pictures.text_bomb_png(), "broken"),
    "drawing.svg": (pictures.svg(), "unsupported_format"),
    "scan.tiff": (pictures.tiff(), "unsupported_format"),
}


def fill(tmp_path):
    """Every awkward kind of file, good and bad, in folders with awkward names."""
    (tmp_path / "sub folder").mkdir()
    for name, data in GOOD.items():
        (tmp_path / "sub folder" / name).write_bytes(data)
    for name, (data, _) in BAD.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / os.fsdecode(b"not \xff utf-8.png")).write_bytes(pictures.png((30, 30)))
    (tmp_path / ".hidden.png").write_bytes(pictures.png())
    (tmp_path / "loop").symlink_to(tmp_path)
    return tmp_path


def run(*paths, **options):
    out = StringIO()
    call_command("import_images", *map(str, paths), **{"source": "shop", "stdout": out, "stderr": StringIO()} | options)
    return out.getvalue()


SUMMARY = re.compile(r"^(\d+) files: (\d+) new, (\d+) known.*?, (\d+) imported.*?, (\d+) not", re.MULTILINE)


def numbers(said):
    """Return the summary: seen, new, known bytes again, imported before, failed."""
    return [int(number) for number in SUMMARY.findall(said)[0]]

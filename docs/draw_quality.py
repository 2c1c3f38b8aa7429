"""Draw the picture of docs/quality.md, and print the figures that it and the text beside it use.

.venv/bin/python docs/draw_quality.py
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 (the path comes first)

from labeling.agreement import alpha, coefficients, cohen, drift  # noqa: E402
from labeling.agreement.bootstrap import estimate  # noqa: E402

PICTURE = ROOT / "docs" / "images" / "quality.svg"
# One hundred images that two people judged: both harmful, only the first, only the second, both safe.
BOTH, FIRST, SECOND, NEITHER = 2, 4, 4, 90
# One hundred images that came back to a person: how many went up the scale, and how many down.
PEOPLE = {"Ann": (6, 6), "Ben": (12, 0)}
COLOURS = {"both": "#1b5e8a", "one": "#e08a1e", "neither": "#d9dee3", "ink": "#1d2429", "quiet": "#5a646c"}
CELL, GAP = 18, 3


def figures() -> dict[str, Any]:
    """Return every number of the picture, computed by the code that computes them for the pages."""
    counts = np.array([[0, 2]] * BOTH + [[1, 1]] * (FIRST + SECOND) + [[2, 0]] * NEITHER)
    wanted = {"raw": coefficients.RAW, "positive": coefficients.specific(1), "negative": coefficients.specific(0)}
    wanted |= {"alpha": alpha.NOMINAL, "fleiss": coefficients.FLEISS, "ac1": coefficients.AC1}
    found = estimate(counts, wanted) | {"kappa": cohen.of_table(np.array([[NEITHER, SECOND], [FIRST, BOTH]]))}
    people = {name: drift.of_table(np.array([[45, up], [down, 55 - up - down]])) for name, (up, down) in PEOPLE.items()}
    return {
        **{name: [round(number, 3) for number in (each.value, each.low, each.high)] for name, each in found.items()},
        **{
            name: {
                key: [round(number, 3) for number in (each.value, each.low, each.high)]
                for key, each in (("differs", one.differs), ("noise", one.noise), ("drift", one.drift))
            }
            for name, one in people.items()
        },
    }


def text(x: float, y: float, words: str, *, size: int = 13, colour: str = "ink", anchor: str = "start") -> str:
    """Return a line of text."""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{COLOURS[colour]}" text-anchor="{anchor}">{words}</text>'


def square(place: int, kind: str, *, top: int) -> str:
    """Return one image's square in a field of ten by ten."""
    x, y = 20 + place % 10 * (CELL + GAP), top + place // 10 * (CELL + GAP)
    return f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" rx="3" fill="{COLOURS[kind]}"/>'


def two_people(found: dict[str, Any]) -> list[str]:
    """Return the left half: one hundred images as squares, and what the numbers say of them."""
    kinds = ["both"] * BOTH + ["one"] * (FIRST + SECOND) + ["neither"] * NEITHER
    lines = [text(20, 28, "Two people, 100 images", size=16)]
    lines += [square(place, kind, top=46) for place, kind in enumerate(kinds)]
    says = [
        ("both", f"{BOTH} both say harmful"),
        ("one", f"{FIRST + SECOND} only one says harmful"),
        ("neither", f"{NEITHER} both say safe"),
    ]
    for row, (kind, words) in enumerate(says):
        lines.append(f'<rect x="246" y="{50 + 24 * row}" width="14" height="14" rx="3" fill="{COLOURS[kind]}"/>')
        lines.append(text(268, 62 + 24 * row, words))
    numbers = [("raw", "raw agreement"), ("positive", "agreement on harmful"), ("negative", "agreement on safe")]
    for row, (name, words) in enumerate(numbers):
        lines.append(text(246, 148 + 24 * row, f"{100 * found[name][0]:.0f} % {words}"))
    rest = [("kappa", "Cohen's kappa"), ("ac1", "Gwet's AC1")]
    for row, (name, words) in enumerate(rest):
        lines.append(text(246, 226 + 22 * row, f"{found[name][0]:.2f} {words}", colour="quiet"))
    return lines


def arrows(x: float, y: float, number: int, *, up: bool) -> list[str]:
    """Return so many small arrows side by side."""
    head = f"l 5 7 h -10 z m 0 {CELL}" if up else f"m 0 {CELL} l 5 -7 h -10 z"
    colour = COLOURS["both" if up else "one"]
    return [
        f'<path d="M {x + 14 * each} {y} {head}" fill="{colour}"/>'
        f'<path d="M {x + 14 * each} {y + 3} v {CELL - 6}" stroke="{colour}" stroke-width="2"/>'
        for each in range(number)
    ]


def themselves(found: dict[str, Any]) -> list[str]:
    """Return the right half: how two people changed their answers, and the interval of their drift."""
    lines = [text(480, 28, "One person, 100 images again", size=16)]
    for row, (name, (up, down)) in enumerate(PEOPLE.items()):
        top = 48 + 112 * row
        value, low, high = (100 * number for number in found[name]["drift"])
        lines.append(text(480, top + 14, f"{name}: {up + down} answers differ, {up} up and {down} down"))
        lines += arrows(488, top + 26, up, up=True) + arrows(488 + 14 * up, top + 26, down, up=False)
        said = f"noise {100 * found[name]['noise'][0]:.0f} %, drift {value:+.0f} % ({low:+.0f} to {high:+.0f})"
        lines.append(text(480, top + 66, said.replace("+0 %", "0 %").replace("-", "&#8722;")))
        lines += interval(value, low, high, y=top + 82)
    lines.append(text(640, 270, "0: no drift", size=11, colour="quiet", anchor="middle"))
    return lines


def interval(value: float, low: float, high: float, *, y: float) -> list[str]:
    """Return a dot with its interval on an axis of which 0 is in the middle."""

    def at(points: float) -> float:
        return round(640 + 6 * points, 1)

    return [
        f'<path d="M 640 {y - 8} v 16" stroke="{COLOURS["quiet"]}"/>',
        f'<path d="M {at(low)} {y} H {at(high)}" stroke="{COLOURS["ink"]}" stroke-width="2"/>',
        f'<circle cx="{at(value)}" cy="{y}" r="5" fill="{COLOURS["ink"]}"/>',
    ]


def draw(found: dict[str, Any]) -> str:
    """Return the picture."""
    title = "Why one number is not enough, and what noise and drift are"
    told = (
        f"Left: of 100 images two people both call {BOTH} harmful, {FIRST + SECOND} are called so by only one of them; "
        "they agree on most images and hardly on the harmful ones. Right: two people change 12 of 100 answers each, "
        "one of them both ways, which is noise, the other always one way, which is drift."
    )
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 290" role="img" aria-labelledby="title told" '
            'font-family="system-ui, sans-serif">',
            f'<title id="title">{title}</title>',
            f'<desc id="told">{told}</desc>',
            '<rect width="820" height="290" rx="8" fill="#ffffff"/>',
            *two_people(found),
            *themselves(found),
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    numbers = figures()
    PICTURE.write_text(draw(numbers), encoding="utf-8")
    print(json.dumps(numbers))

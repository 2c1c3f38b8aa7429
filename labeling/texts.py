"""Two versions of a text, compared word by word. Pure; no Django here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal


@dataclass(frozen=True)
class Piece:
    """Some words of a text: as they were, new, or gone."""

    kind: Literal["same", "new", "gone"]
    text: str


def pieces(before: str, after: str) -> Iterator[Piece]:
    """Compare two texts word by word; line breaks count as words."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(new[k:m]))
            continue
        if j > i:
            yield Piece("gone", "".join(old[i:j]))
        if m > k:
            yield Piece("new", "".join(new[k:m]))

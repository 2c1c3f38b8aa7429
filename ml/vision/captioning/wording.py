"""From a network's tokens to words that people read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

AFTER = re.compile(r"^[.,;:!?)\]}%…]+$")  # hangs on the word before it
BEFORE = re.compile(r"^[(\[{#$]+$")  # hangs on the word after it
BETWEEN = re.compile(r"^['\u2019\-\u2013/&@_*]+$")  # joins the words around it
DROPPED = re.compile(r"^[\"\u201c\u201d`\u00b4~^|<>=+\\]+$")  # tells nothing without its other half
PIECE = "##"


@dataclass(frozen=True)
class Word:
    """A word as people read it, and the places of the tokens that make it; those of its marks are left out."""

    text: str
    tokens: tuple[int, ...]


def words(tokens: Sequence[str]) -> list[Word]:
    """Join the pieces of words, and hang commas and the like on the words they belong to.

    `tokens` are those of BERT's tokenizer, without special ones: pieces that go on begin with "##".
    """
    made: list[tuple[str, list[int]]] = []
    waiting, joining = "", False
    for place, token in enumerate(tokens):
        if token.startswith(PIECE) and made:
            made[-1] = (made[-1][0] + token.removeprefix(PIECE), [*made[-1][1], place])
        elif AFTER.match(token) or BETWEEN.match(token):
            if made:
                made[-1] = (made[-1][0] + token, made[-1][1])
            joining = bool(made) and bool(BETWEEN.match(token))
        elif BEFORE.match(token):
            waiting += token
        elif joining:
            made[-1] = (made[-1][0] + waiting + token, [*made[-1][1], place])
            waiting, joining = "", False
        elif not DROPPED.match(token):
            made.append((waiting + token.removeprefix(PIECE), [place]))
            waiting = ""
    return [Word(text, tuple(places)) for text, places in made]

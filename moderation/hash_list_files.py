"""Files of PDQ hashes from elsewhere: 64 hex digits a line, then, if there is one, a note. No Django."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOTE_LENGTH = 300
# As tools write it: the hash alone, or what they say of it after a comma, a semicolon, a tab or a space.
_LINE = re.compile(r"(?P<hash>[0-9a-f]{64})(?:[\s,;]+(?P<note>.*))?", re.IGNORECASE)


class HashFileError(Exception):
    """The file as a whole cannot be used; the message is for the person."""


@dataclass(frozen=True)
class Line:
    """One line: its number in the file, from 1; 256 bits as 0 and 1, the first digit's first; or why it is none."""

    number: int
    pdq: str = ""
    note: str = ""
    problem: str = ""


def read_hashes(path: Path) -> Iterator[Line]:
    """Yield the lines of a file in UTF-8, but for empty ones and those that begin with #. Raises HashFileError."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, text in enumerate(file, start=1):
                if (said := text.strip()) and not said.startswith("#"):
                    yield _line(number, said)
    except OSError as error:
        raise HashFileError(f"{path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise HashFileError(f"{path}: this is no text in UTF-8 ({error}).") from error


def _line(number: int, text: str) -> Line:
    found = _LINE.fullmatch(text)
    if not found:
        return Line(number, problem="It does not begin with a PDQ hash, 64 hex digits.")
    note = found["note"] or ""
    if "\0" in note or len(note) > NOTE_LENGTH:
        return Line(number, problem=f"Its note has a NUL character, or more than {NOTE_LENGTH} characters.")
    return Line(number, f"{int(found['hash'], 16):0256b}", note)

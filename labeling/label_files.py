"""Files of labels that people gave elsewhere, and of truths: CSV with named columns. No Django."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

LABEL_COLUMNS = ("item", "labeler", "label")
LABEL_EXTRAS = ("decided_at", "reason")
TRUTH_COLUMNS = ("item", "truth")


class LabelFileError(Exception):
    """The file as a whole cannot be used; the message is for the person."""


@dataclass(frozen=True)
class Line:
    """One line: its number in the file (from 1, the header is a line), its values by column, or why it is none.

    Values are stripped of white space at both ends; of optional columns that are not there they are empty.
    """

    number: int
    values: dict[str, str]
    problem: str = ""


class Table:
    """An open file with its header read. Iterating reads on, line by line; raises LabelFileError."""

    def __init__(self, path: Path, file: TextIO, needed: tuple[str, ...], extras: tuple[str, ...]) -> None:
        self._path, self._needed, self._extras = path, needed, extras
        self._rows = csv.DictReader(file)
        with _as_label_file_error(path):
            named = list(self._rows.fieldnames or [])
        if missing := [column for column in needed if column not in named]:
            raise LabelFileError(
                f"{path}: the first line must name the columns {','.join(needed)}; there is no {', '.join(missing)}."
            )
        if double := sorted({column for column in named if named.count(column) > 1}):
            raise LabelFileError(f"{path}: the first line names {', '.join(double)} twice.")
        self.ignored = [column for column in named if column not in (*needed, *extras)]

    def __iter__(self) -> Iterator[Line]:
        with _as_label_file_error(self._path):
            for row in self._rows:
                yield self._line(row)

    def _line(self, row: dict[str, str | None]) -> Line:
        values = {column: (row.get(column) or "").strip() for column in (*self._needed, *self._extras)}
        number = self._rows.line_num
        if None in row or None in row.values():
            return Line(number, values, "It does not have the columns of the first line.")
        if empty := [column for column in self._needed if not values[column]]:
            return Line(number, values, f"There is no {', '.join(empty)}.")
        if any("\0" in value for value in values.values()):
            return Line(number, values, "It has a NUL character.")
        return Line(number, values)


@contextmanager
def open_table(path: Path, *, needed: tuple[str, ...], extras: tuple[str, ...] = ()) -> Iterator[Table]:
    """Open a CSV file in UTF-8 whose first line names at least the `needed` columns. Raises LabelFileError."""
    try:
        file = path.open(newline="", encoding="utf-8-sig")
    except OSError as error:
        raise LabelFileError(f"{path}: {error.strerror}.") from error
    with file:
        yield Table(path, file, needed, extras)


@contextmanager
def _as_label_file_error(path: Path) -> Iterator[None]:
    try:
        yield
    except (UnicodeDecodeError, csv.Error) as error:
        raise LabelFileError(f"{path}: this is not a CSV file in UTF-8 ({error}).") from error


def moment(text: str) -> datetime:
    """Return an ISO 8601 moment; without a zone it is UTC. Raises ValueError."""
    given = datetime.fromisoformat(text)
    try:
        return given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)
    except OverflowError as error:  # at the ends of time
        raise ValueError(str(error)) from error

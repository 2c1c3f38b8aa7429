"""Labels and known answers out of CSV files that somebody else wrote. Pure; no Django here."""

import csv
from collections.abc import Iterator
from pathlib import Path

LABEL_COLUMNS = ("item", "labeler", "label")
TRUTH_COLUMNS = ("item", "truth")


class BadFile(ValueError):
    """The file cannot be used; the message says which line is wrong, and what a person can do about it."""


def read_labels(path: Path) -> list[tuple[str, str, str]]:
    """Return the rows (item, labeler, label) of a CSV file with these columns, in their order; others are passed over.

    BadFile where it cannot be read, a column is missing, a cell is empty, or it has no rows.
    """
    rows = [(item, labeler, label) for _, (item, labeler, label) in _rows(path, LABEL_COLUMNS)]
    if not rows:
        raise BadFile(f"{path} has no labels.")
    return rows


def read_truth(path: Path) -> dict[str, str]:
    """Return the known answer of each item of a CSV file with the columns item and truth; BadFile as for labels.

    BadFile also where an item has two different answers.
    """
    truth: dict[str, str] = {}
    for line, (item, answer) in _rows(path, TRUTH_COLUMNS):
        if truth.setdefault(item, answer) != answer:
            raise BadFile(f"{path}, line {line}: item {item} is {answer} here and {truth[item]} further up.")
    return truth


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number and the cells of the columns, for each row that is not blank."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from _cells(path, csv.reader(lines), columns)
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadFile(f"{path} is not a text file in UTF-8.") from None
    except csv.Error as error:
        raise BadFile(f"{path} is not a CSV file: {error}.") from None


def _cells(path: Path, reader: Iterator[list[str]], columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    names = [name.strip() for name in next(reader, [])]
    missing = [name for name in columns if name not in names]
    if missing:
        there = ", ".join(filter(None, names)) or "none"
        raise BadFile(f"{path}, line 1: the column {', '.join(missing)} is missing. There are: {there}.")
    places = [names.index(name) for name in columns]
    for row in filter(None, reader):
        line: int = reader.line_num  # type: ignore[attr-defined]
        cells = [row[place].strip() if place < len(row) else "" for place in places]
        if "" in cells:
            raise BadFile(f"{path}, line {line}: {columns[cells.index('')]} is empty.")
        yield line, cells

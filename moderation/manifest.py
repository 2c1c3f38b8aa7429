"""What an import is asked to take: folders, files, or a CSV manifest. No Django; nothing is opened but the CSV."""

import csv
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

COLUMNS = ("path", "external_id", "received_at")
LONGEST_ID = 1024


class ManifestError(Exception):
    """The manifest as a whole cannot be used; the message is for the person."""


@dataclass(frozen=True)
class Item:
    """One file to take, or `problem`: why it cannot be. `received_at` None means now.

    Without an external id there is no file at all that could be tried again: a folder, or a line that names none.
    """

    path: Path
    external_id: str
    received_at: datetime | None = None
    problem: str = ""


def items(paths: Iterable[Path]) -> Iterator[Item]:
    """Yield every file that the paths name, folder by folder in the order of names, without listing all first.

    A path ending in .csv is a manifest. Inside a folder, hidden files and folders and links to folders are passed over.
    Raises ManifestError.
    """
    for path in paths:
        if path.is_dir():
            yield from _folder(path)
        elif path.suffix.lower() == ".csv":
            yield from _manifest(path)
        else:
            yield Item(path, name_of(path))


def name_of(path: Path) -> str:
    """Return the external id of a plain file: its resolved path, so that it does not matter how it was named.

    Bytes that are no text are written as escapes; a path that is too long keeps its end behind a digest of the whole.
    """
    name = os.fsencode(os.path.realpath(path)).decode("utf-8", "backslashreplace")
    if len(name) <= LONGEST_ID:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"{digest}…{name[-(LONGEST_ID - len(digest) - 1) :]}"


def _folder(folder: Path) -> Iterator[Item]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield Item(folder, "", problem=f"The folder cannot be read: {error.strerror}.")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _folder(Path(entry.path))
        elif not entry.is_dir():
            yield Item(Path(entry.path), name_of(Path(entry.path)))


def _manifest(path: Path) -> Iterator[Item]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            unknown = set(rows.fieldnames or []) - set(COLUMNS)
            if "path" not in (rows.fieldnames or []) or unknown:
                wrong = f"; it also has {', '.join(sorted(unknown))}" if unknown else ""
                raise ManifestError(f"{path}: the first line must name the columns {','.join(COLUMNS)}{wrong}.")
            for row in rows:
                yield _item(path, rows.line_num, row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(f"{path}: this is not a CSV file in UTF-8 ({error}).") from error


def _item(manifest: Path, line: int, row: dict[str, str | None]) -> Item:
    given = (row.get("path") or "").strip()
    where = f"line {line} of {manifest.name}"
    if not given or None in row:
        return Item(manifest, "", problem=f"{where} does not have the columns of the first line")
    if "\0" in given:
        return Item(manifest, "", problem=f"{where}: the path has a NUL")
    path = manifest.parent / given
    external_id = (row.get("external_id") or "").strip() or name_of(path)
    if len(external_id) > LONGEST_ID or "\0" in external_id:
        return Item(path, "", problem=f"{where}: external_id has over {LONGEST_ID} characters, or a NUL")
    try:
        return Item(path, external_id, _moment((row.get("received_at") or "").strip()))
    except (ValueError, OverflowError):
        return Item(path, external_id, problem=f"{where}: received_at is no ISO 8601 date")


def _moment(text: str) -> datetime | None:
    """Return the moment in UTC; without a zone it is that. Raises ValueError, or OverflowError at the ends of time."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)

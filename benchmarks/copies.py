"""Edited copies of photos against a bank that holds them, and against one that does not: who is recognised?

    make bench NAME=copies ARGS="--photos FOLDER"

FOLDER holds photos at any depth; they are halved by chance. On one half thresholds are chosen, on the other they are
reported. Each photo arrives as it is and in every way of `benchmarks/edits.py`. Each of these arrivals is tried twice:
as a copy, with the photo among the entries of the bank, and as an outsider, with the photo taken out and all other
photos left in. The bank is filled up to `--bank` entries with perturbed embeddings, which have no picture: they can
crowd the right one out of the ten nearest, and nothing else. An outsider is therefore held against the ten nearest
*photos*, so that they do not dilute the false matches. Photos that are copies of each other are found first, and only
one of them is kept.

`--keep FOLDER` keeps what was measured. A further run there measures what is missing, so that a long one can be
stopped, and prints the tables of all; another version of the rule needs another folder.
"""

import argparse
import io
import json
import pickle
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from benchmarks import copy_bank, copy_tables, edits, site
from benchmarks.copy_bank import Bank
from benchmarks.photos import photos_in
from ml import services as ml
from ml.vision import copies

OTHERS = 10
PARTS = 3


class Clock:
    """Adds up the processor time that each step took: on a busy machine the clock on the wall says little."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.times: dict[str, int] = defaultdict(int)

    @contextmanager
    def step(self, name: str, count: int = 1) -> Iterator[None]:
        """Time what is done within, for so many images."""
        start = time.process_time()
        yield
        self.seconds[name] += time.process_time() - start
        self.times[name] += count

    def milliseconds(self) -> dict[str, float]:
        """Return each step's time an image."""
        return {name: round(1000 * self.seconds[name] / self.times[name], 2) for name in self.seconds}


def arrivals_of(path: Path, numbers: Sequence[int]) -> list[bytes]:
    """Return copies of a photo by the numbers of their edits, in the order of `edits.EDITS`; 0 is the photo itself."""
    picture, names = Image.open(path).convert("RGB"), list(edits.EDITS)
    return [edits.copy_of(picture, names[n - 1], path.stem) if n else path.read_bytes() for n in numbers]


def measure(bank: Bank, number: int, part: int, clock: Clock) -> list[np.ndarray]:
    """Return a record for each arrival of this photo, of a part of the edits."""
    chosen = [n for n in range(len(edits.EDITS) + 1) if part_of(number, n) == part]
    files = arrivals_of(bank.paths[number], chosen)
    with clock.step("embedding", len(files)):
        vectors = copy_bank.unit(np.stack(ml.embed(files)))  # type: ignore[arg-type]
    with clock.step("embedding the picture within", len(files)):
        within = ml.embed_inside(files)
    inside = copy_bank.unit(np.stack([vectors[n] if each is None else each for n, each in enumerate(within)]))  # type: ignore[list-item]
    with clock.step("nearest in the bank, exactly", len(files)):
        whole = vectors @ bank.vectors.T
        likeness = np.maximum(whole, inside @ bank.vectors.T)
        crowd, inner_crowd = vectors @ bank.crowd.T, inside @ bank.crowd.T
    own, plain = likeness[:, number].copy(), whole[:, number].copy()
    before = (np.maximum(crowd, inner_crowd) > own[:, None]).sum(1) + (likeness > own[:, None]).sum(1)
    without = (crowd > plain[:, None]).sum(1) + (whole > plain[:, None]).sum(1)
    records = []
    for place, edit in enumerate(chosen):
        record = np.zeros((), copy_tables.RECORD)
        record["photo"], record["edit"], record["cosine"] = number, edit, plain[place]
        record["rank"], record["rank_without"] = before[place], without[place]
        record["nearest_cosine"] = np.delete(whole[place], number).max()
        one_arrival(bank, record, files[place], likeness[place], clock)
        records.append(record)
    return records


def part_of(photo: int, edit: int) -> int:
    """Return in which part an edit of a photo is measured: what is stopped early has seen all edits and many photos."""
    return (photo + edit) % PARTS


def one_arrival(bank: Bank, record: np.ndarray, file: bytes, likeness: np.ndarray, clock: Clock) -> None:
    """Hash an arrival and lay it on its own photo and on the nearest others."""
    number = int(record["photo"])
    with clock.step("decoding"):
        rgb = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
    with clock.step("PDQ"):
        hashed = ml.hash_picture(rgb)
    distances = bank.distances(hashed)
    record["quality"], record["pdq"] = hashed.quality, distances[number]
    distances[number], likeness[number] = 256, -1
    near = np.argsort(-likeness)[:OTHERS]
    record["others"]["cosine"], record["others"]["pdq"] = likeness[near], distances[near]
    hit = int(distances.argmin())
    record["nearest_pdq"] = distances[hit] if bank.quality[hit] >= 50 and hashed.quality >= 50 else 256
    with clock.step("local features"):
        one = copies.features(rgb)
        mirrored = copies.mirror(one)
    with clock.step("laying it on one other"):
        found = copies.compare(one, mirrored, bank.features[number])
    copy_tables.write(record["own"], found)
    with clock.step("laying it on ten others"):
        for place, other in enumerate(near):
            copy_tables.write(record["others"]["laid"][place], copies.compare(one, mirrored, bank.features[other]))
    if record["nearest_pdq"] <= copy_tables.SAME_PDQ:
        copy_tables.write(record["hit"], copies.compare(one, mirrored, bank.features[hit]))


class Kept:
    """What was measured so far, in a folder: the bank, which takes minutes, and the records."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.bank, self.rows = folder / "bank.pickle", folder / "rows.npz"

    def open_bank(self, photos: Path, entries: int) -> tuple[Bank, dict[str, Any]]:
        """Return the bank and what is to be known about it; made if it is not there."""
        if not self.bank.exists():
            made, facts = copy_bank.build(photos_in(photos.resolve()), entries)
            self.bank.write_bytes(pickle.dumps((made, facts | {"rule": ml.COPY_RULE}), protocol=5))
        bank, facts = pickle.loads(self.bank.read_bytes())
        if facts["rule"] != ml.COPY_RULE:
            raise SystemExit(f"{self.bank.parent} is of another rule: {facts['rule']}")
        return bank, facts

    def open_rows(self) -> tuple[list[np.ndarray], dict[str, float]]:
        """Return the records and how long the steps took."""
        if not self.rows.exists():
            return [], {}
        with np.load(self.rows) as file:
            return list(file["rows"]), json.loads(str(file["ms"]))

    def save_rows(self, rows: list[np.ndarray], ms: dict[str, float]) -> None:
        """Keep them; a stop in between keeps the former ones."""
        half_done = self.rows.with_suffix(".part.npz")
        np.savez_compressed(half_done, rows=np.array(rows, copy_tables.RECORD), ms=json.dumps(ms))
        half_done.rename(self.rows)


def gather(bank: Bank, chosen: list[int], kept: Kept) -> tuple[np.ndarray, dict[str, float]]:
    """Measure the arrivals of these photos that are not measured yet; return all records, and ms for each step."""
    clock = Clock()
    rows, ms = kept.open_rows()
    done = {(int(row["photo"]), part_of(int(row["photo"]), int(row["edit"]))) for row in rows}
    missing = [(number, part) for part in range(PARTS) for number in chosen if (number, part) not in done]
    for count, (number, part) in enumerate(missing, start=1):
        rows += measure(bank, number, part, clock)
        if count % 20 == 0 or count == len(missing):
            ms = clock.milliseconds()
            kept.save_rows(rows, ms)
            print(f"{len(rows)} arrivals; {ms}", file=sys.stderr, flush=True)
    return np.array(rows, copy_tables.RECORD), ms


def main() -> None:
    """Measure what is not measured yet, and print the tables as one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=Path, required=True, help="a folder of photos")
    parser.add_argument("--choose", type=int, default=250, help="photos to choose thresholds on")
    parser.add_argument("--test", type=int, default=1400, help="photos to report on")
    parser.add_argument("--bank", type=int, default=100_000, help="entries of the bank")
    parser.add_argument("--keep", type=Path, help="a folder for what was measured")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        kept = Kept(arguments.keep or Path(folder))
        bank, facts = kept.open_bank(arguments.photos, arguments.bank)
        print(json.dumps(facts), file=sys.stderr, flush=True)
        half = len(bank.paths) // 2
        chosen = [*range(min(half, arguments.choose)), *range(half, min(len(bank.paths), half + arguments.test))]
        rows, ms = gather(bank, chosen, kept)
    print(json.dumps(facts | {"ms": ms} | copy_tables.figures(rows, half)))


if __name__ == "__main__":
    site.as_worker()
    main()

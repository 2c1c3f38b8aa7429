"""Lessons, drawn once by all cores and kept in a folder, so that every epoch and every trial has them at hand."""

import hashlib
import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ml.vision.captioning.learning.truth import COARSER, Lesson, lesson

BLOCK = 500  # lessons per file


@dataclass(frozen=True)
class Lessons:
    """Many lessons: pixels (n, side, side, 3), maps (n, side / 2, side / 2), and what they are about."""

    pixels: Sequence[NDArray[np.uint8]]
    seen: Sequence[NDArray[np.uint8]]
    about: list[dict[str, Any]]

    def __len__(self) -> int:
        return len(self.about)

    def at(self, number: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the pixels and the map of one lesson."""
        block, place = divmod(number, BLOCK)
        return self.pixels[block][place], self.seen[block][place]


def draw(first: int, count: int, side: int, folder: Path) -> Lessons:
    """Return the lessons of the scenes `first`, `first` + 1, ...; what the folder has already is not drawn again."""
    folder = folder / f"{_code()}-{side}"
    folder.mkdir(parents=True, exist_ok=True)
    starts = range(first, first + count, BLOCK)
    missing = [start for start in starts if not _paths(folder, start, _size(start, first, count))[2].exists()]
    jobs = [(start, _size(start, first, count)) for start in missing]
    if len(jobs) == 1:
        _draw(folder, side, jobs[0])
    elif jobs:
        # Spawned rather than forked: a fork would copy threads and connections.
        with multiprocessing.get_context("spawn").Pool(len(os.sched_getaffinity(0))) as pool:
            for _ in tqdm(pool.imap(partial(_draw, folder, side), jobs), total=len(jobs), desc="Drawing", unit="block"):
                pass
    return _read(folder, [(start, _size(start, first, count)) for start in starts])


def _size(start: int, first: int, count: int) -> int:
    return min(BLOCK, first + count - start)


def _read(folder: Path, blocks: list[tuple[int, int]]) -> Lessons:
    paths = [_paths(folder, start, size) for start, size in blocks]
    about = [each for path in paths for each in json.loads(path[2].read_text())]
    pixels, seen = ([np.load(path[part], mmap_mode="r") for path in paths] for part in (0, 1))
    return Lessons(pixels, seen, about)


def _draw(folder: Path, side: int, job: tuple[int, int]) -> None:
    """Draw a block of lessons; the file with the words is written last, and says that the block is whole."""
    start, size = job
    pixels = np.empty((size, side, side, 3), np.uint8)
    seen = np.empty((size, side // COARSER, side // COARSER), np.uint8)
    about = []
    for number, each in enumerate(_lessons(start, size, side)):
        pixels[number], seen[number] = each.pixels, each.seen
        about.append(each.about)
    paths = _paths(folder, start, size)
    np.save(paths[0], pixels)
    np.save(paths[1], seen)
    partial_file = paths[2].with_suffix(".part")
    partial_file.write_text(json.dumps(about))
    partial_file.replace(paths[2])


def _lessons(start: int, size: int, side: int) -> Iterator[Lesson]:
    return (lesson(seed, side) for seed in range(start, start + size))


def _paths(folder: Path, start: int, size: int) -> tuple[Path, Path, Path]:
    name = f"{start}-{size}"
    return folder / f"{name}-pixels.npy", folder / f"{name}-seen.npy", folder / f"{name}.json"


def _code() -> str:
    """Return a digest of what draws, so that a change of the scenes is not answered with older ones."""
    sources = [*sorted((Path(__file__).parents[2] / "scenes").glob("*.py")), Path(__file__).with_name("truth.py")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]

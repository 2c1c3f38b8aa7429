"""Drawn scenes for experiments, kept in the temporary folder for the next run."""

import hashlib
import multiprocessing
import os
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ml import services as ml
from ml.results import Scene

GRADES = ("safe", "low_exposure", "harmful")
FIRST_SEED = 1_000_000  # far from the scenes of the demo
BLOCK = 50


def draw(trained_on: int, risky: int) -> tuple[list[Scene], list[Scene]]:
    """Return scenes to train on, and held-out ones, of which so many are risky."""
    with multiprocessing.Pool() as pool:
        training = [scene for scene, _ in zip(_scenes(FIRST_SEED, pool), range(trained_on), strict=False)]
        held_out: list[Scene] = []
        for scene in _scenes(2 * FIRST_SEED, pool):
            held_out.append(scene)
            risky -= scene.grade != "safe"
            if not risky:
                return training, held_out
    raise AssertionError("scenes never end")


def targets(drawn: Sequence[Scene]) -> np.ndarray:
    return np.array([GRADES.index(scene.grade) for scene in drawn])


def _scenes(first: int, pool: Any) -> Iterator[Scene]:
    """Yield the scenes from this seed on without end; they are kept in the temporary folder for the next run."""
    sources = sorted(Path("ml/vision/scenes").glob("*.py"))
    code = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"winnow-scenes-{os.getuid()}-{code}"
    folder.mkdir(mode=0o700, exist_ok=True)
    while True:
        starts = range(first, first + 10 * BLOCK, BLOCK)
        for block in pool.imap(partial(_block, folder), starts):
            yield from block
        first = starts.stop


def _block(folder: Path, start: int) -> list[Scene]:
    path = folder / f"{start}.pickle"
    if path.exists():
        return pickle.loads(path.read_bytes())
    drawn = [ml.draw_scene(seed) for seed in range(start, start + BLOCK)]
    path.with_suffix(f".{os.getpid()}").write_bytes(pickle.dumps(drawn))
    path.with_suffix(f".{os.getpid()}").rename(path)
    return drawn

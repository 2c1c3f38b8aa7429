"""The demo's pictures, drawn by processes of their own. No Django here: they must start quickly."""

import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from ml import services as ml
from ml.results import Grade, Scene

PROCESSES = 2
# Fewer are drawn sooner than processes have started.
WORTH_PROCESSES = 40
# People's requests go first.
NICE = 5


@dataclass(frozen=True)
class Sketch:
    """What to draw: the scene of this number, or an edited copy of it."""

    scene: int
    is_copy: bool = False

    @property
    def name(self) -> str:
        """Its name at its source."""
        return f"scene-{self.scene}-copy" if self.is_copy else f"scene-{self.scene}"


@dataclass(frozen=True)
class Drawn:
    """A picture with its truth. `record` is the truth as a line of JSON, for experiments.

    A copy's line names its scene and has no boxes: those of the scene do not fit it.
    """

    sketch: Sketch
    jpeg: bytes
    grade: Grade
    disputed: bool
    record: str


def draw(sketch: Sketch) -> Drawn:
    """Draw one picture; the same sketch gives the same bytes."""
    scene = ml.draw_scene(sketch.scene)
    jpeg = ml.edit_copy(scene.jpeg, sketch.scene) if sketch.is_copy else scene.jpeg
    return Drawn(sketch, jpeg, scene.grade, scene.disputed, _record(sketch, scene))


def _record(sketch: Sketch, scene: Scene) -> str:
    truth = asdict(replace(scene, jpeg=b""))
    del truth["jpeg"]
    if sketch.is_copy:
        del truth["things"], truth["people"]
        truth["copy_of"] = f"scene-{sketch.scene}"
    return json.dumps({"name": sketch.name} | truth)


@contextmanager
def drawing(sketches: Sequence[Sketch]) -> Iterator[Iterator[Drawn]]:
    """Draw ahead inside the block; the pictures come in the order of the sketches."""
    if len(sketches) < WORTH_PROCESSES:
        yield map(draw, sketches)
        return
    # A forked child would share the database connection.
    clean = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(PROCESSES, mp_context=clean, initializer=os.nice, initargs=(NICE,))
    try:
        yield pool.map(draw, sketches)
    finally:
        pool.shutdown(cancel_futures=True)

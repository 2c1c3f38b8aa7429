"""`manage.py draw_scenes`: as many drawn pictures with their truth as one likes, for experiments."""

import json
import multiprocessing
import os
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from ml import services
from ml.results import Box, Scene

TRUTH = "truth.jsonl"


class Command(BaseCommand):
    """Draws scenes into a folder, beside a file that tells the truth about each, which Winnow itself never reads."""

    help = (
        "Draw cartoon scenes into a folder, with the truth about them in truth.jsonl. Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many, where, and the number of the first."""
        parser.add_argument("--count", type=int, required=True, help="how many scenes")
        parser.add_argument("--out", type=Path, required=True, help="the folder, made if it is not there")
        parser.add_argument(
            "--seed", type=int, default=0, metavar="FIRST", help="the number of the first scene (default 0)"
        )

    def handle(self, *_args: Any, count: int, out: Path, seed: int, **_options: Any) -> None:
        """Draw with a process a core; the truth is in place, in the order of the numbers, when all are drawn."""
        if count < 1:
            raise CommandError("--count has to be 1 or more.")
        if seed < 0:
            raise CommandError("--seed has to be 0 or more.")
        try:
            out.mkdir(parents=True, exist_ok=True)
            lines = _draw_all(out, range(seed, seed + count))
            _replace(out / TRUTH, "".join(f"{line}\n" for line in lines).encode())
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror or error}.") from error
        self.stdout.write(f"{count} scenes and {TRUTH} are in {out}.")


def _draw_all(out: Path, seeds: range) -> list[str]:
    cores = min(len(os.sched_getaffinity(0)), len(seeds))
    # Spawned rather than forked: a fork would copy the threads and connections that Django may have.
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        drawn = pool.imap(partial(draw_one, out), seeds, chunksize=4)
        return list(tqdm(drawn, total=len(seeds), unit="scene", desc="Drawing"))


def draw_one(out: Path, seed: int) -> str:
    """Draw one scene into the folder and return its line of truth."""
    scene, name = services.draw_scene(seed), f"scene-{seed:06}.jpg"
    _replace(out / name, scene.jpeg)
    return json.dumps({"file": name, "seed": seed, **_truth(scene)})


def _truth(scene: Scene) -> dict[str, Any]:
    return {
        "grade": scene.grade,
        "disputed": scene.disputed,
        "place": scene.place,
        "sentence": scene.sentence,
        "things": [
            {"name": thing.name, "box": _sides(thing.box), "risky": thing.risky, "pose": thing.pose}
            for thing in scene.things
        ],
        "people": [_sides(box) for box in scene.people],
    }


def _sides(box: Box) -> list[int]:
    return [box.left, box.top, box.right, box.bottom]


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that a stop in the middle leaves the old one or the new one."""
    partial_file = path.with_name(f".{path.name}.part")
    partial_file.write_bytes(data)
    partial_file.replace(path)

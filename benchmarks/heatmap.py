"""Pointing game on drawn scenes: how often the hottest point of a heatmap lies on the risky thing, for several methods.

A committee is trained on the true grades of other scenes. Of each held-out scene that is low exposure or harmful, the
true category is explained; its grid is enlarged to the picture, and its maximum is a hit where it lies within the box
of a risky thing. Beside it, on the same scenes: the picture's centre, and the fixed point that hits most boxes of the
training scenes.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus, LayerCAM
from safetensors.numpy import load, save

from benchmarks import site
from benchmarks.drawn import GRADES, draw, targets
from benchmarks.pointing import difference, fixed_point, hottest, is_small, row, size_of, wilson
from ml import services as ml
from ml.results import Scene
from ml.vision import committee, embedding, gradcam
from ml.vision.decoding import decode_all

BATCH = 16
TIMED = 32
Rows = dict[str, dict[str, Any]]


class Design(NamedTuple):
    """A way to make heatmaps: what it is called in the table, and what gives the grids of scenes' true categories."""

    name: str
    grids: Callable[[Sequence[Scene]], list[np.ndarray]]


def designs(weights: bytes) -> list[Design]:
    """Return what is compared; the first is what the product ships.

    HiResCAM and XGrad-CAM are left out: before pooling and one linear layer all gradients of a channel are equal, and
    both are Grad-CAM then. Eigen-CAMs decompose a matrix of 1280 x 1280 per image and category: seconds, not ms.
    """

    def last(name: str, method: type = GradCAM, side: int = embedding.SIDE, heads: bytes = weights) -> Design:
        return Design(name, lambda scenes: list(last_layer(scenes, heads, method, side)))

    against = against_safe(weights)
    return [
        last("gradcam"),
        last("gradcam++", GradCAMPlusPlus),
        last("layercam", LayerCAM),
        last("gradcam, against safe", heads=against),
        last("gradcam, 320 px", side=320),
        last("gradcam, 448 px", side=448),
        last("gradcam, 448 px, against safe", side=448, heads=against),
        Design("gradcam, layer of 14 x 14", lambda scenes: earlier_layer(scenes, weights, GradCAM)),
        Design("layercam, layer of 14 x 14", lambda scenes: earlier_layer(scenes, weights, LayerCAM)),
    ]


def against_safe(weights: bytes) -> bytes:
    """Return a committee whose logits are how much more a category speaks for itself than "safe" does.

    Against the mean of all categories there is nothing to try: regularised logits already sum to zero.
    """
    return save({name: values - values[:, :1] for name, values in load(weights).items()})


@lru_cache(maxsize=1)
def trunk_maps(files: tuple[bytes, ...], side: int) -> torch.Tensor:
    """Return the trunk's last activations of all files, once for the methods that share them."""
    trunk: Any = embedding.network()
    with torch.no_grad():
        return torch.cat(
            [trunk.forward_features(embedding.normalised(batch)) for batch in decode_all(files, side, embedding.BATCH)]  # type: ignore[arg-type]
        )


def last_layer(scenes: Sequence[Scene], weights: bytes, method: type, side: int) -> Iterator[np.ndarray]:
    """Explain every category at the trunk's last layer, as the product does, and yield the grid of the true one."""
    tail = gradcam.Tail(committee.read(weights)).eval().to(embedding.device())
    maps = trunk_maps(tuple(scene.jpeg for scene in scenes), side)
    for start in range(0, len(scenes), BATCH):
        grids = gradcam.heatmaps(tail, tail.maps, maps[start : start + BATCH], range(len(GRADES)), method=method)
        yield from grids[np.arange(len(grids)), targets(scenes[start : start + BATCH])]


class Whole(torch.nn.Module):
    """Trunk and heads in one, for gradients that go through part of the trunk."""

    def __init__(self, weights: bytes) -> None:
        super().__init__()
        self.trunk: Any = embedding.network()
        self.tail = gradcam.Tail(committee.read(weights)).to(embedding.device())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Take squares as the network takes them, return logits (n, categories)."""
        return self.tail(self.trunk.forward_features(x))


def earlier_layer(scenes: Sequence[Scene], weights: bytes, method: type) -> list[np.ndarray]:
    """Explain the last layer of 14 x 14 within the trunk, for the true category only: every other costs as much."""
    whole, grids = Whole(weights).eval(), {}
    for category in np.unique(targets(scenes)):
        chosen = np.flatnonzero(targets(scenes) == category)
        files = [scenes[int(number)].jpeg for number in chosen]
        numbers = iter(chosen)
        for batch in decode_all(files, embedding.SIDE, embedding.BATCH):
            inputs = embedding.normalised(batch)  # type: ignore[arg-type]
            for grid in gradcam.heatmaps(whole, whole.trunk.blocks[4], inputs, [int(category)], method=method):
                grids[int(next(numbers))] = grid[0]
            whole.zero_grad()
    return [grids[number] for number in range(len(scenes))]


def milliseconds(work: Callable[[], Any], count: int) -> float:
    """Return how long an image takes: the better of two goes."""
    seconds = []
    for _ in range(2):
        trunk_maps.cache_clear()
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return round(1000 * min(seconds) / count, 1)


def play(weights: bytes, training: Sequence[Scene], risky: Sequence[Scene]) -> Rows:
    """Return a row for each way, the baselines first."""
    sizes = [size_of(scene) for scene in risky]
    x, y = fixed_point([scene for scene in training if scene.grade != "safe"])
    rows = {
        "centre": row([(w / 2, h / 2) for w, h in sizes], risky),
        "fixed point": row([(x * w, y * h) for w, h in sizes], risky),
    }
    for design in designs(weights):
        points = [hottest(grid, size) for grid, size in zip(design.grids(risky), sizes, strict=True)]
        rows[design.name] = row(points, risky)
        print(f"{design.name}: {rows[design.name]['share']}", file=sys.stderr, flush=True)
    for base in ("centre", "fixed point"):
        hits = rows[base]["hits"]
        for one in rows.values():
            one[f"over the {base}"] = difference(one["hits"], hits)
    return {name: {key: value for key, value in one.items() if key != "hits"} for name, one in rows.items()}


def timed(weights: bytes, scenes: Sequence[Scene]) -> dict[str, float]:
    """Return how many ms each design takes per image, and the product itself with 3 and with 10 categories."""
    files, some = [scene.jpeg for scene in scenes[:TIMED]], scenes[:TIMED]
    ten = save({name: np.concatenate([values] * 4, axis=1)[:, :10] for name, values in load(weights).items()})
    times = {
        "shipped, 3 categories": milliseconds(lambda: ml.explain(files, weights), len(files)),
        "shipped, 10 categories": milliseconds(lambda: ml.explain(files, ten), len(files)),
    }
    for design in designs(weights):
        times[design.name] = milliseconds(lambda: design.grids(some), len(files))  # noqa: B023 (called at once)
    return times


def main() -> None:
    """Train on some scenes, play on others, and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trained-on", type=int, default=1500)
    parser.add_argument("--risky", type=int, default=500)
    arguments = parser.parse_args()
    training, held_out = draw(arguments.trained_on, arguments.risky)
    print(f"{len(training)} + {len(held_out)} scenes are drawn.", file=sys.stderr, flush=True)
    trained = ml.train_committee(_vectors(training), targets(training), len(GRADES), 0)
    judged = ml.judge(trained.weights, _vectors(held_out))
    right = np.array([int(np.argmax(each.probabilities)) for each in judged]) == targets(held_out)
    risky = [scene for scene in held_out if scene.grade != "safe"]
    figures = {
        "trained_on": len(training),
        "held_out": len(held_out),
        "accuracy": round(float(right.mean()), 3),
        "accuracy_interval": wilson(right),
        "majority_share": round(float(np.bincount(targets(held_out)).max() / len(held_out)), 3),
        "risky_scenes": len(risky),
        "small": sum(map(is_small, risky)),
        "device": ml.device(),
    }
    print(json.dumps(figures), file=sys.stderr, flush=True)
    figures |= {"methods": play(trained.weights, training, risky), "ms_per_image": timed(trained.weights, risky)}
    print(json.dumps(figures))


def _vectors(scenes: Sequence[Scene]) -> np.ndarray:
    return np.stack(ml.embed([scene.jpeg for scene in scenes]))  # type: ignore[arg-type]


if __name__ == "__main__":
    site.as_worker()
    main()

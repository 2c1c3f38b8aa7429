"""Heatmaps, captions and similar judged images, in images a second, against four labelers at a label a second each.

Drawn scenes are taken in and scored, and half of them decided as drawn; a committee is trained on those. Then the
heatmaps and captions of the others are computed as a worker does it, from the storage to committed rows, and for each
of them the strip of similar judged images is looked up as the screen asks for it. Key words of the ImageNet head, which
other pictures have while no captioner is installed, are timed beside them, from the bytes.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks import site

SCENES = 240
NEEDED_PER_S = 4.0


def timed(step: Callable[[], int]) -> tuple[float, int]:
    """Take steps until one finds nothing to do; return the seconds and how many images there were."""
    start, done = time.perf_counter(), 0
    while count := step():
        done += count
    return time.perf_counter() - start, done


def ten_categories_ms(count: int = 32) -> float:
    """Return how long an image takes, from its bytes, with a committee of ten categories (of no meaning)."""
    import numpy as np

    from ml import services as ml

    files = [ml.draw_scene(seed).jpeg for seed in range(count)]
    features = np.stack(ml.embed(files))
    weights = ml.train_committee(features, np.arange(count) % 10, 10, 0).weights
    start = time.perf_counter()
    ml.explain(files, weights)
    return 1000 * (time.perf_counter() - start) / count


def key_words_ms(count: int = 32) -> float:
    """Return how long an image's key words take, from its bytes."""
    from ml import services as ml

    files = [ml.draw_scene(seed).jpeg for seed in range(count)]
    start = time.perf_counter()
    ml.tag(files)
    return 1000 * (time.perf_counter() - start) / count


def main(scenes: int) -> None:
    """Measure on an empty site and print one JSON object."""
    with site.running():
        from benchmarks.scenes import label, policy, take_in
        from labeling.selectors.similar import nearest_judged
        from labeling.services import captioning, explaining, models, scoring, training
        from ml import services as ml

        question = policy()
        images = take_in(question, scenes, datetime(2026, 1, 1, tzinfo=UTC))
        timed(scoring.score_next)
        label(question, {image: image.arrivals.get().external_id for image in images[: scenes // 2]})
        models.activate(training.train_frozen(policy=question))
        timed(lambda: scoring.judge_next(policy=question))
        explaining.explain_next(policy=question, count=1)  # loads the network
        captioning.caption_next(domain=ml.DRAWN, count=1)
        heatmaps_s, explained = timed(lambda: explaining.explain_next(policy=question))
        captions_s, captioned = timed(lambda: captioning.caption_next(domain=ml.DRAWN))
        start = time.perf_counter()
        for image in images[scenes // 2 :]:
            nearest_judged(image=image, policy=question)
        neighbours_s = time.perf_counter() - start
        parts = {
            "heatmaps_ms": heatmaps_s / explained,
            "captions_ms": captions_s / captioned,
            "neighbours_ms": neighbours_s / (scenes - scenes // 2),
        }
        figures = {
            "images_per_s": round(1 / sum(parts.values()), 1),
            "needed_per_s": NEEDED_PER_S,
            **{name: round(1000 * seconds, 1) for name, seconds in parts.items()},
            "categories": question.categories.count(),
            "heatmaps_of_ten_categories_ms": round(ten_categories_ms(), 1),
            "key_words_ms": round(key_words_ms(), 1),
            "images": explained,
            "captions": captioned,
            "device": ml.device(),
        }
        print(json.dumps(figures))


if __name__ == "__main__":
    site.as_worker()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SCENES)

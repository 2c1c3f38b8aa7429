"""Heatmaps of every category and similar judged images, in images a second, against eight labelers at a label a second.

Drawn scenes are taken in and scored, and half of them decided as drawn; a committee is trained on those. Then the
heatmaps of the others are computed as a worker does it, from the storage to committed rows, and for each of them the
strip of similar judged images is looked up as the screen asks for it.
"""

import json
import time
from datetime import UTC, datetime

from benchmarks import site

SCENES = 240
NEEDED_PER_S = 8.0


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


def main() -> None:
    """Measure on an empty site and print one JSON object."""
    with site.running():
        from benchmarks.scenes import label, policy, take_in
        from labeling.selectors.similar import nearest_judged
        from labeling.services import explaining, models, scoring, training
        from ml import services as ml

        question = policy()
        images = take_in(question, SCENES, datetime(2026, 1, 1, tzinfo=UTC))
        while scoring.score_next():
            pass
        label(question, {image: image.arrivals.get().external_id for image in images[: SCENES // 2]})
        models.activate(training.train_frozen(policy=question))
        while scoring.judge_next(policy=question):
            pass
        explaining.explain_next(policy=question, count=1)  # loads the network
        start = time.perf_counter()
        done = 0
        while count := explaining.explain_next(policy=question):
            done += count
        heatmaps_s = time.perf_counter() - start
        start = time.perf_counter()
        for image in images[SCENES // 2 :]:
            nearest_judged(image=image, policy=question)
        neighbours_s = time.perf_counter() - start
        per_image = heatmaps_s / done + neighbours_s / (SCENES - SCENES // 2)
        figures = {
            "images_per_s": round(1 / per_image, 1),
            "needed_per_s": NEEDED_PER_S,
            "heatmaps_ms": round(1000 * heatmaps_s / done, 1),
            "neighbours_ms": round(1000 * neighbours_s / (SCENES - SCENES // 2), 1),
            "categories": question.categories.count(),
            "heatmaps_of_ten_categories_ms": round(ten_categories_ms(), 1),
            "images": done,
            "device": ml.device(),
        }
        print(json.dumps(figures))


if __name__ == "__main__":
    site.as_worker()
    main()

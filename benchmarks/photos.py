"""Real photos under a policy of their own: what the model learns, where its errors stand in the queue, and neighbours.

    make bench NAME=photos ARGS="--photos FOLDER"

FOLDER holds one folder per category, at any depth, named as the category. All photos are taken in and scored; half of
them, chosen by the copy groups' own random numbers, are labeled by a person who reads the folders' names; a committee
is trained on those and judges the other half. `hat` is the harmful category for the sake of the exercise; there is no
truth about harm in these photos.
"""

import argparse
import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import site

HARMFUL = "hat"
ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}
NEIGHBOURS = 300


def photos_in(folder: Path) -> list[Path]:
    """Return the photos, always in the same random order; SystemExit where there are none."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
    if not found:
        raise SystemExit(f"There are no photos in {folder}.")
    random.Random(0).shuffle(found)
    return found


def folder_argument() -> Path:
    """Return the folder that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=Path, required=True, help="a folder with one folder per category")
    return parser.parse_args().photos.resolve()


def policy(categories: list[str]) -> Any:
    """Return a policy with these categories, ten at most."""
    from labeling.models import Category, Policy, PolicyVersion

    made = Policy.objects.create(
        slug="clothing", name="Clothing", question="What is it?", slice_share=0.1, slice_opinions=1
    )
    for number, key in enumerate(categories):
        harmful = key == HARMFUL
        Category.objects.create(
            policy=made,
            key=key,
            name=key,
            grade=int(harmful),
            action="block" if harmful else "allow",
            hotkey=str((number + 1) % 10),
        )
    PolicyVersion.objects.create(policy=made, number=1, kind="editorial")
    return made


def take_in(question: Any, paths: list[Path]) -> list[Any]:
    """Take the photos in as arrivals of a source; return the images, with the truth in `key`."""
    from labeling.models import Source
    from moderation.services.intake import receive

    source = Source.objects.create(name="clothing")
    source.policies.add(question)
    images = {}
    for path in paths:
        when = datetime(2026, 1, 1, tzinfo=UTC)
        image = receive(data=path.read_bytes(), source=source, external_id=str(path), received_at=when).image
        image.key = path.parent.name
        images[image.pk] = image
    return list(images.values())


def figures_of(question: Any, rest: list[Any]) -> dict[str, Any]:
    """Return how the model does on images that it has not learnt from."""
    import numpy as np

    from labeling.models import Prediction
    from labeling.selectors.votes import neighbour_votes

    said, doubt = {}, {}
    for prediction in Prediction.objects.filter(image__in=rest).select_related("model_version"):
        said[prediction.image_id] = prediction.model_version.categories[int(np.argmax(prediction.probabilities))]
        doubt[prediction.image_id] = prediction.entropy
    wrong = {image.pk for image in rest if said[image.pk] != image.key}
    first = sorted((image.pk for image in rest), key=lambda pk: -doubt[pk])[: len(rest) // 5]
    hats = [image for image in rest if image.key == HARMFUL]
    votes = neighbour_votes(image_ids=[image.pk for image in rest[:NEIGHBOURS]], policy=question)
    keys = {image.pk: image.key for image in rest}
    return {
        "accuracy": round(1 - len(wrong) / len(rest), 3),
        "hat_recall": round(sum(said[image.pk] == HARMFUL for image in hats) / max(1, len(hats)), 3),
        "hats": len(hats),
        "errors_in_the_first_fifth_of_the_queue": round(len(wrong & set(first)) / max(1, len(wrong)), 3),
        "neighbours_vote_as_the_model": round(np.mean([said[pk] == vote for pk, vote in votes.items()]), 3),
        "neighbours_vote_rightly": round(np.mean([keys[pk] == vote for pk, vote in votes.items()]), 3),
        "neighbours_asked": len(votes),
    }


def main() -> None:
    """Measure on an empty site and print one JSON object."""
    paths = photos_in(folder_argument())
    with site.running():
        from benchmarks.scenes import label
        from labeling.services import models, scoring, training

        question = policy(sorted({path.parent.name for path in paths}))
        start = time.perf_counter()
        images = take_in(question, paths)
        taken_s = time.perf_counter() - start
        start = time.perf_counter()
        while scoring.score_next():
            pass
        scored_s = time.perf_counter() - start
        half = [image for image in images if image.group.u < 0.5]
        rest = [image for image in images if image.group.u >= 0.5]
        label(question, {image: image.key for image in half})
        version = training.train_frozen(policy=question)
        models.activate(version)
        while scoring.judge_next(policy=question):
            pass
        sizes = {"photos": len(images), "learnt_from": len(half), "tested_on": len(rest)}
        rates = {"taken_per_s": round(len(images) / taken_s, 1), "scored_per_s": round(len(images) / scored_s, 1)}
        print(json.dumps(sizes | figures_of(question, rest) | rates))


if __name__ == "__main__":
    site.as_worker()
    main()

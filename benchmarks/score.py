"""Scoring real photos, from files in the storage to committed rows, against the network's own best forward rate.

    make bench NAME=score ARGS="--photos FOLDER"

The photos are taken in first, which is not timed. Then they are scored as a worker does it. Before and after, the same
network is run on ready tensors, over batch sizes and thread counts; the best rate is what this machine gives at most.
`decode_share` is the part of the processor time for decoding and resizing, measured alone, in that of a whole image.
"""

import json
import time
from datetime import UTC, datetime
from itertools import product
from typing import Any

from benchmarks import site
from benchmarks.photos import folder_argument, photos_in

BATCHES = (4, 8, 16, 32)
THREADS = (1, 2, 4)
FORWARD_IMAGES = 128
PHOTOS = 1500


def forward_rates() -> dict[tuple[int, int], float]:
    """Return images a second on ready tensors, for each batch size and number of threads."""
    import torch

    from ml.vision import embedding

    model: Any = embedding.network()
    usual, rates = torch.get_num_threads(), {}
    for batch, threads in product(BATCHES, THREADS):
        torch.set_num_threads(threads)
        ready = torch.randn(batch, 3, embedding.SIDE, embedding.SIDE, device=embedding.device())
        ready = ready.to(memory_format=torch.channels_last)
        with torch.inference_mode():
            model(ready)
            start = time.perf_counter()
            for _ in range(FORWARD_IMAGES // batch):
                model.forward_head(model.forward_features(ready), pre_logits=True).cpu()
            rates[batch, threads] = FORWARD_IMAGES // batch * batch / (time.perf_counter() - start)
    torch.set_num_threads(usual)
    return rates


def take_in(paths: list[Any]) -> None:
    """Take the photos in."""
    from labeling.models import Source
    from moderation.services.intake import receive

    source, when = Source.objects.create(name="photos"), datetime(2026, 1, 1, tzinfo=UTC)
    for path in paths:
        receive(data=path.read_bytes(), source=source, external_id=str(path), received_at=when)


def decode_ms(count: int = 100) -> float:
    """Return the processor time, in ms, to decode and resize an image from the storage, alone."""
    from django.core.files.storage import default_storage

    from labeling.models import Image
    from ml.vision import embedding
    from ml.vision.decoding import square

    files = [default_storage.open(image.view_key).read() for image in Image.objects.all()[:count]]
    start = time.process_time()
    for file in files:
        square(file, embedding.SIDE)
    return 1000 * (time.process_time() - start) / len(files)


def main() -> None:
    """Measure on an empty site and print one JSON object."""
    paths = photos_in(folder_argument())[:PHOTOS]
    with site.running():
        from labeling.models import Embedding
        from labeling.services import scoring
        from ml import services as ml

        take_in(paths)
        ml.embed([paths[0].read_bytes()])  # loads the network
        before = forward_rates()
        start, cpu = time.perf_counter(), time.process_time()
        while scoring.score_next():
            pass
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        count = Embedding.objects.count()
        after = forward_rates()
        (batch, threads), forward = max(((at, max(before[at], after[at])) for at in before), key=lambda found: found[1])
        figures = {
            "images_per_s": round(count / seconds, 1),
            "forward_images_per_s": round(forward, 1),
            "ratio": round(count / seconds / forward, 3),
            "decode_share": round(decode_ms() / (1000 * cpu / count), 3),
            "best_batch": batch,
            "best_threads": threads,
            "forward_before_and_after": [round(max(rates.values()), 1) for rates in (before, after)],
            "images": count,
            "device": ml.device(),
        }
        print(json.dumps(figures))


if __name__ == "__main__":
    site.as_worker()
    main()

"""Captions ahead of the labelers: for the head of each queue, then for judged images, on which words are measured.

Drawn pictures have a captioner of their own. Pictures from elsewhere are captioned by the model that is installed, and
get key words while none is; as soon as one is, its captions are missing, and so are found.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling import clock
from labeling.models import Caption, Image, MachineWork, Source
from labeling.selectors.captionable import latest_decided, policies_with_help, seen_next, uncaptioned
from labeling.services.machine_work import Job, work_on_next
from ml import results, versions
from ml import services as ml
from ml.models import ModelVersion

logger = logging.getLogger(__name__)

# A large captioner takes seconds for an image on two cores, and others wait for their turn meanwhile.
BATCH = 8
# So that a row of a grid can be written as a row of digits.
BRIGHTEST = 9


def caption_next(*, domain: str, count: int = BATCH) -> int:
    """Caption the next pictures of a domain, DRAWN or ""; return how many were tried, 0 when none is left.

    0 also for drawn pictures while their captioner is missing: nothing else has words for them.
    """
    if domain == versions.DRAWN and not Source.objects.filter(demo=True).exists():
        return 0  # no reason to load a network
    if model := _captioner(domain):
        return _work(domain, model, partial(ml.caption, model=versions.captioner_name(domain)), count)
    return 0 if domain == versions.DRAWN else _work(domain, versions.tagger(), ml.tag, count)


def _captioner(domain: str) -> ModelVersion | None:
    try:
        return versions.captioner(domain)
    except results.NotACaptioner:
        logger.exception("CAPTION_MODEL cannot be used; key words stand in for captions.")
        return None


def _work(domain: str, model: ModelVersion, compute: Callable[[Sequence[bytes]], Sequence[Any]], count: int) -> int:
    job = Job(
        stage=MachineWork.Stage.CAPTION,
        model=model,
        find=partial(_find, domain, model),
        compute=lambda _, files: compute(files),
        store=partial(_store, model),
    )
    return work_on_next(job, count=count)


def _find(domain: str, model: ModelVersion, count: int) -> list[int]:
    lacking = partial(uncaptioned, domain=domain, model=model, count=count, under_way=True)
    if found := lacking(seen_next()):
        return found
    for policy in policies_with_help():
        if found := lacking([decided.image_id for decided in latest_decided(policy)]):
            return found
    return []


def _store(model: ModelVersion, captioned: Iterable[tuple[Image, results.Caption]]) -> None:
    rows = [
        Caption(
            image=image,
            model_version=model,
            words=[[word, shades(grid)] for word, grid in zip(caption.words, caption.grids, strict=True)],
            rows=caption.grids.shape[1],
            columns=caption.grids.shape[2],
            created_at=clock.now(),
        )
        for image, caption in captioned
    ]
    Caption.objects.bulk_create(rows, ignore_conflicts=True)


def shades(grid: NDArray[np.float32]) -> list[int]:
    """Return a grid of relevances from 0 to 1, row by row, in whole numbers from 0 to BRIGHTEST."""
    shaded: list[int] = np.rint(grid.clip(0, 1) * BRIGHTEST).astype(int).ravel().tolist()
    return shaded

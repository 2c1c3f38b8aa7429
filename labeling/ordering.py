"""Where an image stands in the queue: the random slice first, then what the model is least sure of.

Pure; no Django here. The one place where this rule stands.
"""

import math
from typing import NamedTuple


class Doubt(NamedTuple):
    """What the active model makes of an image: the entropy of its answer, in nats, over so many categories."""

    model_version_id: int
    entropy: float
    categories: int


class Place(NamedTuple):
    """An entry's place in the queue, highest priority first, and what gave it.

    `strategy` is slice, entropy or random; `inclusion_probability` is that of the random slice, else None.
    """

    strategy: str
    priority: float
    model_version_id: int | None
    inclusion_probability: float | None


def place(*, u: float, p: float, doubt: Doubt | None) -> Place:
    """Return the place of an image whose group drew `u` and met `p`; `doubt` is None until a model has judged it.

    The slice lies in a band of its own above 1: were it mixed with the rest, a steady flow of doubtful images would
    keep a part of it from ever being seen, and it would be random no more. Below it entropy counts as a share of the
    highest that is possible, so that images of a model with few categories and of one with many compare. Without a
    model, chance orders the rest too.
    """
    if u < p:
        return Place("slice", 2 - u, None, p)
    if doubt is None:
        return Place("random", 1 - u, None, None)
    highest = math.log(max(doubt.categories, 2))
    return Place("entropy", min(doubt.entropy / highest, 1.0), doubt.model_version_id, None)

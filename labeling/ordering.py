"""Where an image stands in the queue: the random slice, what is to be looked at again, what the model doubts most.

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

    `strategy` is slice, mixed, loss, entropy or random; `inclusion_probability` is the random slice's, else None.
    """

    strategy: str
    priority: float
    model_version_id: int | None
    inclusion_probability: float | None


def place(*, u: float, p: float, doubt: Doubt | None, again: bool = False) -> Place:
    """Return the place of an image whose group drew `u` and met `p`; `doubt` is None until a model has judged it.

    `again`: it is decided, and another person is to look at it.

    The slice lies in a band of its own above 1: were it mixed with the rest, a steady flow of doubtful images would
    keep a part of it from ever being seen, and it would be random no more. Below it entropy counts as a share of the
    highest that is possible, so that images of a model with few categories and of one with many compare. Without a
    model, chance orders the rest too. What is asked again is mixed by chance into what comes next, where it is opened
    (`queueing`): a model that contradicts a person is sure of itself, so that by its entropy the image would come last,
    and in a long queue never; and in a row before all others people would know it.
    """
    if u < p:
        return Place("slice", 2 - u, None, p)
    if again:
        return Place("mixed", 1.0, None, None)
    if doubt is None:
        return Place("random", 1 - u, None, None)
    highest = math.log(max(doubt.categories, 2))
    return Place("entropy", min(doubt.entropy / highest, 1.0), doubt.model_version_id, None)


def place_case(*, u: float, p: float, loss: float) -> Place:
    """Return the place of a case for an adjudicator: the dearest expected `loss`, in grades (`labeling.worth`), first.

    What the model doubts says nothing of it: a model that contradicts people is sure of itself. The slice has its band
    here too, since every estimate rests on it: it is a small share of what people differ on, and were it mixed with
    the rest, its mild cases would wait for ever where adjudicators fall behind. Within the band the dearest come first.
    """
    value = loss / (1 + loss)
    if u < p:
        return Place("slice", 1 + value, None, p)
    return Place("loss", value, None, None)

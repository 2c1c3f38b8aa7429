"""How likely a new text for a category touches a decided image. Pure; no Django here.

A heuristic order and no estimate: how many decisions really change is found out by a random sample of what it proposes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

DECIDED, NEAR, PROBABLE, DOUBTED = 0.4, 0.3, 0.2, 0.1  # weights; together 1


@dataclass(frozen=True)
class Seen:
    """What is known of an image, as far as it is known.

    `nearness`: cosine similarity to the nearest new exemplar. `probabilities`: the model's, of which `place` is the
    changed category's.
    """

    decided_so: bool
    nearness: float | None = None
    probabilities: Sequence[float] = ()
    place: int | None = None


def likelihood(seen: Seen) -> float:
    """Return a number from 0 to 1: decided as that category, near its new exemplars, probable or doubtful."""
    nearness = min(max(seen.nearness or 0.0, 0.0), 1.0)
    probable = seen.probabilities[seen.place] if seen.probabilities and seen.place is not None else 0.0
    found = DECIDED * seen.decided_so + NEAR * nearness + PROBABLE * probable + DOUBTED * _doubt(seen.probabilities)
    return min(max(found, 0.0), 1.0)


def _doubt(probabilities: Sequence[float]) -> float:
    """Entropy, of its greatest possible value."""
    if len(probabilities) < 2:
        return 0.0
    return -sum(each * log(each) for each in probabilities if each > 0) / log(len(probabilities))

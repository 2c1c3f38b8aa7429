"""How sure a share is that was counted on a sample. Pure; no Django here."""

import math
from collections.abc import Callable
from dataclasses import dataclass

Z95 = 1.959963984540054  # the normal distribution's 97.5 % quantile


@dataclass(frozen=True)
class Share:
    """`hits` of `n`, with its 95 % interval; `value`, `low` and `high` lie between 0 and 1."""

    hits: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself; 0 of 0 is 0, and its interval says that nothing is known."""
        return self.hits / self.n if self.n else 0.0


def share(hits: int, n: int) -> Share:
    """Return the share with its interval; ValueError unless 0 <= hits <= n."""
    return Share(hits, n, *wilson(hits, n))


def wilson(hits: int, n: int, *, z: float = Z95) -> tuple[float, float]:
    """Return Wilson's score interval for a proportion; (0, 1) of an empty sample.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927), 209-212. Unlike the plain normal interval it holds for small samples and for
    shares near 0 and 1: L. D. Brown, T. T. Cai, A. DasGupta, "Interval estimation for a binomial proportion",
    Statistical Science 16 (2001), 101-133, who recommend it.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share.")
    if n == 0:
        return 0.0, 1.0
    found, spread = hits / n, z * z / n
    middle = (found + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(found * (1 - found) / n + spread / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(first: Share, second: Share) -> tuple[float, float]:
    """Return the 95 % interval of the difference between two independent proportions, first minus second.

    Newcombe's hybrid score interval, made of both Wilson intervals: R. G. Newcombe, "Interval estimation for the
    difference between independent proportions: comparison of eleven methods", Statistics in Medicine 17 (1998),
    873-890, method 10. Like Wilson's it holds for small samples and for shares near 0 and 1.
    """
    difference = first.value - second.value
    below = math.hypot(first.value - first.low, second.high - second.value)
    above = math.hypot(first.high - first.value, second.value - second.low)
    return difference - below, difference + above


def tango(gained: int, lost: int, n: int, *, z: float = Z95) -> tuple[float, float]:
    """Return the 95 % interval of the difference of two shares that were counted on the same `n` > 0 things.

    `gained`, `lost`: the things that are in the second share only, and in the first only. ValueError where they are
    more than `n`. The limits are where the score test just rejects: T. Tango, "Equivalence test and confidence interval
    for the difference in proportions for the paired-sample design", Statistics in Medicine 17 (1998), 891-908. It holds
    where all changes go the same way, where shorter ones (Agresti and Min 2005) hold in as few as 91 of 100 cases.
    """
    if min(gained, lost) < 0 or gained + lost > n or n < 1:
        raise ValueError(f"Of {n}, {gained} and {lost} are no shares.")

    def score(difference: float) -> float:
        middle = (2 * n - gained + lost) * difference - gained - lost
        root = math.sqrt(max(0.0, middle**2 + 8 * n * lost * difference * (1 - difference)))
        variance = n * ((root - middle) / (2 * n) + difference * (1 - difference))
        return (gained - lost - n * difference) / math.sqrt(variance)

    found = (gained - lost) / n
    return _where(score, z, -1.0, found), _where(score, -z, found, 1.0)


def _where(falling: Callable[[float], float], value: float, low: float, high: float) -> float:
    """Return where a falling function comes down to the value, by halving; the ends are not asked for."""
    for _ in range(40 if low < high else 0):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > value else (low, middle)
    return (low + high) / 2

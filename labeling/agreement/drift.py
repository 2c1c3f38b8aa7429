"""Of a person's changed answers: noise, which flips both ways, and drift, which flips one way. Pure; no Django here.

Of the pairs of a first answer and the same person's later one, on a scale in order: `up` is the share that went up
the scale, `down` the share that went down, `differs` their sum. What flips one way is `up - down`, the drift: over many
pairs an unsteady but unchanged person goes up as often as down. What flips both ways is `2 min(up, down)`, the noise:
differs = noise + |drift|, as R. G. Pontius and M. Millones split the cells that differ, "Death to Kappa", International
Journal of Remote Sensing 32 (2011), 4407-4429. The test of no drift is exact: Q. McNemar, "Note on the sampling error
of the difference between correlated proportions", Psychometrika 12 (1947), 153-157, by the binomial distribution.

The intervals were chosen by measured coverage (`make bench NAME=consistency`): Tango's for drift, Wilson's for differs.
"""

import math
from dataclasses import dataclass

import numpy as np

from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.agreement.ratings import IntArray
from labeling.intervals import tango, wilson


@dataclass(frozen=True)
class NoiseAndDrift:
    """How a person's later answers differ from their first ones; each number with its 95 % interval.

    `pairs`: answers given twice, of which `up` went up the scale and `down` went down. `differs`: share of pairs that
    are not the same, the inconsistency. `noise`: the part of it that cancels, 0 to 1. `drift`: the part that does not,
    -1 to 1, above 0 where answers go up the scale. `p_value`: how often chance alone gives a drift as large as this or
    larger, for a person who has none; None where `drift` is not given.
    """

    pairs: int
    up: int
    down: int
    differs: Estimate
    noise: Estimate
    drift: Estimate
    p_value: float | None


def noise_and_drift(first: IntArray, again: IntArray, *, minimum: int = MIN_PAIRS) -> NoiseAndDrift:
    """Return the numbers for (pairs,) first and later answers of the same images, as places on the scale.

    With less than `minimum` pairs they only say how many are missing. ValueError where the lengths differ.
    """
    if first.shape != again.shape or first.ndim != 1:
        raise ValueError(f"{first.shape} first answers and {again.shape} later ones are no pairs.")
    n, up, down = len(first), int(np.sum(again > first)), int(np.sum(again < first))
    if n < max(minimum, 1):
        lacking = Estimate.too_few(items=n, pairs=n, minimum=max(minimum, 1))
        return NoiseAndDrift(n, up, down, lacking, lacking, lacking, None)
    return NoiseAndDrift(
        n,
        up,
        down,
        differs=Estimate((up + down) / n, *wilson(up + down, n), n, n),
        noise=Estimate(2 * min(up, down) / n, *_both_ways(up, down, n), n, n),
        drift=Estimate((up - down) / n, *tango(up, down, n), n, n),
        p_value=sign_test(up, down),
    )


def of_table(table: IntArray, *, minimum: int = MIN_PAIRS) -> NoiseAndDrift:
    """Return the numbers for a (k, k) table of first against later answers, categories in the order of the scale."""
    first, again = np.indices(table.shape).reshape(2, -1)
    times = table.ravel()
    return noise_and_drift(np.repeat(first, times), np.repeat(again, times), minimum=minimum)


def sign_test(up: int, down: int) -> float:
    """Return the two-sided p value of as many ups and downs if either is as likely: McNemar's test, exactly."""
    n = up + down
    tail = sum(math.comb(n, hits) for hits in range(min(up, down) + 1))
    return min(1.0, 2 * tail / 2**n)


def _both_ways(up: int, down: int, n: int) -> tuple[float, float]:
    """Return an interval for twice the smaller of two shares: twice the smaller of the limits of either.

    Where one is clearly smaller these are its own limits. Where they are nearly the same it misses upwards somewhat
    more often, and hardly ever downwards, so that it still holds in about 95 of 100 cases.
    """
    (up_low, up_high), (down_low, down_high) = _rare(up, n), _rare(down, n)
    return 2 * min(up_low, down_low), min(1.0, 2 * min(up_high, down_high))


# By hits, the expected number of a Poisson distribution that reaches them in one case of twenty.
POISSON = {1: 0.0513, 2: 0.3554, 3: 0.8177}


def _rare(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's interval, its lower limit put right where there are one to three hits and it is too high.

    Brown, Cai and DasGupta (2001; labeling/intervals.py), section 4.1.1. A person who drifts flips the other way
    hardly ever; without this the interval of their noise held in as few as 87 of 100 cases.
    """
    low, high = wilson(hits, n)
    return min(low, POISSON.get(hits, n) / n), high

"""A number on agreement, what it rests on, and when it rests on too little to be said. Pure; no Django here."""

from dataclasses import dataclass

MIN_PAIRS = 20  # with fewer pairs of judgements an interval spans most of the scale, and a number only misleads


@dataclass(frozen=True)
class Estimate:
    """A coefficient with its 95 % bootstrap interval over items.

    `items`: items with at least two judgements. `pairs`: pairs of judgements of the same item. `missing`: how many
    pairs are lacking before a number is given. `value` is None where some are missing, and where the coefficient is
    not defined (only one category was used, so that there is nothing to agree on). `low` and `high` are None without
    a value, and where most resamples leave the coefficient undefined.
    """

    value: float | None
    low: float | None
    high: float | None
    items: int
    pairs: int
    missing: int = 0

    @classmethod
    def too_few(cls, *, items: int, pairs: int, minimum: int) -> "Estimate":
        """Return the estimate that only says how many pairs are missing."""
        return cls(None, None, None, items, pairs, minimum - pairs)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval, or None where there is none."""
        return None if self.low is None or self.high is None else (self.low, self.high)

"""Judgements of many people on many items as arrays, whoever judged what and however often. Pure; no Django here."""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

NEVER = -1  # in `again`: the person judged the item once


@dataclass(frozen=True, eq=False)
class Ratings:
    """The first judgement of each person on each item, one place in `item`, `rater`, `label` and `again` for each.

    `item`, `rater`, `label`: indices into `items`, `raters`, `categories`; no pair of item and rater occurs twice.
    `again`: the category of the same person's second judgement of the same item, or NEVER. Such repeats say how
    consistent a person is; they are never counted as a further person. `judgements`: all, third ones included.
    """

    items: tuple[Hashable, ...]
    raters: tuple[Hashable, ...]
    categories: tuple[str, ...]
    item: IntArray
    rater: IntArray
    label: IntArray
    again: IntArray
    judgements: int

    @classmethod
    def of(cls, rows: Iterable[tuple[Hashable, Hashable, str]], *, categories: Sequence[str] = ()) -> "Ratings":
        """Return the ratings in `rows` of (item, rater, category), the earlier of equal pairs first.

        `categories`: the scale, also what nobody used, in its order where it has one; empty: those used, sorted.
        ValueError if a row has a category that the scale lacks.
        """
        listed = list(rows)
        items, item = _codes([row[0] for row in listed])
        raters, rater = _codes([row[1] for row in listed])
        scale, label = _on_scale([row[2] for row in listed], categories)
        first, again = _first_and_second(item * len(raters) + rater, label)
        return cls(items, raters, scale, item[first], rater[first], label[first], again, len(listed))

    def counts(self) -> IntArray:
        """Return how many people put each item into each category: (items, categories)."""
        cells = self.item * len(self.categories) + self.label
        shape = len(self.items), len(self.categories)
        return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)

    def collapse(self, positive: Collection[str]) -> "Ratings":
        """Return the same ratings with two categories: what is not `positive`, then what is.

        ValueError if `positive` names a category that the scale lacks, or leaves nothing on either side.
        """
        unknown = sorted(set(positive) - set(self.categories))
        if unknown:
            raise ValueError(f"There is no category {', '.join(unknown)}. There are: {', '.join(self.categories)}.")
        inside = np.array([each in positive for each in self.categories], dtype=bool)
        if inside.all() or not inside.any():
            raise ValueError("Some categories must be positive, and some must not be.")
        names = tuple(", ".join(np.array(self.categories)[side]) for side in (~inside, inside))
        side = inside.astype(np.int64)
        again = np.where(self.again == NEVER, NEVER, side[self.again])
        return replace(self, categories=names, label=side[self.label], again=again)


def _codes(values: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], IntArray]:
    """Return the distinct values in the order of their first appearance, and the place of each value among them."""
    places: dict[Hashable, int] = {}
    codes = [places.setdefault(value, len(places)) for value in values]
    return tuple(places), np.array(codes, dtype=np.int64)


def _on_scale(labels: Sequence[str], categories: Sequence[str]) -> tuple[tuple[str, ...], IntArray]:
    scale = tuple(categories) or tuple(sorted(set(labels)))
    places = {name: place for place, name in enumerate(scale)}
    unknown = sorted(set(labels) - set(scale))
    if unknown:
        raise ValueError(f"The scale {', '.join(scale)} lacks {', '.join(unknown)}.")
    if len(places) < len(scale):
        raise ValueError(f"The scale {', '.join(scale)} names a category twice.")
    return scale, np.array([places[label] for label in labels], dtype=np.int64)


def _first_and_second(pair: IntArray, label: IntArray) -> tuple[IntArray, IntArray]:
    """Return where each pair of item and rater occurs first, and its label where it occurs next, or NEVER."""
    order = np.argsort(pair, kind="stable")
    is_first = np.diff(pair[order], prepend=-1) != 0
    starts = np.flatnonzero(is_first)
    following = np.minimum(starts + 1, max(len(pair) - 1, 0))
    repeated = (starts + 1 < len(pair)) & ~is_first[following] if len(pair) else np.zeros(0, dtype=bool)
    return order[starts], np.where(repeated, label[order][following], NEVER)

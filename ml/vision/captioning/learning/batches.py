"""From lessons to what a step takes: patches, what each patch shows, the words, and where the words' subjects are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ml.vision.captioning.learning.store import Lessons
from ml.vision.captioning.learning.truth import COARSER
from ml.vision.captioning.learning.vocabulary import UNKNOWN, tokens
from ml.vision.scenes.stage import FIRST_HELD, FIRST_LAID, FIRST_PERSON

LONGEST = 96  # tokens, with the one that starts
MOST = 5  # of a kind in one scene
INKS = [first + number for first in (FIRST_HELD, FIRST_LAID, FIRST_PERSON) for number in range(MOST)]
MEAN, STD = 0.5, 0.25
SAME = -100  # what no loss looks at
THING_ATTRIBUTES = ("name", "where")
PERSON_ATTRIBUTES = ("noun", "hair", "shirt", "cut", "stance", "does")
ATTRIBUTES = THING_ATTRIBUTES + PERSON_ATTRIBUTES
SCENE_ATTRIBUTES = ("place", "light")
# The share of a patch that has to show a thing or person before it is asked about.
LEAST_THING, LEAST_PERSON = 0.1, 0.15
# Only patches in the upper part of a person are asked about the hair.
UPPER = 0.4


@dataclass(frozen=True)
class Batch:
    """A step's material for n pictures of which `kept` patches each are looked at.

    `patches` (n, kept, 3 * patch²), `kept` (n, kept) their numbers, `labels` (n, kept, attributes), `scene` (n, 2) the
    place and the light, `ids` (n, words), `about` (n, words, kept) the share of a patch's pixels that show who or what
    each next word is about, all zero for words about nobody.
    """

    patches: torch.Tensor
    kept: torch.Tensor
    labels: torch.Tensor
    scene: torch.Tensor
    ids: torch.Tensor
    about: torch.Tensor


class Teacher:
    """Turns lessons into batches. Everything that does not change from epoch to epoch is worked out once."""

    def __init__(
        self, lessons: Lessons, words: Sequence[str], values: dict[str, list[str]], *, side: int, patch: int
    ) -> None:
        self.lessons, self.values, self.side, self.patch = lessons, values, side, patch
        number = {word: place for place, word in enumerate(words)}
        self.ids = np.zeros((len(lessons), LONGEST), np.int64)
        self.spoken = np.full((len(lessons), LONGEST), -1, np.int64)  # the place in INKS that the next word is about
        self.facts = np.full((len(lessons), len(INKS), len(ATTRIBUTES)), SAME, np.int64)
        self.scene = np.zeros((len(lessons), 2), np.int64)
        for place, about in enumerate(lessons.about):
            self._words(place, about, number)
            self._facts(place, about)

    def __len__(self) -> int:
        return len(self.lessons)

    def _words(self, place: int, about: dict[str, Any], number: dict[str, int]) -> None:
        split = tokens(about["sentence"])
        ids = [number["[CLS]"], *(number.get(word, number[UNKNOWN]) for word, _, _ in split), number["[SEP]"]]
        self.ids[place, : len(ids)] = ids
        for at, (_, start, end) in enumerate(split):
            for ink, first, last in about["spans"]:
                if first <= start and end <= last:
                    self.spoken[place, at] = INKS.index(ink)

    def _facts(self, place: int, about: dict[str, Any]) -> None:
        self.scene[place] = [self._value(name, about) for name in SCENE_ATTRIBUTES]
        for each in (*about["things"], *about["people"]):
            for column, attribute in enumerate(ATTRIBUTES):
                if attribute in each:
                    self.facts[place, INKS.index(each["ink"]), column] = self._value(attribute, each)

    def _value(self, attribute: str, about: dict[str, Any]) -> int:
        """Return the number of a value, or SAME for one that was never learnt."""
        known = self.values[attribute]
        return known.index(about[attribute]) if about[attribute] in known else SAME

    def batch(self, numbers: NDArray[np.int64], *, keep: int, dice: np.random.Generator | None) -> Batch:
        """Return a batch of these lessons with `keep` patches of each; without dice in the middle, and unchanged."""
        crops = [self._crop(int(number), dice) for number in numbers]
        cover = _cover(torch.from_numpy(np.stack([seen for _, seen in crops])), self.patch // COARSER)
        kept = _chosen(cover, keep, dice)
        shown = [cut(pixels, self.patch)[rows] for (pixels, _), rows in zip(crops, kept.numpy(), strict=True)]
        patches = (torch.from_numpy(np.stack(shown)).float() / 255 - MEAN) / STD
        if dice:
            patches = _jitter(patches, dice)
        cover = cover[..., :-1].gather(1, kept[..., None].expand(-1, -1, len(INKS)))
        spoken = torch.from_numpy(self.spoken[numbers])
        longest = int((torch.from_numpy(self.ids[numbers]) > 0).sum(1).max())
        about = cover.transpose(1, 2).gather(1, spoken.clamp(0)[..., None].expand(-1, -1, keep))
        about = about * (spoken >= 0)[..., None]
        return Batch(
            patches,
            kept,
            _labels(cover, kept // (self.side // self.patch), torch.from_numpy(self.facts[numbers])),
            torch.from_numpy(self.scene[numbers]),
            torch.from_numpy(self.ids[numbers, :longest]),
            about[:, :longest],
        )

    def _crop(self, number: int, dice: np.random.Generator | None) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        pixels, seen = self.lessons.at(number)
        room = (pixels.shape[0] - self.side) // COARSER
        y, x = (int(dice.integers(room + 1)) if dice else room // 2 for _ in range(2))
        size = self.side // COARSER
        crop = pixels[COARSER * y : COARSER * y + self.side, COARSER * x : COARSER * x + self.side]
        return crop, seen[y : y + size, x : x + size]


def vocabularies(about: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the values that each attribute takes, in alphabetical order."""
    found: dict[str, set[str]] = {name: set() for name in (*ATTRIBUTES, *SCENE_ATTRIBUTES)}
    for each in about:
        for one in (each, *each["things"], *each["people"]):
            for name in found.keys() & one.keys():
                found[name].add(one[name])
    return {name: sorted(values) for name, values in found.items()}


def cut(pixels: NDArray[np.uint8], patch: int) -> NDArray[np.uint8]:
    """Return a square's patches row by row, each flat in the order of a convolution's weights: channel, y, x."""
    across = pixels.shape[0] // patch
    tiles = pixels.reshape(across, patch, across, patch, 3).transpose(0, 2, 4, 1, 3)
    return tiles.reshape(across * across, -1)


def _cover(seen: torch.Tensor, cell: int) -> torch.Tensor:
    """Return which share of each patch shows each of INKS, and in the end whatever is no background."""
    n, side, _ = seen.shape
    across = side // cell
    cells = seen.view(n, across, cell, across, cell)
    shares = [(cells == ink).float().mean((2, 4)).flatten(1) for ink in INKS]
    return torch.stack([*shares, (cells > 0).float().mean((2, 4)).flatten(1)], 2)


def _chosen(cover: torch.Tensor, keep: int, dice: np.random.Generator | None) -> torch.Tensor:
    """Return the numbers of the patches to look at, in order: those that show something, and some background."""
    if keep >= cover.shape[1]:
        return torch.arange(cover.shape[1]).expand(len(cover), -1)
    chance = torch.from_numpy((dice or np.random.default_rng(0)).random(cover.shape[:2]))
    worth = chance + (cover[..., -1] > 0)
    return worth.topk(keep, dim=1).indices.sort(dim=1).values


def _labels(cover: torch.Tensor, rows: torch.Tensor, facts: torch.Tensor) -> torch.Tensor:
    """Return for each patch the attributes of the thing and the person it shows most of; SAME where there is none."""
    things = 2 * MOST
    labels = []
    for shares, known, least, columns in (
        (cover[..., :things], facts[:, :things], LEAST_THING, slice(0, len(THING_ATTRIBUTES))),
        (cover[..., things:], facts[:, things:], LEAST_PERSON, slice(len(THING_ATTRIBUTES), None)),
    ):
        share, which = shares.max(2)
        values = known[..., columns]
        found = values.gather(1, which[..., None].expand(-1, -1, values.shape[2]))
        labels.append(torch.where((share >= least)[..., None], found, torch.full_like(found, SAME)))
    hair = labels[1][..., PERSON_ATTRIBUTES.index("hair")]
    hair.masked_fill_(~_upper(cover[..., things:], rows), SAME)
    return torch.cat(labels, 2)


def _upper(shares: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """Return which patches are in the upper part of the person they show most of."""
    shown, height = shares >= LEAST_PERSON, rows[..., None].expand_as(shares)
    top = torch.where(shown, height, torch.full_like(height, 10**6)).amin(1)
    bottom = torch.where(shown, height, torch.zeros_like(height)).amax(1)
    limit = (top + UPPER * (bottom - top)).gather(1, shares.argmax(2))
    return rows <= limit


def _jitter(patches: torch.Tensor, dice: np.random.Generator) -> torch.Tensor:
    """Return pictures a little brighter or darker, with a little more or less contrast, and of another tint."""
    n, kept, size = patches.shape
    gain = torch.from_numpy(dice.uniform(0.88, 1.12, (n, 1, 1)) * dice.uniform(0.96, 1.04, (n, 3, 1)))
    shift = torch.from_numpy(dice.uniform(-0.2, 0.2, (n, 1, 1)))
    coloured = patches.view(n, kept, 3, size // 3)
    return (coloured * gain.float()[:, None] + shift.float()[:, None]).flatten(2)

"""The whole course: which patches are looked at when, how fast the network learns, and what it is like on the way."""

import copy
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from ml.vision.captioning.learning.batches import Batch, Teacher
from ml.vision.captioning.learning.lessons import Questions, mark

WARM_UP = 0.03  # of the course
# From here on all patches are looked at, as they will be afterwards; before, only so many of them.
WHOLE_FROM, SHARE_KEPT = 0.85, 0.42
LOOKED_AT = 250  # steps between two reports


@dataclass(frozen=True)
class Course:
    """How long and how: it ends after `epochs` or `minutes`, whichever comes first, and slows down towards the end."""

    epochs: float
    minutes: float
    batch: int = 32
    seed: int = 0
    rate: float = 4e-3

    @property
    def other_rate(self) -> float:
        """The rate of what is no matrix between layers, which AdamW teaches."""
        return 0.375 * self.rate


@dataclass
class Report:
    """What came of it: steps, pictures, minutes, and the last marks on scenes that were not learnt from."""

    steps: int = 0
    pictures: int = 0
    minutes: float = 0
    marks: list[dict[str, float]] = field(default_factory=list)


def learn(
    model: Any,
    teacher: Teacher,
    examiner: Teacher,
    course: Course,
    between: Callable[[Report], None] = lambda _: None,
) -> Report:
    """Teach the network, which is changed in place; `between` is called after every examination."""
    patches = (teacher.side // teacher.patch) ** 2
    questions = Questions(model.config.vision_config.hidden_size, teacher.values)
    cores = min(course.batch, len(os.sched_getaffinity(0)))
    pupils, optimisers = Pupils(cores, model, questions), _optimisers(model, questions, course)
    dice = np.random.default_rng(course.seed)
    total, report, start = max(1, int(course.epochs * len(teacher) / course.batch)), Report(), time.monotonic()
    bar = tqdm(_batches(len(teacher), course.batch, dice), total=total, unit="step", desc="Learning")
    for numbers in bar:
        gone = max(report.steps / total, (time.monotonic() - start) / (60 * course.minutes))
        if gone >= 1:
            break
        keep = patches if gone >= WHOLE_FROM else int(SHARE_KEPT * patches)
        for optimiser in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = group["top"] * _rate(gone)
        chances = dice.spawn(cores)
        shares = zip(np.array_split(numbers, cores), chances, strict=True)
        parts = pupils.step([partial(teacher.batch, share, keep=keep, dice=chance) for share, chance in shares])
        for optimiser in optimisers:
            optimiser.step()
        report.steps, report.pictures = report.steps + 1, report.pictures + len(numbers)
        report.minutes = (time.monotonic() - start) / 60
        bar.set_postfix(words=parts["words"], dense=parts["dense"], gone=gone, refresh=False)
        if report.steps % LOOKED_AT == 0:
            report.marks.append(examine(model, questions, examiner))
            tqdm.write(f"{report.steps} {gone:.2f} " + " ".join(f"{k} {v:.3f}" for k, v in report.marks[-1].items()))
            between(report)
    report.marks.append(examine(model, questions, examiner))
    return report


class Pupils:
    """Copies of the network in half precision that do the sums, one a core, each on its share of a batch.

    The network itself keeps the exact weights. Half precision without autocast, whose conversions back and forth took
    longer than the sums on a CPU; a thread for each share, since threads that share every sum wait for each other.
    """

    def __init__(self, count: int, *masters: torch.nn.Module) -> None:
        self.masters: list[torch.Tensor] = [weight for each in masters for weight in each.parameters()]
        self.pupils: list[Any] = [
            tuple(copy.deepcopy(each).to(torch.bfloat16) for each in masters) for _ in range(count)
        ]
        self.copies: list[list[torch.Tensor]] = [
            [weight for each in pupil for weight in each.parameters()] for pupil in self.pupils
        ]
        self.threads = ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,))

    def step(self, batches: Sequence[Callable[[], Batch]]) -> dict[str, float]:
        """Leave the mean gradients of the batches, one for each pupil, at the network's own weights."""
        marks = list(self.threads.map(self._share, range(len(batches)), batches))
        for place, master in enumerate(self.masters):
            gradients = [weights[place].grad for weights in self.copies]
            known = [each.float() for each in gradients if each is not None]
            master.grad = sum(known[1:], known[0]) / len(known) if known else None
        torch.nn.utils.clip_grad_norm_(self.masters, 3.0)
        return {name: float(np.mean([each[name] for each in marks])) for name in marks[0]}

    def _share(self, number: int, batch: Callable[[], Batch]) -> dict[str, float]:
        weights = self.copies[number]
        with torch.no_grad():
            torch._foreach_copy_(weights, self.masters)
        for each in weights:
            each.grad = None
        model, questions = self.pupils[number]
        marks = mark(model, questions, batch())
        marks.loss.backward()  # type: ignore[no-untyped-call]
        return marks.parts


def _weights(modules: Iterable[torch.nn.Module]) -> list[torch.Tensor]:
    return [weight for each in modules for weight in each.parameters()]


@torch.no_grad()
def examine(model: Any, questions: Questions, examiner: Teacher) -> dict[str, float]:
    """Return the mean marks on lessons that are not learnt from, all patches looked at."""
    every = (examiner.side // examiner.patch) ** 2
    parts = [
        mark(model, questions, examiner.batch(numbers, keep=every, dice=None)).parts
        for numbers in np.array_split(np.arange(len(examiner)), max(1, len(examiner) // 32))
    ]
    return {name: float(np.nanmean([each[name] for each in parts])) for name in parts[0]}


def _batches(count: int, size: int, dice: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Yield batches without end; every lesson comes once in an epoch."""
    while True:
        order = dice.permutation(count)
        for start in range(0, max(1, count - size + 1), size):
            yield np.sort(order[start : start + size])


def _rate(gone: float) -> float:
    """Return the share of the top rate when so much of the course is gone."""
    return min(1.0, gone / WARM_UP) * min(1.0, (1 - gone) / 0.7)


def _optimisers(model: Any, questions: Questions, course: Course) -> list[torch.optim.Optimizer]:
    """Return Muon (Jordan et al. 2024) for the matrices between layers, and AdamW for the rest."""
    inner: list[torch.nn.Parameter] = []
    rest = list(questions.parameters())
    for name, weight in model.named_parameters():
        (inner if weight.ndim == 2 and "layer" in name and "embeddings" not in name else rest).append(weight)
    muon = torch.optim.Muon(inner, lr=course.rate, weight_decay=0.02, adjust_lr_fn="match_rms_adamw")
    adam = torch.optim.AdamW(rest, lr=course.other_rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    for optimiser, rate in ((muon, course.rate), (adam, course.other_rate)):
        for group in optimiser.param_groups:
            group["top"] = rate
    return [muon, adam]

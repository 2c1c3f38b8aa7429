"""Labels that people gave elsewhere become labels like any others: facts, opinions, and what follows from them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from labeling import clock
from labeling.label_files import Line, moment
from labeling.models import Label, Policy, QueueEntry, Source
from labeling.selectors.cases import read_cases
from labeling.selectors.given import OPINION_PURPOSES
from labeling.services import queueing
from labeling.services.outside import CannotTake, Images, People, Tally, draw_slice, portions

NO_REASON = Label.Reason.UNREADABLE


class Said(NamedTuple):
    """What a label says."""

    verdict: str
    category_id: int | None = None
    reason: str = ""


class Key(NamedTuple):
    """What an imported label is known by: the `nth` judgement of a person on an image in their file, from 1."""

    person_id: int
    image_id: int
    nth: int


@dataclass(frozen=True)
class _Judgement:
    number: int
    key: Key
    said: Said
    decided_at: datetime


def import_labels(*, lines: Iterable[Line], policy: Policy, source: Source) -> Iterator[Tally]:
    """Take labels in, in portions that are stored whole or not at all, and yield the tally after each.

    A person's first judgement on an image is an opinion and counts like one that was given here; later ones are
    repeats. A label that was imported before is known and changes nothing. The policy needs a guideline.
    """
    run = _Run(policy, source)
    for portion in portions(lines):
        run.take(portion)
        yield run.tally


class _Run:
    """One run over a file. It remembers how often each person has judged each image: some 100 bytes a line."""

    def __init__(self, policy: Policy, source: Source) -> None:
        self.tally = Tally()
        self._policy, self._source, self._people = policy, source, People(source)
        self._times: Counter[tuple[int, int]] = Counter()
        self._now = clock.now()
        self._answers = answers(policy)
        self._versions = list(policy.versions.order_by("published_at", "number").values_list("published_at", "pk"))

    @transaction.atomic
    def take(self, portion: Sequence[Line]) -> None:
        judgements = list(self._judgements(portion))
        image_ids = sorted({each.key.image_id for each in judgements})
        queueing.lock_groups(image_ids)
        new = list(self._new(judgements, image_ids))
        Label.objects.bulk_create(new)
        self._settle(sorted({label.image_id for label in new}))
        self.tally.counts["taken"] += len(new)

    def _judgements(self, portion: Sequence[Line]) -> Iterator[_Judgement]:
        images = Images(self._source, portion)
        for line in portion:
            try:
                yield self._judgement(line, images)
            except CannotTake as error:
                self.tally.refuse(line.number, str(error))

    def _judgement(self, line: Line, images: Images) -> _Judgement:
        if line.problem:
            raise CannotTake(line.problem)
        image_id = images.get(line.values["item"])
        person_id = self._people.get(line.values["labeler"])
        # Counted even if the rest of the line is wrong: once it is put right, the later ones are still the later ones.
        self._times[person_id, image_id] += 1
        key = Key(person_id, image_id, self._times[person_id, image_id])
        return _Judgement(line.number, key, self._said(line), self._decided_at(line.values["decided_at"]))

    def _said(self, line: Line) -> Said:
        said = self._answers.get(line.values["label"])
        if said is None:
            raise CannotTake(f"{line.values['label']!r} is none of {', '.join(self._answers)}.")
        if said.verdict != Label.Verdict.CANNOT_JUDGE:
            return said
        reason = line.values["reason"] or NO_REASON
        if reason not in Label.Reason.values:
            raise CannotTake(f"{reason!r} is no reason; the reasons are {', '.join(Label.Reason.values)}.")
        return said._replace(reason=str(reason))

    def _decided_at(self, text: str) -> datetime:
        try:
            decided = moment(text) if text else self._now
        except ValueError:
            raise CannotTake(f"decided_at {text!r} is no ISO 8601 time.") from None
        if decided > self._now:
            raise CannotTake(f"decided_at {text!r} has not come yet.")
        return decided

    def _new(self, judgements: Sequence[_Judgement], image_ids: Sequence[int]) -> Iterator[Label]:
        """Yield the labels that are not stored yet."""
        before, judged = _stored(self._policy, image_ids)
        for each in judgements:
            if each.key not in before:
                yield self._label(each, judged)
            elif before[each.key][:2] == each.said[:2]:
                self.tally.counts["known"] += 1
            else:
                names = {said[:2]: name for name, said in self._answers.items()}
                self.tally.refuse(
                    each.number,
                    f"It was imported before as {names[before[each.key][:2]]!r}; what is stored is never changed.",
                )

    def _label(self, judgement: _Judgement, judged: set[int]) -> Label:
        """Return the label; `judged` are the images that somebody has judged, and gets this one too."""
        person_id, image_id, nth = judgement.key
        if nth > 1:
            purpose = QueueEntry.Purpose.REPEAT
        else:
            purpose = QueueEntry.Purpose.SECOND if image_id in judged else QueueEntry.Purpose.FIRST
            judged.add(image_id)
        return Label(
            image_id=image_id,
            labeler_id=person_id,
            policy=self._policy,
            policy_version_id=self._version_at(judgement.decided_at),
            purpose=purpose,
            round=max(nth - 1, 1),
            **judgement.said._asdict(),
            shown_at=judgement.decided_at,
            decided_at=judgement.decided_at,
            recorded_at=clock.now(),
        )

    def _version_at(self, decided: datetime) -> int:
        """Return the guideline that held then, or the first one of all."""
        earlier = [pk for published_at, pk in self._versions if published_at <= decided]
        return earlier[-1] if earlier else self._versions[0][1]

    def _settle(self, image_ids: Sequence[int]) -> None:
        draw_slice(image_ids=image_ids, policy=self._policy)
        cases = read_cases(image_ids=image_ids, policy_id=self._policy.pk).values()
        for case in {case.group_id: case for case in cases}.values():
            queueing.settle(case)


def answers(policy: Policy) -> dict[str, Said]:
    """Return what a file may say in its column `label`."""
    named = {key: Said(Label.Verdict.CATEGORY, pk) for pk, key in policy.categories.values_list("pk", "key")}
    return {"unsure": Said(Label.Verdict.UNSURE), "cannot_judge": Said(Label.Verdict.CANNOT_JUDGE), **named}


def _stored(policy: Policy, image_ids: Sequence[int]) -> tuple[dict[Key, Said], set[int]]:
    """Return what is stored of people from elsewhere, also what was taken back; and the images with an opinion."""
    said: dict[Key, Said] = {}
    judged: set[int] = set()
    labels = Label.objects.filter(policy=policy, image__in=image_ids).values_list(
        "labeler", "image", "purpose", "round", "verdict", "category", "reason", "withdrawal"
    )
    for person_id, image_id, purpose, round_, verdict, category_id, reason, withdrawal in labels:
        opinion = purpose in OPINION_PURPOSES
        nth = round_ if opinion else round_ + 1
        said[Key(person_id, image_id, nth)] = Said(verdict, category_id, reason)
        if opinion and withdrawal is None:
            judged.add(image_id)
    return said, judged

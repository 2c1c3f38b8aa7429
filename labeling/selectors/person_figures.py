"""What is known of how one person labels under a policy: for admins, and for the person."""

from collections import Counter
from dataclasses import dataclass

from labeling.agreement import drift, repeats
from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.agreement.pairs import with_others
from labeling.bootstrap import interval, medians
from labeling.help import AIDS
from labeling.intervals import Share, share
from labeling.models import AgreementStat
from labeling.selectors.answers import Answers


@dataclass(frozen=True)
class Median:
    """The median of `n` times in seconds with its 95 % interval."""

    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class DecidedRow:
    """What a person said of images that were decided as one category. `said`: counts, by `Confusion.said`."""

    category: str
    said: tuple[int, ...]
    same: Share


@dataclass(frozen=True)
class Confusion:
    """A person's answers against decisions that two or more people or an adjudicator made; keys, "" for no category."""

    n: int
    said: tuple[str, ...]
    rows: tuple[DecidedRow, ...]


@dataclass(frozen=True)
class PersonFigures:
    """How one person labels. `answers`: opinions; `named`: of these, the share that names a category.

    `seconds` is None of less than MIN_PAIRS answers. `two_steps`: answers without any aid, where aids were offered on
    asking. `others`, `itself`, `adjudication`: agreement with others, with themself, with adjudicators. `changes`: what
    they answered otherwise the second time, by severity.
    """

    person: int
    answers: int
    named: Share
    seconds: Median | None
    two_steps: Share
    others: Estimate
    itself: repeats.SelfConsistency
    changes: drift.NoiseAndDrift
    adjudication: Share
    confusion: Confusion


def person_figures(answers: Answers, person: int, *, images: str = AgreementStat.Images.ALL) -> PersonFigures:
    """Return the figures of one person; of one without answers they say that there are too few."""
    own = [each for each in answers.opinions if each.person == person]
    asked = [each.opened for each in own if each.opened is not None]
    hits = answers.held_against_adjudication(person)
    again = answers.again
    place = again.raters.index(person) if person in again.raters else len(again.raters)
    return PersonFigures(
        person=person,
        answers=len(own),
        named=share(sum(bool(each.category) for each in own), len(own)),
        seconds=_median([each.seconds for each in own]),
        two_steps=share(sum(not set(opened) & set(AIDS) for opened in asked), len(asked)),
        others=with_others(answers.between(images), person),
        itself=repeats.self_consistency(again, place),
        changes=drift.of_table(repeats.table(again, place)),
        adjudication=share(sum(hits), len(hits)),
        confusion=_confusion(answers, person),
    )


def _median(times: list[float]) -> Median | None:
    if len(times) < MIN_PAIRS:
        return None
    drawn = medians(times, seed=0)
    ordered, half = sorted(times), len(times) // 2
    value = ordered[half] if len(times) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Median(len(times), value, *interval(drawn))


def _confusion(answers: Answers, person: int) -> Confusion:
    found = Counter(
        (each.decision, each.category) for each in answers.opinions if each.person == person and each.decision
    )
    said = (*answers.scale, "")
    rows = []
    for category in answers.scale:
        counts = tuple(found[category, each] for each in said)
        rows.append(DecidedRow(category, counts, share(found[category, category], sum(counts))))
    return Confusion(found.total(), said, tuple(rows))

"""What the page on agreement shows: between everybody, by category, pair by pair, image by image, and over time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Exists, OuterRef

from labeling.agreement import bootstrap, pairs
from labeling.agreement.estimates import Estimate
from labeling.agreement.ratings import Ratings
from labeling.models import AgreementStat, Image, Policy, PolicyVersion, QueueEntry
from labeling.selectors.answers import Answers

# Of the images on which people differ, so many at most; among the first CANDIDATES of them.
MOST_IMAGES, CANDIDATES = 50, 500
# The matrix holds the people with the most answers.
MOST_PEOPLE = 20
# Snapshots of about two years.
MOST_MOMENTS = 800


@dataclass(frozen=True)
class Everybody:
    """`overall` by the names of `pairs.OVERALL`, `specific` by category; `images` and `people` that were counted."""

    images: int
    people: int
    overall: dict[str, Estimate]
    specific: dict[str, Estimate]


@dataclass(frozen=True)
class Disputed:
    """An image on which people differ: the share of differing pairs, and how many said what, by key."""

    image: Image
    differing: float
    votes: tuple[tuple[str, int], ...]
    decision: str


@dataclass(frozen=True)
class Disputes:
    """Images by disagreement. `waiting`: left out, because somebody is still to judge them, who must not know."""

    images: tuple[Disputed, ...]
    waiting: int
    total: int


@dataclass(frozen=True)
class Moment:
    """A number of a snapshot."""

    at: datetime
    version: int
    value: float
    low: float
    high: float
    n: int


def everybody(ratings: Ratings) -> Everybody:
    """Return the coefficients of all people together."""
    return Everybody(
        images=int((ratings.counts().sum(axis=1) > 1).sum()),
        people=len(ratings.raters),
        overall=bootstrap.estimate(ratings.counts(), pairs.OVERALL),
        specific=pairs.by_category(ratings),
    )


def disputes(answers: Answers, policy: Policy) -> Disputes:
    """Return the images on which people differ, most disagreement first; two queries.

    An image that anybody is still to judge is left out, whatever for: people judge blind, adjudicators too.
    """
    ratings = answers.between(AgreementStat.Images.ALL)
    items = cast("tuple[int, ...]", ratings.items)
    found = [(items[place], differing) for place, differing in pairs.by_disagreement(ratings)]
    candidates = [image for image, _ in found[:CANDIDATES]]
    asked = QueueEntry.objects.filter(policy=policy, image__group=OuterRef("group"), state=QueueEntry.State.OPEN)
    waiting = set(Image.objects.filter(Exists(asked), pk__in=candidates).values_list("pk", flat=True))
    shown = [(image, differing) for image, differing in found[:CANDIDATES] if image not in waiting][:MOST_IMAGES]
    images = Image.objects.in_bulk([image for image, _ in shown])
    votes = Counter((each.image, each.category) for each in answers.opinions)
    decided = {each.image: each.decision for each in answers.opinions}
    listed = [
        Disputed(
            images[image],
            differing,
            tuple((key, votes[image, key]) for key in (*answers.scale, "") if votes[image, key]),
            decided[image],
        )
        for image, differing in shown
    ]
    return Disputes(tuple(listed), len(waiting), len(found))


def history(policy: Policy, statistic: str, *, images: str, simulated: bool) -> list[Moment]:
    """Return the latest snapshots of one overall number, oldest first."""
    stats = AgreementStat.objects.filter(
        policy_version__policy=policy,
        scope=AgreementStat.Scope.OVERALL,
        statistic=statistic,
        images=images,
        simulated=simulated,
    )
    rows = stats.order_by("-computed_at").values_list(
        "computed_at", "policy_version__number", "value", "low", "high", "n"
    )
    return [Moment(*row) for row in rows[:MOST_MOMENTS]][::-1]


def versions(policy: Policy) -> list[PolicyVersion]:
    """Return the guideline's versions, oldest first."""
    return list(PolicyVersion.objects.filter(policy=policy).order_by("number"))


def matrix_people(answers: Answers) -> set[int]:
    """Return the people with the most answers, MOST_PEOPLE at most."""
    return {person for person, _ in Counter(each.person for each in answers.opinions).most_common(MOST_PEOPLE)}

"""Dated measurements of agreement: what it was, so that a page can show where it goes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from labeling import clock
from labeling.agreement import bootstrap, pairs, repeats
from labeling.agreement.estimates import MIN_PAIRS, Estimate
from labeling.intervals import Share, share
from labeling.models import AgreementStat, Category, Policy, PolicyVersion
from labeling.selectors.answers import Answers, Which, kinds_of_people, read_answers

# Answers of so long ago still count: long enough for narrow intervals, short enough to see where agreement goes.
WINDOW = timedelta(days=90)
# A task that comes twice measures once.
AT_MOST_EVERY = timedelta(seconds=30)

Scope, Images = AgreementStat.Scope, AgreementStat.Images


def take_snapshot(*, policy: Policy) -> int:
    """Measure the answers of the last WINDOW that were given under the present meaning; return how many numbers.

    The present meaning: the versions since the last substantive one. The numbers are recorded under the latest. Real
    and simulated people are measured apart. What rests on less than MIN_PAIRS pairs is not stored. None are taken
    within AT_MOST_EVERY of others.
    """
    now = clock.now()
    versions = _present(policy, now)
    if not versions:
        return 0
    about = {"policy_version": versions[0], "computed_at": now}
    since, ids = now - WINDOW, tuple(version.pk for version in versions)
    found = []
    for simulated in sorted(kinds_of_people(policy)):
        answers = read_answers(policy, Which(simulated=simulated, versions=ids, since=since, until=now))
        found += [AgreementStat(**about, simulated=simulated, **each) for each in _measure(answers, policy)]
    with transaction.atomic():
        Policy.objects.select_for_update().get(pk=policy.pk)
        if was_measured(policy=policy, since=now - AT_MOST_EVERY):
            return 0
        return len(AgreementStat.objects.bulk_create(found, batch_size=1000))


def take_daily_snapshots() -> None:
    """Measure every active policy that was not measured today."""
    for policy in Policy.objects.filter(active=True):
        if not was_measured(policy=policy, since=clock.midnight()):
            take_snapshot(policy=policy)


def was_measured(*, policy: Policy, since: datetime) -> bool:
    """Return whether numbers of this policy were taken from a moment until now."""
    stats = AgreementStat.objects.filter(policy_version__policy=policy)
    return stats.filter(computed_at__gte=since, computed_at__lte=clock.now()).exists()


def _present(policy: Policy, now: datetime) -> list[PolicyVersion]:
    """Return the published versions since the last one that changed what a category means, the latest first."""
    found = []
    for version in PolicyVersion.objects.filter(policy=policy, published_at__lte=now).order_by("-number"):
        found.append(version)
        if version.kind == PolicyVersion.Kind.SUBSTANTIVE:
            break
    return found


def _measure(answers: Answers, policy: Policy) -> Iterator[dict[str, Any]]:
    categories = list(policy.categories.order_by("grade", "id"))
    for images in Images:
        yield from _everybody(answers, images, categories)
    yield from _pairs(answers)
    yield from _self(answers)
    yield from _adjudicated(answers)


def _everybody(answers: Answers, images: str, categories: list[Category]) -> Iterator[dict[str, Any]]:
    ratings = answers.between(images)
    for name, found in bootstrap.estimate(ratings.counts(), pairs.OVERALL).items():
        yield from _row(found, images=images, scope=Scope.OVERALL, statistic=name)
    specific = pairs.by_category(ratings)
    for category in categories:
        about = {"images": images, "scope": Scope.CATEGORY, "statistic": "specific", "category": category}
        yield from _row(specific[category.key], **about)


def _pairs(answers: Answers) -> Iterator[dict[str, Any]]:
    ratings = answers.between(Images.ALL)
    for pair in pairs.pairs(ratings):
        who = {"labeler_id": ratings.raters[pair.one], "other_id": ratings.raters[pair.other]}
        yield from _row(pair.raw, scope=Scope.PAIR, statistic="raw", **who)
        yield from _row(pair.kappa, scope=Scope.PAIR, statistic="kappa", **who)


def _self(answers: Answers) -> Iterator[dict[str, Any]]:
    again = answers.again
    for place, person in enumerate(again.raters):
        found = repeats.self_consistency(again, place)
        yield from _row(found.same, scope=Scope.SELF, statistic="raw", labeler_id=person)
        yield from _row(found.kappa, scope=Scope.SELF, statistic="kappa", labeler_id=person)


def _adjudicated(answers: Answers) -> Iterator[dict[str, Any]]:
    for person in sorted({each.person for each in answers.opinions}):
        hits = answers.held_against_adjudication(person)
        if len(hits) >= MIN_PAIRS:
            found = share(sum(hits), len(hits))
            yield from _row(found, scope=Scope.ADJUDICATION, statistic="raw", labeler_id=person)


def _row(found: Estimate | Share | None, **about: Any) -> Iterator[dict[str, Any]]:
    """Yield the row of a number that has a value and an interval, and of no other."""
    if found is not None and found.value is not None and found.low is not None and found.high is not None:
        n = found.n if isinstance(found, Share) else found.items
        yield about | {"value": found.value, "low": found.low, "high": found.high, "n": n}

"""The work of machines, stage by stage: what waits, what was done lately, how long it will take."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count as Counting
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from labeling.models import MachineWork, Policy
from labeling.selectors import backlog
from labeling.selectors.activity import Lately, Series
from labeling.selectors.backlog import Count
from ml import versions
from ml.models import ModelVersion
from ml.services import COPY_RULE

TAKING_IN, SCORING, MATCHING, JUDGING, EXPLAINING = "taking in", "scoring", "matching", "judging", "explaining"
CAPTIONING, LABELING = "captioning", "labeling"
# How many images were given up, by stage and model version's id.
Aside = defaultdict[tuple[str, int | None], Count]


@dataclass(frozen=True)
class Line:
    """One stage. `model` does the work; `aside` is how many images were given up, None where that cannot happen.

    `policy` is the name of what the line is about where a stage has several. `done` is how many have been through, None
    where nobody counts that.
    """

    stage: str
    waiting: Count
    policy: str = ""
    model: ModelVersion | None = None
    lately: Series | None = None
    aside: Count | None = None
    done: Count | None = None

    @property
    def total(self) -> int | None:
        """How many there are in all, or None where so many need no exact number."""
        if self.done is None or not (self.done.is_exact and self.waiting.is_exact):
            return None
        return (self.done.value or 0) + (self.waiting.value or 0)

    @property
    def takes(self) -> timedelta | None:
        """How long what waits will take at the present speed; None while nothing moves, or nobody knows how much."""
        if self.lately is None or not self.lately.speed or not self.waiting.value or not self.waiting.is_exact:
            return None
        return timedelta(seconds=self.waiting.value / self.lately.speed)


def lines(lately: Lately) -> list[Line]:
    """Return the stages behind the intake, in the order in which an image goes through them."""
    embedder = versions.active_embedder()
    aside = _aside_by_model()
    found = [
        Line(
            SCORING,
            backlog.unscored(embedder),
            model=embedder,
            lately=lately.get(("scored", None), Series()),
            aside=aside[MachineWork.Stage.SCORE, embedder.pk if embedder else None],
            done=backlog.scored(embedder) if embedder else Count(0),
        )
    ]
    if embedder:
        found.append(_matching(embedder, lately, aside))
    models = {policy: versions.active_classifier(policy.slug) for policy in Policy.objects.filter(active=True)}
    active = [(policy, model) for policy, model in models.items() if model]
    found += _judging(active, embedder, lately)
    found += _explaining(active, lately, aside)
    found += _captioning(lately, aside)
    return [*found, Line(LABELING, _wanted_of_people(models), lately=lately.get(("labeled", None), Series()))]


def _wanted_of_people(policies: Iterable[Policy]) -> Count:
    counts = [backlog.unlabeled(policy).value for policy in policies]
    return Count(None if None in counts else sum(filter(None, counts)))


def _matching(embedder: ModelVersion, lately: Lately, aside: Aside) -> Line:
    return Line(
        MATCHING,
        backlog.unsearched(embedder, rule=COPY_RULE),
        model=embedder,
        lately=lately.get(("searched", None), Series()),
        aside=aside[MachineWork.Stage.COPIES, embedder.pk],
        done=backlog.searched(COPY_RULE),
    )


def _judging(
    active: list[tuple[Policy, ModelVersion]], embedder: ModelVersion | None, lately: Lately
) -> Iterator[Line]:
    for policy, model in active:
        yield Line(
            JUDGING,
            backlog.unjudged(policy, model=model, embedder=embedder),
            policy=policy.name,
            model=model,
            lately=lately.get(("judged", model.pk), Series()),
            done=backlog.judged(model),
        )


def _explaining(active: list[tuple[Policy, ModelVersion]], lately: Lately, aside: Aside) -> Iterator[Line]:
    for policy, model in active:
        yield Line(
            EXPLAINING,
            backlog.unexplained(policy, model=model),
            policy=policy.name,
            model=model,
            lately=lately.get(("explained", model.pk), Series()),
            aside=aside[MachineWork.Stage.EXPLAIN, model.pk],
        )


def _captioning(lately: Lately, aside: Aside) -> Iterator[Line]:
    for domain, name in (("", ""), (versions.DRAWN, _("drawn pictures"))):
        if model := versions.active_captioning(domain):
            yield Line(
                CAPTIONING,
                backlog.uncaptioned(domain, model=model),
                policy=name,
                model=model,
                lately=lately.get(("captioned", model.pk), Series()),
                aside=aside[MachineWork.Stage.CAPTION, model.pk],
            )


def _aside_by_model() -> Aside:
    counted = set_aside().order_by().values_list("stage", "model_version").annotate(Counting("id"))
    return defaultdict(lambda: Count(0), {(stage, model): Count(n) for stage, model, n in counted})


def set_aside() -> QuerySet[MachineWork]:
    """Return the work that failed for good, the latest first."""
    return MachineWork.objects.filter(failed_at__isnull=False).order_by("-failed_at", "-id")

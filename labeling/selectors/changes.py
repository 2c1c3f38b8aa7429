"""What a guideline changed since a person labeled by it."""

import itertools
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery

from labeling.models import Exemplar, Guideline, GuidelineReading, Label, Person, Policy, PolicyVersion
from labeling.selectors.exemplars import shown_exemplars
from labeling.texts import Piece, pieces


@dataclass(frozen=True)
class Change:
    """What is said of a category now, with what was said before, and the exemplars that are new."""

    guideline: Guideline
    pieces: list[Piece]
    exemplars: list[Exemplar]


@dataclass(frozen=True)
class Due:
    """The latest change of meaning for somebody who labeled by an earlier rule; `read_at`: when they read of it."""

    version: PolicyVersion
    read_at: datetime | None

    def is_unread(self, at: datetime) -> bool:
        """Whether it held at that moment and the person did not know it yet."""
        return self.version.published_at <= at and (self.read_at is None or self.read_at > at)


def due(person: Person, policy_id: int) -> Due | None:
    """Return the latest change of meaning, if the person labeled by an earlier rule; one query."""
    # Among somebody's many labels the first is found by index, and none is by an earlier rule than that.
    began = Label.objects.filter(labeler=person, policy=policy_id).order_by("recorded_at")
    read = GuidelineReading.objects.filter(version=OuterRef("pk"), person=person)
    latest = PolicyVersion.objects.filter(policy=policy_id, kind=PolicyVersion.Kind.SUBSTANTIVE).order_by("-number")
    found = latest.annotate(
        began=Subquery(began.values("policy_version__number")[:1]), read_at=Subquery(read.values("read_at"))
    ).first()
    return Due(found, found.read_at) if found and found.began and found.began < found.number else None


def unread_version(person: Person, policy: Policy) -> PolicyVersion | None:
    """Return the latest change of meaning if the person labeled by an earlier rule and has not read it."""
    found = due(person, policy.pk)
    return found.version if found and found.read_at is None else None


def version_known(person: Person, found: Due, at: datetime) -> PolicyVersion:
    """Return the rule by which a person labels who has not read of the change that is `due`: the one they last knew.

    Later wording that changed no meaning belongs to it.
    """
    last = _last_known(person, found.version)
    until = PolicyVersion.objects.filter(policy=last.policy_id, published_at__lte=at, number__gte=last.number)
    kinds = until.order_by("number").exclude(pk=last.pk)
    same = itertools.takewhile(lambda version: version.kind != PolicyVersion.Kind.SUBSTANTIVE, kinds)
    return [last, *same][-1]


def changes(person: Person, version: PolicyVersion) -> list[Change]:
    """Return the categories whose meaning has changed since the version that the person last knew, in grades."""
    last = _last_known(person, version)
    between = Guideline.objects.filter(version__policy=version.policy_id, version__number__lte=version.number)
    changed = between.filter(changed=True, version__number__gt=last.number).values("category")
    now = version.guidelines.filter(category__in=changed).select_related("category")
    texts = dict(last.guidelines.values_list("category", "text"))
    known = set(last.guidelines.values_list("exemplars__image", flat=True))
    new = [each for each in shown_exemplars(version) if each.image_id not in known]
    return [
        Change(
            each,
            list(pieces(texts.get(each.category_id, ""), each.text)),
            [one for one in new if one.guideline_id == each.pk],
        )
        for each in now
    ]


def _last_known(person: Person, version: PolicyVersion) -> PolicyVersion:
    """Return the latest earlier version that the person labeled by or read; else the one before."""
    earlier = PolicyVersion.objects.filter(policy=version.policy_id, number__lt=version.number).order_by("-number")
    labeled = Exists(Label.objects.filter(policy_version=OuterRef("pk"), labeler=person))
    read = Exists(GuidelineReading.objects.filter(version=OuterRef("pk"), person=person))
    return earlier.filter(labeled | read).first() or earlier[0]

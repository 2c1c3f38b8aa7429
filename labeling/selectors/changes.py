"""What a guideline changed since a person labeled by it."""

import itertools
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef

from labeling.models import Exemplar, Guideline, GuidelineReading, Label, Person, Policy, PolicyVersion
from labeling.selectors.exemplars import shown_exemplars
from labeling.texts import Piece, pieces


@dataclass(frozen=True)
class Change:
    """What is said of a category now, with what was said before, and the exemplars that are new."""

    guideline: Guideline
    pieces: list[Piece]
    exemplars: list[Exemplar]


class Due(NamedTuple):
    """The latest change of meaning for somebody who labeled by an earlier rule; `read_at`: when they read of it."""

    version_id: int
    published_at: datetime
    read_at: datetime | None

    def is_unread(self, at: datetime) -> bool:
        """Whether it held at that moment and the person did not know it yet."""
        return self.published_at <= at and (self.read_at is None or self.read_at > at)


# Written by hand because every label asks it. Among somebody's many labels the first is found by index, and none is by
# an earlier rule than that.
_DUE = """
SELECT v.id, v.published_at, r.read_at
FROM labeling_policyversion v
LEFT JOIN labeling_guidelinereading r ON r.version_id = v.id AND r.person_id = %(person)s
WHERE v.policy_id = %(policy)s AND v.number = (
        SELECT max(s.number) FROM labeling_policyversion s WHERE s.policy_id = %(policy)s AND s.kind = 'substantive')
    AND v.number > (
        SELECT n.number FROM labeling_label l JOIN labeling_policyversion n ON n.id = l.policy_version_id
        WHERE l.labeler_id = %(person)s AND l.policy_id = %(policy)s ORDER BY l.recorded_at LIMIT 1)
"""


def due(person: Person, policy_id: int) -> Due | None:
    """Return the latest change of meaning, if the person labeled by an earlier rule; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"person": person.pk, "policy": policy_id})
        row = cursor.fetchone()
    return Due(*row) if row else None


def unread_version(person: Person, policy: Policy) -> PolicyVersion | None:
    """Return the latest change of meaning if the person labeled by an earlier rule and has not read it."""
    found = due(person, policy.pk)
    return PolicyVersion.objects.get(pk=found.version_id) if found and found.read_at is None else None


def version_known(person: Person, found: Due, at: datetime) -> PolicyVersion:
    """Return the rule by which a person labels who has not read of the change that is `due`: the one they last knew.

    Later wording that changed no meaning belongs to it.
    """
    last = _last_known(person, PolicyVersion.objects.get(pk=found.version_id))
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

"""What a guideline changed since a person labeled by it."""

from dataclasses import dataclass

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


def unread_version(person: Person, policy: Policy) -> PolicyVersion | None:
    """Return the latest change of meaning if the person labeled by an earlier rule and has not read it."""
    before = Label.objects.filter(
        labeler=person, policy=policy, policy_version__number__lt=OuterRef("number"), withdrawal=None
    )
    read = GuidelineReading.objects.filter(version=OuterRef("pk"), person=person)
    latest = PolicyVersion.objects.filter(policy=policy, kind=PolicyVersion.Kind.SUBSTANTIVE).order_by("-number")
    found = latest.annotate(knows_another=Exists(before), has_read=Exists(read)).first()
    return found if found and found.knows_another and not found.has_read else None


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

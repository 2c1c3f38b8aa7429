"""The history of a picture: who or what asked for another look, and what was made of it once it was settled."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from labeling.models import Exemplar, ExemplarProposal, Gold, PolicyVersion, RecheckImage, RecheckStep, ReviewRequest
from labeling.selectors.events import LATEST, Event, under, version_at, with_withdrawal

F = TypeVar("F", Gold, ExemplarProposal)


def reviews(group: int) -> Iterator[Event]:
    """Yield what happened to the images of a copy group beside being labeled and decided."""
    yield from _requests(group)
    yield from _gold(group)
    yield from _proposals(group)
    yield from _shown(group)
    yield from _left_out(group)
    yield from _rechecks(group)


def _requests(group: int) -> Iterator[Event]:
    found = ReviewRequest.objects.filter(image__group=group).annotate(number=version_at("requested_at"))
    found = found.select_related("policy", "model_version", "model_category", "decision__category")
    for each in found.order_by("-id")[:LATEST]:
        says = f" ({each.model_category})" if each.model_category else ""
        detail = f"{each.decision.category}, {each.get_purpose_display()}: {each.get_why_display()}{says}"
        who = str(each.model_version or "")
        version = under(each.policy, each.number)
        yield Event(each.requested_at, _("to be looked at again"), each.image_id, version, who, detail)


def _gold(group: int) -> Iterator[Event]:
    for each in _of_settled(Gold.objects.select_related("made_by"), group):
        line = _of_adjudication(each, each.made_at, _("made gold"), str(each.made_by))
        yield from with_withdrawal(each, line, _("gold no more"), line.detail)


def _proposals(group: int) -> Iterator[Event]:
    for each in _of_settled(ExemplarProposal.objects.select_related("proposed_by"), group):
        line = _of_adjudication(each, each.proposed_at, _("proposed as exemplar"), str(each.proposed_by))
        yield from with_withdrawal(each, line, _("proposal taken back"), line.detail)


def _of_settled(facts: QuerySet[F], group: int) -> QuerySet[F]:
    """Return the LATEST of what was made of the group's adjudications, each with all that its line needs."""
    about = ("adjudication__policy_version__policy", "adjudication__category", "withdrawal__withdrawn_by")
    return facts.filter(adjudication__image__group=group).select_related(*about).order_by("-id")[:LATEST]


def _shown(group: int) -> Iterator[Event]:
    """Yield the versions that took the image as an exemplar, not those that kept it."""
    before = Exemplar.objects.filter(
        image=OuterRef("image"),
        guideline__category=OuterRef("guideline__category"),
        guideline__version__number=OuterRef("guideline__version__number") - 1,
    )
    taken = Exemplar.objects.filter(~Exists(before), image__group=group).order_by("-id")
    about = ("guideline__version__policy", "guideline__version__published_by", "guideline__category")
    for each in taken.select_related(*about)[:LATEST]:
        detail = f"{each.guideline.category}: {each.note}" if each.note else str(each.guideline.category)
        yield _published(each.guideline.version, _("exemplar in the guideline"), each.image_id, detail)


def _left_out(group: int) -> Iterator[Event]:
    """Yield the versions that show none of the images, where the one before them did."""
    shown = Exemplar.objects.filter(image__group=group, guideline__version__policy=OuterRef("policy"))
    before = shown.filter(guideline__version__number=OuterRef("number") - 1).order_by("id").values("image")
    now = shown.filter(guideline__version__number=OuterRef("number"))
    versions = PolicyVersion.objects.annotate(image_id=Subquery(before[:1])).exclude(image_id=None)
    for each in versions.filter(~Exists(now)).select_related("policy", "published_by")[:LATEST]:
        yield _published(each, _("exemplar no more"), each.image_id)


def _rechecks(group: int) -> Iterator[Event]:
    """Yield that a new text may touch the image, and that it was sent to people for that."""
    found = RecheckImage.objects.filter(image__group=group).select_related(
        "decision__category", "recheck__guideline__category", "recheck__guideline__version__policy"
    )
    for each in found.prefetch_related("recheck__steps__sent_by").order_by("-id")[:LATEST]:
        guideline = each.recheck.guideline
        detail = _("decided as %(decided)s; the text of %(category)s has changed") % {
            "decided": each.decision.category,
            "category": guideline.category,
        }
        proposed = Event(
            each.recheck.proposed_at,
            _("proposed for a re-check"),
            each.image_id,
            str(guideline.version),
            detail=detail,
        )
        yield proposed
        part = RecheckStep.Part.SAMPLE if each.in_sample else RecheckStep.Part.REST
        for step in each.recheck.steps.all():
            if step.part == part:
                yield replace(proposed, at=step.sent_at, what=_("sent to be judged again"), who=str(step.sent_by))


def _of_adjudication(fact: Gold | ExemplarProposal, at: datetime, what: str, who: str) -> Event:
    made = fact.adjudication
    return Event(at, what, made.image_id, str(made.policy_version), who, str(made.category))


def _published(version: PolicyVersion, what: str, image_id: int, detail: str = "") -> Event:
    return Event(version.published_at, what, image_id, str(version), str(version.published_by or ""), detail)

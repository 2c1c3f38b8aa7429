"""Exemplars: judged images that show what a category means, and those that adjudicators propose."""

from django.db.models import Exists, OuterRef, QuerySet

from labeling.models import Exemplar, ExemplarProposal, Policy, PolicyVersion


def shown_exemplars(version: PolicyVersion | None) -> QuerySet[Exemplar]:
    """Return what the guideline shows: never an erased image, nor one of a restricted category."""
    found = Exemplar.objects.filter(
        guideline__version=version, image__erased_at=None, guideline__category__restricted=False
    )
    return found.exclude(image__thumb_key="").select_related("image", "guideline").order_by("id")


def current_exemplars() -> QuerySet[Exemplar]:
    """Return the exemplars of the latest guideline of any policy."""
    of_policy = PolicyVersion.objects.filter(policy=OuterRef("guideline__version__policy"))
    later = of_policy.filter(number__gt=OuterRef("guideline__version__number"))
    return Exemplar.objects.filter(~Exists(later), guideline__category__restricted=False)


def open_proposals(policy: Policy) -> QuerySet[ExemplarProposal]:
    """Return the proposals that the next version may follow: standing, and not followed yet. The oldest first."""
    latest = PolicyVersion.objects.filter(policy=policy).first()
    taken = Exemplar.objects.filter(guideline__version=latest).values("image")
    found = ExemplarProposal.objects.filter(
        adjudication__policy=policy,
        adjudication__withdrawal=None,
        adjudication__category__restricted=False,
        adjudication__image__erased_at=None,
        withdrawal=None,
    )
    found = found.exclude(adjudication__image__in=taken)
    return found.select_related("adjudication__category", "adjudication__image").order_by("id")

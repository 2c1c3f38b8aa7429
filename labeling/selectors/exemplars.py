"""Exemplars: judged images that show what a category means, and those that adjudicators propose."""

from django.db.models import Exists, OuterRef, QuerySet

from labeling.models import Exemplar, ExemplarProposal, PeopleDecision, Policy, PolicyVersion


def still_decided_so(image: str, category: str) -> Exists:
    """Return whether the picture of a column is decided as the category of another now, by people, any copy of it."""
    decision = PeopleDecision.objects.filter(withdrawal=None, category=OuterRef(category))
    return Exists(decision.filter(image__group=OuterRef(f"{image}__group")))


def kept_exemplars(version: PolicyVersion | None) -> QuerySet[Exemplar]:
    """Return the version's exemplars but those of erased images and restricted categories, each with `stands`.

    One does not stand whose picture was decided otherwise since, or is in doubt again.
    """
    found = Exemplar.objects.filter(
        guideline__version=version, image__erased_at=None, guideline__category__restricted=False
    )
    found = found.exclude(image__thumb_key="").select_related("image", "guideline").order_by("id")
    return found.annotate(stands=still_decided_so("image", "guideline__category"))


def shown_exemplars(version: PolicyVersion | None) -> QuerySet[Exemplar]:
    """Return what the guideline shows: never an image that is erased, restricted, or decided otherwise by now."""
    return kept_exemplars(version).filter(stands=True)


def current_exemplars() -> QuerySet[Exemplar]:
    """Return the exemplars of the latest guideline of any policy."""
    of_policy = PolicyVersion.objects.filter(policy=OuterRef("guideline__version__policy"))
    later = of_policy.filter(number__gt=OuterRef("guideline__version__number"))
    return Exemplar.objects.filter(~Exists(later), guideline__category__restricted=False)


def open_proposals(policy: Policy) -> QuerySet[ExemplarProposal]:
    """Return the proposals that the next version may follow: standing, and not followed yet. The oldest first.

    One whose picture was decided otherwise since would teach the wrong answer.
    """
    latest = PolicyVersion.objects.filter(policy=policy).first()
    taken = Exemplar.objects.filter(guideline__version=latest).values("image")
    found = ExemplarProposal.objects.filter(
        still_decided_so("adjudication__image", "adjudication__category"),
        adjudication__policy=policy,
        adjudication__withdrawal=None,
        adjudication__category__restricted=False,
        adjudication__image__erased_at=None,
        withdrawal=None,
    )
    found = found.exclude(adjudication__image__in=taken)
    return found.select_related("adjudication__category", "adjudication__image").order_by("id")

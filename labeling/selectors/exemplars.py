"""Exemplars: judged images that show what a category means, and those that adjudicators propose."""

from django.db.models import Exists, OuterRef, QuerySet

from labeling.models import Exemplar, ExemplarProposal, PeopleDecision, Policy, PolicyVersion


def kept_exemplars(version: PolicyVersion | None) -> QuerySet[Exemplar]:
    """Return the version's exemplars, each with `stands`: whether the guideline shows it, or it was overturned."""
    return _showable(version).annotate(stands=_still_so())


def shown_exemplars(version: PolicyVersion | None) -> QuerySet[Exemplar]:
    """Return what the guideline shows: never an image that is erased, restricted, or overturned."""
    return _showable(version).filter(_still_so())


def overturned_exemplars(version: PolicyVersion | None) -> QuerySet[Exemplar]:
    """Return the exemplars whose pictures people decided otherwise since, or that are in doubt again."""
    return _showable(version).filter(~_still_so())


def _showable(version: PolicyVersion | None) -> QuerySet[Exemplar]:
    found = Exemplar.objects.filter(
        guideline__version=version, image__erased_at=None, guideline__category__restricted=False
    )
    return found.exclude(image__thumb_key="").select_related("image", "guideline").order_by("id")


def _still_so(image: str = "image", category: str = "guideline__category") -> Exists:
    """Return whether the picture of one column is decided as the category of the other now; copies share a decision."""
    decision = PeopleDecision.objects.filter(withdrawal=None, category=OuterRef(category))
    return Exists(decision.filter(image__group=OuterRef(f"{image}__group")))


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
        _still_so("adjudication__image", "adjudication__category"),
        adjudication__policy=policy,
        adjudication__withdrawal=None,
        adjudication__category__restricted=False,
        adjudication__image__erased_at=None,
        withdrawal=None,
    )
    found = found.exclude(adjudication__image__in=taken)
    return found.select_related("adjudication__category", "adjudication__image").order_by("id")

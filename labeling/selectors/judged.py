"""Which judged images may be shown beside another one, or speak for it."""

from django.db.models import Exists, OuterRef, QuerySet

from labeling.models import Arrival, Category, DecisionWithdrawal, Embedding, Image, Label, PeopleDecision, Policy
from ml import versions


def is_embedded(image: Image) -> bool:
    """Return whether the image has its place among the others yet."""
    return Embedding.objects.filter(image=image, model_version=versions.active_embedder()).exists()


def from_real_source(image: Image) -> bool:
    """Return whether a source that is no demo has sent the image."""
    return Arrival.objects.filter(image=image, source__demo=False).exists()


def judged(*, policy: Policy, real_only: bool) -> QuerySet[PeopleDecision]:
    """Return the standing decisions under `policy` on images that may be looked at.

    Left out is a picture of which any copy counts as restricted under any policy: by a decision, or because one
    person said so. So are erased images, and with `real_only` those that only demo sources know: what simulated
    people decided is never held against an image from a real source.
    """
    withdrawn = Exists(DecisionWithdrawal.objects.filter(decision=OuterRef("pk")))
    found = PeopleDecision.objects.filter(~withdrawn, policy=policy, image__erased_at=None)
    found = found.exclude(image__thumb_key="").exclude(image__view_key="")
    if real_only:
        found = found.filter(Exists(Arrival.objects.filter(image=OuterRef("image"), source__demo=False)))
    # Asking thousands of rows what hardly ever holds takes time; most installations have no such category.
    if Category.objects.filter(restricted=True).exists():
        found = found.filter(~_decided_as_restricted(), ~_called_restricted())
    return found


def _decided_as_restricted() -> Exists:
    withdrawn = Exists(DecisionWithdrawal.objects.filter(decision=OuterRef("pk")))
    decisions = PeopleDecision.objects.filter(~withdrawn, category__restricted=True)
    return Exists(decisions.filter(image__group=OuterRef("image__group")))


def _called_restricted() -> Exists:
    labels = Label.objects.filter(withdrawal=None, category__restricted=True)
    return Exists(labels.filter(image__group=OuterRef("image__group")))

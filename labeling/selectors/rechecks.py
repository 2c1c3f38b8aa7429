"""Re-checks: which decided images a new text most likely touches, and what its sample says."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, FloatField, OuterRef
from django.db.models.functions import Least
from pgvector.django import CosineDistance

from labeling.intervals import Share, share
from labeling.models import (
    DecisionWithdrawal,
    Embedding,
    Exemplar,
    Guideline,
    PeopleDecision,
    Prediction,
    Recheck,
    RecheckStep,
)
from labeling.selectors.cases import read_cases
from labeling.touched import Seen, likelihood
from ml import versions

# Of the latest decisions so many are looked through, and so many of them proposed.
LATEST, MOST = 20_000, 1000


def standing(guideline: Guideline) -> list[PeopleDecision]:
    """Return the latest decisions that were made by an earlier text, the latest first."""
    version = guideline.version
    withdrawn = Exists(DecisionWithdrawal.objects.filter(decision=OuterRef("pk")))
    found = PeopleDecision.objects.filter(
        ~withdrawn, policy=version.policy_id, policy_version__number__lt=version.number, image__erased_at=None
    )
    return list(found.order_by("-id")[:LATEST])


def most_likely_touched(guideline: Guideline) -> list[tuple[PeopleDecision, float]]:
    """Return decisions with how likely the text touches them, the likeliest first, MOST at most.

    Decisions of other categories are among them only where the model or a new exemplar speaks for it.
    """
    decisions = standing(guideline)
    near, judged = _nearness(guideline, decisions), _judged(guideline, decisions)
    scored = []
    for decision in decisions:
        decided_so = decision.category_id == guideline.category_id
        probabilities, place = judged.get(decision.image_id, ((), None))
        speaks = decision.image_id in near or (place is not None and probabilities[place] > 1 / len(probabilities))
        if decided_so or speaks:
            seen = Seen(decided_so, near.get(decision.image_id), probabilities, place)
            scored.append((decision, likelihood(seen)))
    return sorted(scored, key=lambda pair: -pair[1])[:MOST]


def _nearness(guideline: Guideline, decisions: list[PeopleDecision]) -> dict[int, float]:
    """Return the cosine similarity to the nearest exemplar that this version added."""
    embedder = versions.active_embedder()
    before = Exemplar.objects.filter(
        guideline__version__policy=guideline.version.policy_id, guideline__version__number__lt=guideline.version.number
    )
    added = guideline.exemplars.exclude(image__in=before.values("image")).values("image")
    vectors = [each.vector for each in Embedding.objects.filter(image__in=added, model_version=embedder)]
    if not vectors:
        return {}
    distances = [CosineDistance("vector", each) for each in vectors]
    nearest = Least(*distances, output_field=FloatField()) if len(distances) > 1 else distances[0]
    images = Embedding.objects.filter(model_version=embedder, image__in=[each.image_id for each in decisions])
    return {image: 1 - far for image, far in images.annotate(far=nearest).values_list("image", "far")}


def _judged(guideline: Guideline, decisions: list[PeopleDecision]) -> dict[int, tuple[list[float], int | None]]:
    model = versions.active_classifier(guideline.version.policy.slug)
    if model is None:
        return {}
    key = guideline.category.key
    place = model.categories.index(key) if key in model.categories else None
    images = [each.image_id for each in decisions]
    found = Prediction.objects.filter(model_version=model, image__in=images)
    return {image: (list(said), place) for image, said in found.values_list("image", "probabilities")}


@dataclass(frozen=True)
class Progress:
    """What became of a re-check so far. `changed`: of the sample's answered images, those decided otherwise now."""

    proposed: int
    sample: int
    sent: frozenset[str]
    changed: Share

    @property
    def rest(self) -> int:
        """How many are proposed beside the sample."""
        return self.proposed - self.sample

    @property
    def expected(self) -> int:
        """How many decisions of the rest would change, as far as the sample says."""
        return round(self.rest * self.changed.hits / self.changed.n) if self.changed.n else 0

    @property
    def sample_is_answered(self) -> bool:
        """Whether the estimate rests on the whole sample."""
        return bool(self.sample) and self.changed.n == self.sample


def progress(recheck: Recheck) -> Progress:
    """Return how far a re-check is; an image waits while somebody is still asked, or an adjudicator is."""
    images = list(recheck.images.filter(in_sample=True).select_related("decision"))
    sent = frozenset(recheck.steps.values_list("part", flat=True))
    answers = list(_answers(recheck, images)) if RecheckStep.Part.SAMPLE in sent else []
    return Progress(recheck.images.count(), len(images), sent, share(sum(answers), len(answers)))


def _answers(recheck: Recheck, images: list) -> Iterator[bool]:
    """Whether the decision has changed, for each image of the sample that is answered."""
    before = {each.image_id: each.decision for each in images}
    policy = recheck.guideline.version.policy_id
    for image_id, case in read_cases(image_ids=list(before), policy_id=policy).items():
        if case.decision is None or case.wish is not None:
            continue
        yield case.decision.category_id != before[image_id].category_id

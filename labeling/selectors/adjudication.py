"""What an adjudicator gets to see: which case next; after their own answer what others said, and what came before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from pgvector.django import CosineDistance

from labeling import clock
from labeling.models import (
    Adjudication,
    Assignment,
    Category,
    CopyMatch,
    Embedding,
    Label,
    PeopleDecision,
    Person,
    Policy,
    QueueEntry,
    ReviewRequest,
)
from labeling.selectors.given import OPINION_PURPOSES
from labeling.selectors.judged import from_real_source, judged
from ml import versions

# So many of the most valuable cases are looked at to find the next.
WINDOW = 50
# Priorities (0 to 1, and 1 more in the random slice) that differ by less are about equal: among those cases the one
# most like the last settled image comes next.
ALIKE = 0.1
PRECEDENTS = 6
COPIES = 6


@dataclass(frozen=True)
class Vote:
    """What one person said. `who` is a number in the order of time, or a name where the policy shows names.

    `on_copy`: they were shown another image of the same picture.
    """

    who: str
    said: str
    action: str
    at: datetime
    looked: timedelta
    opened: list[str]
    version: int
    on_copy: bool


@dataclass(frozen=True)
class Precedent:
    """A similar image that an adjudicator settled; `image_id` for its address."""

    image_id: int
    category: Category
    cause: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True)
class Copy:
    """An image that a test found to be the same picture. `joined`: they count as one; else they were decided apart."""

    match_id: int
    image_id: int
    decided: str
    joined: bool


def waiting_cases(*, person: Person, policy: Policy) -> QuerySet[QueueEntry]:
    """Return the cases that this person may settle: open, held by nobody else, and none on which they voted."""
    own = _opinions(policy).filter(image__group=OuterRef("image__group"), labeler=person)
    entries = QueueEntry.objects.filter(
        policy=policy, state=QueueEntry.State.OPEN, purpose=QueueEntry.Purpose.ADJUDICATION, image__erased_at=None
    )
    free = (
        Q(leased_until=None)
        | Q(leased_until__lte=clock.now())
        | Q(assignments__labeler=person, assignments__ended_at=None)
    )
    return entries.filter(free).filter(~Exists(own)).distinct()


def voted(case: Assignment) -> bool:
    """Whether the person of a case has an opinion of their own on its picture."""
    own = _opinions(case.entry.policy).filter(image__group=case.entry.image.group_id, labeler=case.labeler_id)
    return own.exists()


def _opinions(policy: Policy) -> QuerySet[Label]:
    return Label.objects.filter(policy=policy, withdrawal=None, purpose__in=OPINION_PURPOSES)


def next_cases(*, person: Person, policy: Policy) -> list[int]:
    """Return the ids of the most valuable cases; of about equal ones the nearest to the last settled image first.

    The value of a case is its place in the queue (`ordering.place_case`): the random slice first, because every
    estimate rests on it, then the highest expected loss. Without embeddings the order is that of value.
    """
    waiting = waiting_cases(person=person, policy=policy).order_by("-priority", "id")
    rows = list(waiting.values_list("image", "pk", "priority")[:WINDOW])
    bands = _bands({image: priority for image, _, priority in rows})
    cases = {image: pk for image, pk, _ in rows}
    near = _distances(list(cases), person, policy)
    # Two is the farthest there is; what has no embedding yet keeps its order at the end of its band.
    return [cases[image] for image in sorted(cases, key=lambda image: (bands[image], near.get(image, 2.0)))]


def _bands(priorities: dict[int, float]) -> dict[int, int]:
    """Number the bands of about equal value; `priorities` by image, the highest first."""
    bands: dict[int, int] = {}
    band, top = 0, max(priorities.values(), default=0.0)
    for image, priority in priorities.items():
        if top - priority > ALIKE:
            band, top = band + 1, priority
        bands[image] = band
    return bands


def _distances(images: list[int], person: Person, policy: Policy) -> dict[int, float]:
    """Return how far each image is from the one that the person settled last, where both have an embedding."""
    last = Adjudication.objects.filter(adjudicator=person, policy=policy, withdrawal=None).order_by("-id").first()
    embedder = versions.active_embedder()
    here = last and Embedding.objects.filter(image=last.image_id, model_version=embedder).first()
    if not here:
        return {}
    distances = Embedding.objects.filter(image__in=images, model_version=embedder)
    return dict(distances.annotate(far=CosineDistance("vector", here.vector)).values_list("image", "far"))


def blind_answer(case: Assignment) -> Label | None:
    """Return what the person said before they saw what others said, under whichever of their leases on the case.

    A lease that ran out and came again does not make them blind again.
    """
    given = Label.objects.filter(assignment__entry=case.entry_id, labeler=case.labeler_id)
    return given.filter(purpose=QueueEntry.Purpose.ADJUDICATION).select_related("category").order_by("id").last()


def votes(case: Assignment) -> list[Vote]:
    """Return the standing opinions on the picture of a case, oldest first; names only where the policy shows them."""
    policy = case.entry.policy
    labels = _opinions(policy).filter(image__group=case.entry.image.group_id)
    labels = labels.select_related("category", "labeler", "policy_version").order_by("decided_at")
    return [_vote(label, number, case) for number, label in enumerate(labels, 1)]


def _vote(label: Label, number: int, case: Assignment) -> Vote:
    said = label.category.name if label.category else label.get_verdict_display().capitalize()
    return Vote(
        who=label.labeler.get_username() if case.entry.policy.names_shown else _("Person %d") % number,
        said=f"{said}: {label.get_reason_display()}" if label.reason else said,
        action=label.category.action if label.category else "none",
        at=label.decided_at,
        looked=label.looked,
        opened=sorted(label.help.get("opened", {})),
        version=label.policy_version.number,
        on_copy=label.image_id != case.entry.image_id,
    )


def request_behind(case: Assignment) -> ReviewRequest | None:
    """Return the request to look again that opened the case, if one did."""
    found = ReviewRequest.objects.filter(
        image__group=case.entry.image.group_id,
        policy=case.entry.policy_id,
        purpose=QueueEntry.Purpose.ADJUDICATION,
        why=case.entry.why,
    )
    return found.select_related("model_category", "decision__category", "model_version").order_by("-id").first()


def copies_of(case: Assignment) -> list[Copy]:
    """Return what was matched with the image of a case, the nearest first; parted pairs and erased images left out."""
    image = case.entry.image
    matches = CopyMatch.objects.filter(Q(image=image) | Q(other=image), withdrawal=None).order_by("-agreement", "id")
    pairs = {
        match: match.other if match.image_id == image.pk else match.image
        for match in matches.select_related("image", "other")
    }
    decisions = PeopleDecision.objects.filter(
        image__group__in=[each.group_id for each in pairs.values()], withdrawal=None
    )
    said = dict(decisions.filter(policy=case.entry.policy_id).values_list("image__group", "category__name"))
    return [
        Copy(match.pk, other.pk, said.get(other.group_id, ""), other.group_id == image.group_id)
        for match, other in pairs.items()
        if other.thumb_key
    ][:COPIES]


def precedents(case: Assignment) -> list[Precedent]:
    """Return the nearest images that adjudicators settled with a cause, none of the image's own copy group."""
    image, policy = case.entry.image, case.entry.policy
    here = Embedding.objects.filter(image=image, model_version=versions.active_embedder()).first()
    if here is None:
        return []
    settled = (
        judged(policy=policy, real_only=from_real_source(image))
        .filter(adjudication__isnull=False)
        .exclude(adjudication__cause="")
        .exclude(image__group=image.group_id)
    )
    near = Embedding.objects.filter(model_version=here.model_version_id, image__in=settled.values("image"))
    ids = list(near.order_by(CosineDistance("vector", here.vector)).values_list("image", flat=True)[:PRECEDENTS])
    found = {each.image_id: each for each in settled.filter(image__in=ids).select_related("adjudication", "category")}
    return [_precedent(found[pk]) for pk in ids if pk in found]


def _precedent(decision: PeopleDecision) -> Precedent:
    settled = decision.adjudication
    assert settled is not None  # noqa: S101 (the query has left others out)
    return Precedent(
        decision.image_id, decision.category, settled.get_cause_display(), settled.reason, settled.decided_at
    )

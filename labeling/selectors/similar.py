"""Images that people judged and that lie nearest to another one, and how those would vote.

Plain `ORDER BY distance LIMIT 9` over an index of all images answers with the few judged ones among the nearest 40,
and often with none. So distances are computed exactly over the latest judged images of each category, and where a
category has more than those, the index of the judged (`services.indexing`) is walked on until enough of it are met.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from pgvector.django import CosineDistance, L2Distance

from labeling.models import Category, Embedding, Image, IndexedEmbedding, PeopleDecision, Policy
from labeling.selectors.judged import from_real_source, judged
from labeling.selectors.votes import neighbour_votes
from ml import versions
from ml.models import ModelVersion

__all__ = ["PER_CATEGORY", "Neighbour", "nearest_judged", "neighbour_votes"]

PER_CATEGORY = 3
# About 8 µs each: a vector of 1,280 half-precision numbers lies outside its row and has to be fetched.
EXACT_ROWS = 6000
# A picture with many copies must not use up all the places of a category, and stand-ins are not quite in order.
WALK_HITS = 12
# Planned once for all, as prepared statements are, it took 6.8 s where 0.2 s are enough (50,000 judged, see below).
_PLAN = "SET LOCAL plan_cache_mode = force_custom_plan"
_WALK = (
    "SET LOCAL hnsw.iterative_scan = 'relaxed_order'",
    "SET LOCAL hnsw.ef_search = 200",
    # A category that lies far off would have the whole index walked; then the exact part has to do.
    "SET LOCAL hnsw.max_scan_tuples = 8000",
    # PostgreSQL may think it cheaper to sort what it expects to find.
    "SET LOCAL enable_sort = off",
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A judged image near another. Sizes in pixels, upright; `distance` is the cosine distance, 0 to 2."""

    image_id: int
    thumb_key: str
    width: int
    height: int
    category: Category
    decided_at: datetime
    distance: float


class _Candidate(NamedTuple):
    """What is compared, nearest first."""

    distance: float
    decision_id: int
    group_id: int
    category_id: int


def nearest_judged(*, image: Image, policy: Policy, per_category: int = PER_CATEGORY) -> list[Neighbour]:
    """Return the judged images nearest to `image`, the same number for each category of `policy` where there are.

    In rounds: the nearest of each category in the order of severity, then the second nearest, and so on, so that the
    order says nothing about which category is nearest. Of a copy group only the nearest member, of the image's own
    none. Empty also while the image has no embedding (`judged.is_embedded`).
    """
    chosen = _balanced(_candidates(image, policy, per_category), per_category)
    places = [category.pk for category in policy.categories.all()]
    rounds = zip_longest(*(chosen[pk] for pk in places))
    picked = [candidate for candidate in chain.from_iterable(rounds) if candidate]
    decisions = PeopleDecision.objects.select_related("image", "category").in_bulk(
        [each.decision_id for each in picked]
    )
    return [_neighbour(decisions[each.decision_id], each.distance) for each in picked]


@transaction.atomic  # for as long as what is set shall hold
def _candidates(image: Image, policy: Policy, per_category: int) -> list[_Candidate]:
    _set(_PLAN)
    embedder = versions.active_embedder()
    here = Embedding.objects.filter(image=image, model_version=embedder).values("vector")
    if embedder is None or not here.exists():
        return []
    others = judged(policy=policy, real_only=from_real_source(image)).exclude(image__group=image.group_id)
    parts = [others.filter(category=category) for category in policy.categories.filter(restricted=False)]
    share = EXACT_ROWS // max(1, len(parts))
    exact = [_latest(part, embedder, here, share) for part in parts]
    _set(*_WALK)
    hits = WALK_HITS * per_category
    more = [part for part, found in zip(parts, exact, strict=True) if len(found) == share]
    if not more or not here.filter(indexed__isnull=False).exists():
        return list(chain(*exact))
    return list(chain(*exact, *(_walk(part, embedder, here, hits) for part in more)))


def _set(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _latest(
    decisions: QuerySet[PeopleDecision], embedder: ModelVersion, here: QuerySet[Any], count: int
) -> list[_Candidate]:
    """Measure the latest `count`. Not sorted by the database, so that it cannot take the index for it."""
    latest = decisions.filter(image__embeddings__model_version=embedder).order_by("-id")
    measured = PeopleDecision.objects.filter(
        pk__in=latest.values("pk")[:count], image__embeddings__model_version=embedder
    ).annotate(distance=CosineDistance(F("image__embeddings__vector"), Subquery(here)))
    return [_Candidate(*row) for row in measured.values_list("distance", "pk", "image__group_id", "category_id")]


def _walk(
    decisions: QuerySet[PeopleDecision], embedder: ModelVersion, here: QuerySet[Any], hits: int
) -> list[_Candidate]:
    """Walk the index outwards from the image until so many of these decisions have been met."""
    of_image = decisions.filter(image=OuterRef("embedding__image"))
    met = (
        IndexedEmbedding.objects.filter(Exists(of_image), judged=True, embedding__model_version=embedder)
        .annotate(short_distance=L2Distance(F("vector"), Subquery(here.values("indexed__vector"))))
        .annotate(distance=CosineDistance(F("embedding__vector"), Subquery(here)))
        .annotate(decision=Subquery(of_image.values("pk")[:1]), category=Subquery(of_image.values("category")[:1]))
        .order_by("short_distance")
    )
    found = met.values_list("distance", "decision", "embedding__image__group_id", "category")[:hits]
    return [_Candidate(*row) for row in found]


def _balanced(candidates: list[_Candidate], per_category: int) -> dict[int, list[_Candidate]]:
    """Return the nearest of each category, one per copy group."""
    seen: set[int] = set()
    chosen: dict[int, list[_Candidate]] = defaultdict(list)
    for candidate in sorted(candidates):
        if candidate.group_id not in seen and len(chosen[candidate.category_id]) < per_category:
            chosen[candidate.category_id].append(candidate)
        seen.add(candidate.group_id)
    return chosen


def _neighbour(decision: PeopleDecision, distance: float) -> Neighbour:
    image = decision.image
    return Neighbour(
        image_id=image.pk,
        thumb_key=image.thumb_key,
        width=image.width,
        height=image.height,
        category=decision.category,
        decided_at=decision.decided_at,
        distance=distance,
    )

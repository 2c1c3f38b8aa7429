"""Gold: images whose answer is known, and what a person learns of how they answered them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from labeling.intervals import Share, share
from labeling.models import Adjudication, Gold, Guideline, Label, PeopleDecision, Person, Policy, QueueEntry
from labeling.selectors.reach import within_reach

# Misses are told by so many answers at a time, and never the latest ones: who were told at once could try answers out.
GOLD_BATCH = 10
# Of each policy the latest batches.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class GoldMiss:
    """An answer to gold that was another one than the adjudicator's; `label` with image and category, `right` too."""

    label: Label
    right: Adjudication

    @property
    def reason(self) -> str:
        """What the adjudicator gave as the reason."""
        return self.right.reason


@dataclass(frozen=True, slots=True)
class GoldBatch:
    """GOLD_BATCH answers to gold in a row, the `number`th from 1. `counted` of them still stand against gold."""

    policy: Policy
    number: int
    counted: int
    misses: tuple[GoldMiss, ...]
    completed_at: datetime


def known_gold() -> QuerySet[Gold]:
    """Return the gold whose answer still is the known one: not withdrawn, and its adjudication not overruled.

    A picture has one decision at most, and it rests on the latest adjudication that stands of any of its copies.
    """
    decision = PeopleDecision.objects.filter(adjudication=OuterRef("adjudication"), withdrawal=None)
    return Gold.objects.filter(Exists(decision), withdrawal=None, adjudication__withdrawal=None)


def standing_gold() -> QuerySet[Gold]:
    """Return the gold that measures people now.

    Its answer still is the known one, the image has its bytes, and no guideline published since has changed what the
    category means.
    """
    changed = Guideline.objects.filter(
        changed=True,
        category=OuterRef("adjudication__category"),
        version__published_at__gt=OuterRef("adjudication__decided_at"),
    )
    return known_gold().filter(~Exists(changed), adjudication__image__erased_at=None)


def gold_results(person: Person, *, most: int = SHOWN) -> list[GoldBatch]:
    """Return the person's complete batches, those that were complete last first, at most `most` of each policy.

    An answer enters a batch when it can no longer be taken back, so a batch once shown never changes. One to gold
    that was withdrawn or overruled since is in its batch but is counted no more, and so is `cannot judge`, which is no
    answer.
    """
    policies = Policy.objects.filter(Exists(_given(person).filter(policy=OuterRef("pk"))))
    batches = [batch for policy in policies for batch in _batches(person, policy, most)]
    return sorted(batches, key=lambda batch: batch.completed_at, reverse=True)


def gold_share(person_id: int, policy: Policy) -> Share:
    """Return how often a person gave the known answer, in their latest SHOWN complete batches.

    Of complete ones only: a figure that moved with each answer would tell which image was gold.
    """
    batches = _batches(Person.objects.get(pk=person_id), policy, SHOWN)
    counted = sum(batch.counted for batch in batches)
    return share(counted - sum(len(batch.misses) for batch in batches), counted)


def _given(person: Person) -> QuerySet[Label]:
    return Label.objects.filter(labeler=person, purpose=QueueEntry.Purpose.GOLD, withdrawal=None)


def _batches(person: Person, policy: Policy, most: int) -> list[GoldBatch]:
    undoable = within_reach(person=person, policy_id=policy.pk)
    settled = _given(person).filter(policy=policy).exclude(pk__in=undoable.values("pk"))
    ids = list(settled.order_by("recorded_at", "id").values_list("id", flat=True))
    complete = len(ids) // GOLD_BATCH
    return [
        _batch(policy, number, ids[(number - 1) * GOLD_BATCH : number * GOLD_BATCH])
        for number in range(max(complete - most, 0) + 1, complete + 1)
    ]


def _batch(policy: Policy, number: int, ids: list[int]) -> GoldBatch:
    labels = list(Label.objects.filter(pk__in=ids).select_related("image", "category").order_by("recorded_at", "id"))
    known = {label.pk: _known(label) for label in labels if label.verdict != Label.Verdict.CANNOT_JUDGE}
    answers = [(label, known[label.pk]) for label in labels if known.get(label.pk)]
    misses = [GoldMiss(label, right) for label, right in answers if right and right.category_id != label.category_id]
    return GoldBatch(policy, number, len(answers), tuple(misses), labels[-1].recorded_at)


def _known(label: Label) -> Adjudication | None:
    """Return the adjudication that the answer was held against, if it still says what the picture shows."""
    gold = known_gold().filter(
        adjudication__image=label.image_id, adjudication__policy=label.policy_id, made_at__lte=label.recorded_at
    )
    found = gold.select_related("adjudication__category").first()
    return found.adjudication if found else None

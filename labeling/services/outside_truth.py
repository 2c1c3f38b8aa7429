"""Truths that are known from elsewhere settle their images, as an adjudicator's answer does."""

from collections.abc import Iterable, Iterator

from django.db import transaction

from labeling import clock
from labeling.label_files import Line
from labeling.models import Adjudication, Category, Image, Person, Policy, Source
from labeling.selectors.cases import read_case
from labeling.services import queueing
from labeling.services.outside import CannotTake, Images, Tally, draw_slice, portions

# What the row says instead of an adjudicator's own words. Its cause is empty: a truth explains no disagreement.
REASON = "Imported truth."


def import_truths(*, lines: Iterable[Line], policy: Policy, source: Source, by: Person) -> Iterator[Tally]:
    """Settle images whose truth is known, answered for by a person; yield the tally after each line.

    Imported before, or settled so by an adjudicator already, it is known. What an adjudicator settled otherwise stays.
    """
    tally = Tally()
    categories = {category.key: category for category in policy.categories.all()}
    for portion in portions(lines):
        images = Images(source, portion)
        for line in portion:
            try:
                image_id, category = _checked(line, images, categories)
                taken = _settle(image_id=image_id, policy=policy, category=category, by=by)
            except CannotTake as error:
                tally.refuse(line.number, str(error))
            else:
                tally.counts["taken" if taken else "known"] += 1
            yield tally


def _checked(line: Line, images: Images, categories: dict[str, Category]) -> tuple[int, Category]:
    if line.problem:
        raise CannotTake(line.problem)
    truth = line.values["truth"]
    if truth not in categories:
        raise CannotTake(f"{truth!r} is none of {', '.join(categories)}.")
    return images.get(line.values["item"]), categories[truth]


@transaction.atomic
def _settle(*, image_id: int, policy: Policy, category: Category, by: Person) -> bool:
    """Return whether the truth is new. Raises CannotTake when an adjudicator has said something else."""
    queueing.lock_group(Image.objects.get(pk=image_id))
    draw_slice(image_ids=[image_id], policy=policy)
    case = read_case(image_id=image_id, policy_id=policy.pk)
    if case.decision and case.decision.adjudication_id:
        if case.decision.category_id == category.pk:
            return False
        standing = Category.objects.get(pk=case.decision.category_id)
        raise CannotTake(f"It is settled as {standing.key!r} by an adjudicator, or by a truth that was imported.")
    if Adjudication.objects.filter(image=image_id, policy=policy, category=category, reason=REASON).exists():
        queueing.settle(case)
        return False  # taken back since, by a person
    Adjudication.objects.create(
        image_id=image_id,
        policy=policy,
        policy_version_id=case.policy_version_id,
        adjudicator=by,
        category=category,
        cause="",
        reason=REASON,
        decided_at=clock.now(),
    )
    queueing.settle(read_case(image_id=image_id, policy_id=policy.pk))
    return True

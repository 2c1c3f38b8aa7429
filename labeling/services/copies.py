"""Joining what is the same picture, and parting what turns out not to be.

A copy group is one picture: it has one draw, one decision under a policy, and people are shown one of its images.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from labeling import clock, sampling
from labeling.graphs import components
from labeling.models import (
    CopyGroup,
    CopyMatch,
    CopyMatchWithdrawal,
    DecisionWithdrawal,
    Image,
    Label,
    PeopleDecision,
    Person,
    QueueEntry,
    SliceDraw,
)
from labeling.selectors.given import OPINION_PURPOSES
from labeling.selectors.matches import joinable
from labeling.services import queueing
from labeling.services.reviews import request_review
from labeling.worth import undecided


@transaction.atomic
def join(match: CopyMatch) -> bool:
    """Make one copy group of the two images' groups, with the smaller u; return whether they are one now.

    Groups that people decided differently stay apart, and an adjudicator is asked about both: either the match is
    wrong, or one of the decisions. Joined twice, they are joined once.
    """
    queueing.lock_groups([match.image_id, match.other_id])
    if CopyMatchWithdrawal.objects.filter(match=match).exists():
        return False
    groups = CopyGroup.objects.filter(images__in=[match.image_id, match.other_id]).distinct()
    kept, *lost = sorted(groups, key=lambda group: (group.u, group.pk))
    if not lost:
        return True
    if contradicting := _contradicting(kept, *lost):
        _ask_adjudicator(contradicting)
        return False
    Image.objects.filter(group__in=lost).update(group=kept)
    _draw_as_before(kept, lost)
    _settle(kept)
    return True


def _contradicting(*groups: CopyGroup) -> list[PeopleDecision]:
    """Return the decisions on the groups under those policies where they do not say the same."""
    decisions = list(PeopleDecision.objects.filter(image__group__in=groups, withdrawal=None).select_related("image"))
    said: dict[int, set[int]] = {}
    for decision in decisions:
        said.setdefault(decision.policy_id, set()).add(decision.category_id)
    return [decision for decision in decisions if len(said[decision.policy_id]) > 1]


def _ask_adjudicator(decisions: Sequence[PeopleDecision]) -> None:
    said: dict[int, list[int]] = {}
    for decision in decisions:
        said.setdefault(decision.policy_id, []).append(decision.category_id)
    for decision in decisions:
        kinds = {category.pk: category.kind for category in decision.policy.categories.all()}
        value = undecided(said[decision.policy_id], kinds)
        request_review(
            decision=decision, purpose=QueueEntry.Purpose.ADJUDICATION, why=QueueEntry.Why.COPY, value=value, copy=None
        )


def _draw_as_before(group: CopyGroup, others: Sequence[CopyGroup]) -> None:
    """Give `group` the draws of the others for policies under which it had none. A draw is drawn once."""
    for draw in SliceDraw.objects.filter(group__in=others).order_by("pk"):
        SliceDraw.objects.get_or_create(
            group=group, policy_id=draw.policy_id, defaults={"p": draw.p, "drawn_at": clock.now()}
        )


def _settle(group: CopyGroup) -> None:
    queueing.settle_picture(group.images.order_by("pk")[0])


@transaction.atomic
def part(*, match: CopyMatch, by: Person | None) -> None:
    """Say that the two are not the same picture. What only this match held together becomes a group of its own.

    Labels and adjudications stay with the image that they were given on, and what each picture is decided as follows
    from its own. Said twice, it is said once.
    """
    queueing.lock_groups([match.image_id, match.other_id])
    _, new = CopyMatchWithdrawal.objects.get_or_create(
        match=match, defaults={"withdrawn_by": by, "withdrawn_at": clock.now(), "cause": "not the same picture"}
    )
    group = CopyGroup.objects.get(images=match.image_id)
    if not new or not group.images.filter(pk=match.other_id).exists():
        return
    _first, *others = pictures = _pictures(group)
    _withdraw_shared_decisions(group, pictures)
    for ids in others:
        _own_group(group, ids)
    _settle(group)


def _withdraw_shared_decisions(group: CopyGroup, pictures: Sequence[Sequence[int]]) -> None:
    """Take back what people decided together who have seen different pictures: it is decided anew.

    What all of them said of one picture holds for that one, with all that was built on it.
    """
    picture_of = {image: number for number, ids in enumerate(pictures) for image in ids}
    decisions = PeopleDecision.objects.filter(image__group=group, adjudication=None, withdrawal=None)
    for decision in decisions:
        said = Label.objects.filter(
            image__group=group,
            policy=decision.policy_id,
            category=decision.category_id,
            purpose__in=OPINION_PURPOSES,
            withdrawal=None,
        )
        if len({picture_of[image] for image in {decision.image_id, *said.values_list("image", flat=True)}}) > 1:
            DecisionWithdrawal.objects.create(decision=decision, cause="copies parted", withdrawn_at=clock.now())


def _pictures(group: CopyGroup) -> list[list[int]]:
    """Return the group's images, those together that standing matches hold together; the oldest image's first."""
    ids = sorted(group.images.values_list("pk", flat=True))
    matches = CopyMatch.objects.filter(image__in=ids, other__in=ids, withdrawal=None)
    return components(ids, matches.values_list("image", "other"))


def _own_group(group: CopyGroup, ids: Sequence[int]) -> None:
    first = Image.objects.get(pk=ids[0])
    drawn = sampling.draw(first.sha256, key=settings.SAMPLING_KEY)
    own = CopyGroup.objects.create(u=drawn.u, split=drawn.split, created_at=clock.now())
    Image.objects.filter(pk__in=ids).update(group=own)
    _draw_as_before(own, [group])
    _settle(own)


def join_waiting(*, count: int, since: datetime | None = None) -> int:
    """Join up to `count` matches whose groups people had decided differently and now decide alike; return how many.

    `since`: only matches found after it.
    """
    return sum(join(match) for match in joinable(count=count, since=since))

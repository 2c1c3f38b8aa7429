"""Re-checks: what a new text likely touches is proposed, a sample of it judged again, the rest only if that pays."""

import random

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models import Guideline, Person, PolicyVersion, QueueEntry, Recheck, RecheckImage, RecheckStep
from labeling.selectors.rechecks import Progress, most_likely_touched, progress
from labeling.services.reviews import request_review

# Enough that no change among them means fewer than an eighth (Wilson, 95 %), few enough for an hour of one person.
SAMPLE = 30


class RecheckError(Exception):
    """This part cannot be sent; the message is for the person."""


@transaction.atomic
def propose(*, version: PolicyVersion) -> list[Recheck]:
    """Propose a re-check for every category whose meaning the version changes; asked twice, it is proposed once."""
    PolicyVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
    earlier = PolicyVersion.objects.filter(policy=version.policy_id, number__lt=version.number)
    if version.kind != PolicyVersion.Kind.SUBSTANTIVE or not earlier.exists():
        return []
    open_ones = version.guidelines.filter(changed=True, recheck=None).select_related("category", "version__policy")
    made = [_propose(guideline) for guideline in open_ones]
    return [each for each in made if each]


def _propose(guideline: Guideline) -> Recheck | None:
    touched = most_likely_touched(guideline)
    if not touched:
        return None
    recheck = Recheck.objects.create(guideline=guideline, proposed_at=clock.now())
    drawn = set(random.Random(recheck.pk).sample(range(len(touched)), min(SAMPLE, len(touched))))  # noqa: S311
    RecheckImage.objects.bulk_create(
        RecheckImage(
            recheck=recheck,
            image_id=decision.image_id,
            decision=decision,
            likelihood=likely,
            in_sample=number in drawn,
        )
        for number, (decision, likely) in enumerate(touched)
    )
    return recheck


@transaction.atomic
def send(*, recheck: Recheck, part: str, person: Person, confirmed: bool = False) -> int:
    """Ask people again about the sample or the rest; return how many images. Sent twice, it is sent once.

    Raises RecheckError for the rest before the whole sample is answered: it says whether the rest pays; and where it
    says that no decision of the rest would change, unless that is `confirmed`.
    """
    Recheck.objects.select_for_update(no_key=True).get(pk=recheck.pk)
    if part not in RecheckStep.Part.values:
        raise RecheckError(_("There is no such part."))
    if part == RecheckStep.Part.REST:
        _check_rest(progress(recheck), confirmed)
    _step, is_new = RecheckStep.objects.get_or_create(
        recheck=recheck, part=part, defaults={"sent_by": person, "sent_at": clock.now()}
    )
    if not is_new:
        return 0
    images = recheck.images.filter(in_sample=part == RecheckStep.Part.SAMPLE)
    asked = [_ask(each) for each in images.select_related("decision__image").order_by("-likelihood", "id")]
    return sum(asked)


def _check_rest(found: Progress, confirmed: bool) -> None:
    if not found.sample_is_answered:
        raise RecheckError(_("The sample is not answered yet. It says whether the rest is worth people's time."))
    if not found.expected and not confirmed:
        raise RecheckError(
            _("By the sample none of the rest would change. Confirm that it is to be judged all the same.")
        )


def _ask(image: RecheckImage) -> bool:
    request = request_review(
        decision=image.decision,
        purpose=QueueEntry.Purpose.SECOND,
        why=QueueEntry.Why.RECHECK,
        value=image.likelihood,
    )
    return request is not None

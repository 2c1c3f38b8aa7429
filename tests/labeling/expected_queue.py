"""The queue as the facts alone call for it, worked out a second time, without the code that keeps it."""

import math
from collections import defaultdict

from labeling.models import Adjudication, Label, PeopleDecision, Prediction, ReviewRequest, SliceDraw
from labeling.selectors.cases import OPINION_PURPOSES


def rebuild(policy):
    """Return the open entries that the facts alone call for: image, purpose, why, asked after whom, and the place.

    Repeats are left out: they are asked for by a plan, and follow from no fact about the image.
    """
    policy.refresh_from_db()
    standing = defaultdict(list)
    for label in Label.objects.filter(policy=policy, withdrawal=None, purpose__in=OPINION_PURPOSES).order_by("id"):
        standing[label.image_id].append(label)
    decided = {each.image_id: each for each in PeopleDecision.objects.filter(policy=policy, withdrawal=None)}
    wanted = set()
    for draw in SliceDraw.objects.filter(policy=policy).select_related("group").prefetch_related("group__images"):
        for image in draw.group.images.all():
            opinions = standing[image.pk]
            said = _again(decided[image.pk], opinions) if image.pk in decided else _wanted(policy, image, opinions)
            if said:
                wanted.add((image.pk, *said, opinions[-1].labeler_id if opinions else 0, *_place(draw, image, said)))
    return wanted


def _place(draw, image, said):
    if draw.group.u < draw.p:
        return "slice", 2 - draw.group.u, 0, draw.p
    if said == ("second", "recheck"):
        return "review", 1, 0, -1
    judged = Prediction.objects.filter(image=image, model_version__state="active").first()
    if judged:
        return "entropy", judged.entropy / math.log(3), judged.model_version_id, -1
    return "random", 1 - draw.group.u, 0, -1


def _wanted(policy, image, opinions):
    """What an image without a decision needs."""
    if Adjudication.objects.filter(policy=policy, image=image, withdrawal=None).exists():
        return "adjudication", "conflict"  # the answer that replaced it was taken back
    named = [label.category_id for label in opinions if label.verdict == "category"]
    unsure, cannot = ([label.verdict for label in opinions].count(each) for each in ("unsure", "cannot_judge"))
    why = "conflict" if len(set(named)) > 1 else "unsure" if unsure else ""
    if unsure > (1 if policy.second_on_unsure else 0):
        return "adjudication", "unsure"
    if why == "conflict" and not (policy.tie_break and _two_thirds(policy, unsure, named)):
        return "adjudication", why
    if cannot > 1:
        return "adjudication", why or "cannot_judge"
    return ("second", why or "opinions") if named or unsure else ("first", "arrival")


def _two_thirds(policy, unsure, named):
    """Whether those who are still to be asked could make them."""
    needed = max(3, policy.required_opinions, len(named))
    most = max(named.count(each) for each in named)
    return len(named) < needed and (most + needed - len(named)) / needed >= 2 / 3


def _again(decision, opinions):
    """What is asked about an image that is decided."""
    latest = Adjudication.objects.filter(image=decision.image_id, withdrawal=None).order_by("decided_at").last()
    pending = ReviewRequest.objects.filter(image=decision.image_id).order_by("id")
    if latest:
        pending = pending.filter(requested_at__gte=latest.decided_at)
    if pending.filter(purpose="adjudication").exists():
        return "adjudication", "recheck"
    asked = None
    for request in pending:
        since = [label for label in opinions if label.recorded_at > request.requested_at]
        verdicts = [label.verdict for label in since]
        if latest and any(label.category_id not in (None, decision.category_id) for label in since):
            return "adjudication", "conflict"
        if latest and "unsure" in verdicts:
            return "adjudication", "unsure"
        people = sum(label.verdict == "category" for label in opinions)
        enough = "category" in verdicts and people >= request.decision.opinions + 1
        if not enough and verdicts.count("cannot_judge") < 2:
            asked = "second", "recheck"
    return asked

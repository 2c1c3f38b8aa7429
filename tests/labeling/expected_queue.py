"""The queue as the facts alone call for it, worked out a second time, without the code that keeps it."""

import math
from collections import defaultdict

from labeling.models import Adjudication, Label, PeopleDecision, Prediction, ReviewRequest, SliceDraw
from labeling.selectors.given import OPINION_PURPOSES


def rebuild(policy):
    """Return the open entries that the facts alone call for: image, purpose, why, asked after whom, and the place.

    One for each picture, that is, for each copy group, of which an image is left to show. Repeats are left out: they
    are asked for by a plan, and follow from no fact about the image.
    """
    policy.refresh_from_db()
    standing = defaultdict(dict)
    for label in Label.objects.filter(policy=policy, withdrawal=None, purpose__in=OPINION_PURPOSES).order_by("id"):
        standing[label.image.group_id].pop(label.labeler_id, None)  # one person is one opinion: the latest
        standing[label.image.group_id][label.labeler_id] = label
    decided = {each.image.group_id: each for each in PeopleDecision.objects.filter(policy=policy, withdrawal=None)}
    wanted = set()
    for draw in SliceDraw.objects.filter(policy=policy, group__images__isnull=False).select_related("group").distinct():
        group, image = draw.group_id, draw.group.images.filter(erased_at=None).order_by("id").first()
        if image is None:
            continue
        opinions = list(standing[group].values())
        said = _again(decided[group], opinions) if group in decided else _wanted(policy, image, opinions)
        if said:
            purpose, why, shown = (*said, image)[:3]
            after = opinions[-1].labeler_id if opinions else 0
            loss = _loss(policy, decided.get(group), opinions, image) if purpose == "adjudication" else None
            wanted.add((shown.pk, purpose, why, after, *_place(draw, image, (purpose, why), loss)))
    return wanted


def _loss(policy, decision, opinions, image):
    """What is lost in grades, with a block worth two more, if no adjudicator looks: of the guess that loses least."""
    categories = list(policy.categories.all())
    settled = Adjudication.objects.filter(policy=policy, image__group=image.group_id, withdrawal=None)
    latest = settled.order_by("decided_at", "id").last()
    if decision:
        asked = ReviewRequest.objects.filter(image__group=image.group_id, purpose="adjudication")
        if latest:
            asked = asked.filter(requested_at__gte=latest.decided_at)
        if asked:
            return max(each.value for each in asked)
    earlier = decision or latest
    votes = [each.category_id for each in ([earlier] if earlier else []) + opinions]

    def lost(guess):
        total = 0
        for each in categories:
            weight = 1 + votes.count(None) + len(categories) * votes.count(each.pk)
            block = 2 * ((each.action == "block") != (guess.action == "block"))
            total += weight * (abs(each.grade - guess.grade) + block)
        return total / (len(categories) * (1 + len(votes)))

    return min(lost(each) for each in categories if not decision or each.pk == decision.category_id)


def _place(draw, image, said, loss):
    if loss is not None:
        value = loss / (1 + loss)
        return ("slice", 1 + value, 0, draw.p) if draw.group.u < draw.p else ("loss", value, 0, -1)
    if draw.group.u < draw.p:
        return "slice", 2 - draw.group.u, 0, draw.p
    if said in {("second", "recheck"), ("second", "copy")}:
        return "mixed", 0, 0, -1  # where, is chance
    judged = Prediction.objects.filter(image=image, model_version__state="active").first()
    if judged:
        return "entropy", judged.entropy / math.log(3), judged.model_version_id, -1
    return "random", 1 - draw.group.u, 0, -1


def _wanted(policy, image, opinions):
    """What an image without a decision needs."""
    if Adjudication.objects.filter(policy=policy, image__group=image.group_id, withdrawal=None).exists():
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
    group = decision.image.group_id
    latest = Adjudication.objects.filter(image__group=group, withdrawal=None).order_by("decided_at", "id").last()
    pending = ReviewRequest.objects.filter(image__group=group).order_by("id")
    if latest:
        pending = pending.filter(requested_at__gte=latest.decided_at)
    if first := pending.filter(purpose="adjudication").first():
        return "adjudication", first.why
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
        if request.why == "copy":
            seen = [label.verdict for label in since if label.image_id == request.image_id]
            if "category" not in seen and len(seen) < 2 and request.image.erased_at is None:
                asked = asked or ("second", "copy", request.image)
        elif not enough and verdicts.count("cannot_judge") < 2:
            asked = asked or ("second", request.why)
    return asked

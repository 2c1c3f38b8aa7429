"""Copies that came after the decision on their picture, and what they can be decided by."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from labeling.models import CopyMatch, Image, Label, PeopleDecision, Policy
from labeling.selectors.given import OPINION_PURPOSES

# Copies that waited together with the exemplar were decided with it. A later one is decided by the bank, or looked at,
# if the source that sent it asks the question.
_UNROUTED = """
SELECT i.id
FROM labeling_copymatch m
JOIN labeling_image i ON i.id IN (m.image_id, m.other_id)
JOIN labeling_image e ON e.group_id = i.group_id AND e.id <> i.id
JOIN labeling_peopledecision d ON d.image_id = e.id AND d.policy_id = %(policy)s
WHERE {which} i.created_at > d.decided_at AND i.erased_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = d.id)
  AND NOT EXISTS (
        SELECT 1 FROM labeling_reviewrequest r
        WHERE r.decision_id = d.id AND r.image_id = i.id AND r.why = 'copy' AND r.purpose = 'second')
  AND NOT EXISTS (
        SELECT 1 FROM labeling_label l
        WHERE l.image_id = i.id AND l.policy_id = d.policy_id AND l.purpose IN ('first', 'second')
          AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id))
  AND EXISTS (
        SELECT 1
        FROM labeling_arrival a JOIN labeling_source_policies s ON s.source_id = a.source_id
        WHERE a.image_id = i.id AND s.policy_id = d.policy_id AND NOT EXISTS (
            SELECT 1 FROM moderation_machinedecision b
            WHERE b.arrival_id = a.id AND b.policy_id = d.policy_id
              AND NOT EXISTS (SELECT 1 FROM moderation_machinedecisionwithdrawal w WHERE w.decision_id = b.id)))
GROUP BY i.id ORDER BY i.id LIMIT %(count)s
"""
_ALL_UNROUTED = _UNROUTED.format(which="")
_NEWLY_UNROUTED = _UNROUTED.format(which="m.found_at > %(since)s AND")
# Both ways round, so that an index leads to the few matches of one image.
_IS_UNROUTED = _UNROUTED.format(which="i.id = %(image)s AND (m.image_id = %(image)s OR m.other_id = %(image)s) AND")


def unrouted(policy: Policy, *, count: int, since: datetime | None = None) -> list[int]:
    """Return images of decided pictures that came after the decision, and that nothing has decided since.

    `since`: only those of matches found after it. Without it every match there is is looked through, which takes
    20 to 60 microseconds each (measured by hand).
    """
    which = _ALL_UNROUTED if since is None else _NEWLY_UNROUTED
    with connection.cursor() as cursor:
        cursor.execute(which, {"policy": policy.pk, "count": count, "since": since})
        return [image_id for (image_id,) in cursor.fetchall()]


def is_unrouted(image: Image, policy: Policy) -> bool:
    """Return whether the image is such a copy."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_UNROUTED, {"policy": policy.pk, "count": 1, "image": image.pk})
        return cursor.fetchone() is not None


def group_decision(image: Image, policy: Policy) -> PeopleDecision | None:
    """Return the decision that holds for the image's picture."""
    return (
        PeopleDecision.objects.filter(image__group=image.group_id, policy=policy, withdrawal=None)
        .select_related("category", "image", "policy", "adjudication__adjudicator")
        .first()
    )


def matches_of(image: Image) -> QuerySet[CopyMatch]:
    """Return the matches of this very image that nobody has objected to, the nearest first."""
    return CopyMatch.objects.filter(Q(image=image) | Q(other=image), withdrawal=None).order_by("-agreement", "id")


def looked_at(decision: PeopleDecision) -> set[int]:
    """Return the images of the group that people themselves judged as the decision says: what can be in a bank."""
    said = _opinions(decision).filter(category=decision.category_id)
    return {decision.image_id, *said.values_list("image", flat=True)}


def supported(decision: PeopleDecision, *, real_only: bool = False) -> bool:
    """Whether so many people say so, or an adjudicator, that a bank may decide by it.

    `real_only`: what simulated people say does not count, for it never decides about an image from a real source.
    """
    needed = decision.policy.bank_opinions
    if needed and decision.adjudication is not None:
        return not (real_only and decision.adjudication.adjudicator.simulated)
    said = _opinions(decision).filter(category=decision.category_id)
    if real_only:
        said = said.filter(labeler__simulated=False)
    return bool(needed) and said.values("labeler").distinct().count() >= needed


def _opinions(decision: PeopleDecision) -> QuerySet[Label]:
    return Label.objects.filter(
        image__group=decision.image.group_id,
        policy=decision.policy_id,
        purpose__in=OPINION_PURPOSES,
        withdrawal=None,
    )


def contradicted(image: Image, decision: PeopleDecision, matches: Sequence[CopyMatch]) -> bool:
    """Whether the image also matches a picture that people decided differently under the policy."""
    ids = {each for match in matches for each in (match.image_id, match.other_id)} - {image.pk}
    groups = Image.objects.filter(pk__in=ids).exclude(group=image.group_id).values("group")
    others = PeopleDecision.objects.filter(image__group__in=groups, policy=decision.policy_id, withdrawal=None)
    return others.exclude(category=decision.category_id).exists()

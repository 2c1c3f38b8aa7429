"""All that is known of one picture under one policy, in one query: labels, decisions and what is wanted of people.

A picture is a copy group: what people said about one of its images, they said about all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from labeling import clock
from labeling.consensus import Opinion
from labeling.models import Label, QueueEntry
from labeling.ordering import Doubt, Place, place, place_case
from labeling.reviewing import Request, Said, Wish, wish
from labeling.selectors.given import (
    GivenAdjudication,
    GivenDecision,
    GivenLabel,
    ModelAnswer,
    OpenEntry,
)
from labeling.worth import Kind, doubted, undecided

# Read with every label, so written by hand: through the ORM the same takes six queries.
_CASE = """
SELECT i.id, copies.ids[1], g.id, p.id, g.u, d.p, p.required_opinions, p.slice_opinions, p.second_on_unsure,
    p.tie_break, v.id, v.published_at,
    (SELECT coalesce(json_agg(json_build_array(
            l.id, l.labeler_id, l.purpose, l.verdict, l.category_id, l.assignment_id, l.image_id, w.id IS NULL,
            l.policy_version_id, l.recorded_at
        ) ORDER BY l.id), '[]')
     FROM labeling_label l LEFT JOIN labeling_labelwithdrawal w ON w.label_id = l.id
     WHERE l.image_id = ANY(copies.ids) AND l.policy_id = p.id),
    (SELECT coalesce(json_agg(json_build_array(
            d.id, d.category_id, d.adjudication_id, d.image_id, w.id) ORDER BY d.id), '[]')
     FROM labeling_peopledecision d LEFT JOIN labeling_decisionwithdrawal w ON w.decision_id = d.id
     WHERE d.image_id = ANY(copies.ids) AND d.policy_id = p.id),
    (SELECT coalesce(json_agg(json_build_array(
            a.id, a.category_id, a.image_id, a.policy_version_id, a.decided_at) ORDER BY a.decided_at, a.id), '[]')
     FROM labeling_adjudication a LEFT JOIN labeling_adjudicationwithdrawal w ON w.adjudication_id = a.id
     WHERE a.image_id = ANY(copies.ids) AND a.policy_id = p.id AND w.id IS NULL),
    (SELECT coalesce(json_agg(json_build_array(
            r.id, r.purpose, r.why, x.opinions, r.image_id, r.value, r.requested_at) ORDER BY r.id), '[]')
     FROM labeling_reviewrequest r JOIN labeling_peopledecision x ON x.id = r.decision_id
     WHERE r.image_id = ANY(copies.ids) AND r.policy_id = p.id),
    (SELECT coalesce(json_agg(json_build_array(
            json_build_array(e.id, e.image_id, e.purpose, e.why, e.asked_after_id),
            json_build_array(e.strategy, e.priority, e.model_version_id, e.inclusion_probability))), '[]')
     FROM labeling_queueentry e
     WHERE e.image_id = ANY(copies.ids) AND e.policy_id = p.id AND e.state = 'open'
       AND e.purpose IN ('first', 'second', 'adjudication')),
    (SELECT json_build_array(
         json_build_array(m.id, r.entropy, cardinality(r.probabilities)),
         json_build_array(m.id, m.categories ->> (
             array_position(r.probabilities, (SELECT max(each) FROM unnest(r.probabilities) each)) - 1)))
     FROM ml_modelversion m JOIN labeling_prediction r ON r.model_version_id = m.id
     WHERE m.kind = 'classifier' AND m.state = 'active' AND m.policy_key = p.slug AND r.image_id = copies.ids[1]),
    copies.erased,
    (SELECT json_agg(json_build_array(c.id, c.grade, c.action = 'block'))
     FROM labeling_category c WHERE c.policy_id = p.id)
FROM labeling_image i
JOIN labeling_copygroup g ON g.id = i.group_id
CROSS JOIN LATERAL (
    SELECT array_agg(c.id ORDER BY c.erased_at IS NOT NULL, c.id) AS ids,
        array_agg(c.id) FILTER (WHERE c.erased_at IS NOT NULL) AS erased
    FROM labeling_image c WHERE c.group_id = g.id) copies
CROSS JOIN labeling_policy p
JOIN labeling_slicedraw d ON d.group_id = g.id AND d.policy_id = p.id
CROSS JOIN LATERAL (
    SELECT v.id, v.published_at FROM labeling_policyversion v WHERE v.policy_id = p.id
    ORDER BY v.published_at <= %s DESC, v.number DESC LIMIT 1) v
"""
_ONE = f"{_CASE} WHERE i.id = %s AND p.id = %s"
_MANY = f"{_CASE} WHERE i.id = ANY(%s) AND p.id = %s ORDER BY i.id"


@dataclass(frozen=True)
class Case:
    """The facts, in the order in which they were added. `u` and `p` as in SliceDraw; the version is the latest by now.

    `image_id` is the exemplar, which people are shown for the whole group: the first that is not erased, where one is
    left. `doubt` and `model_answer` are what the active model says of it, or None while it has not judged it. `erased`
    are those images of the group that nobody can be shown any more; `kinds` are of each category.
    """

    image_id: int
    group_id: int
    policy_id: int
    u: float
    p: float
    required_opinions: int
    slice_opinions: int
    second_on_unsure: bool
    tie_break: bool
    policy_version_id: int
    published_at: datetime
    labels: list[GivenLabel]
    decisions: list[GivenDecision]
    adjudications: list[GivenAdjudication]
    requests: list[Request]
    entries: list[OpenEntry]
    doubt: Doubt | None
    model_answer: ModelAnswer | None
    erased: frozenset[int]
    kinds: dict[int, Kind]

    @property
    def is_erased(self) -> bool:
        """Whether no image of the picture is left to show."""
        return self.image_id in self.erased

    @property
    def place(self) -> Place:
        """Where the image belongs in the queue."""
        return place(u=self.u, p=self.p, doubt=self.doubt)

    def place_for(self, wish: Wish) -> Place:
        """Where it belongs for what is wanted."""
        if wish.purpose == QueueEntry.Purpose.ADJUDICATION:
            return place_case(u=self.u, p=self.p, loss=self.loss)
        return place(u=self.u, p=self.p, doubt=self.doubt, again=wish.again)

    @property
    def loss(self) -> float:
        """What is lost, as far as can be expected, if no adjudicator looks at it.

        Of a decision that an adjudicator was asked about, the asker said so; else it follows from what people said.
        """
        said = [label.category_id for label in self.standing]
        if self.decision is None:
            earlier = [self.adjudication.category_id] if self.adjudication else []
            return undecided([*earlier, *said], self.kinds)
        asked = [each.value for each in self.pending if each.purpose == QueueEntry.Purpose.ADJUDICATION]
        return max(asked) if asked else doubted(self.decision.category_id, said, self.kinds)

    @property
    def required(self) -> int:
        """How many people must agree on this image."""
        return self.slice_opinions if self.u < self.p else self.required_opinions

    @property
    def standing(self) -> list[GivenLabel]:
        """The labels that say what the picture shows and were not taken back, oldest first; the latest of each person.

        Somebody may have judged two copies before anybody knew that they are copies.
        """
        latest = {label.labeler_id: label for label in self.labels if label.standing and label.is_opinion}
        return sorted(latest.values(), key=lambda label: label.id)

    @property
    def opinions(self) -> list[Opinion]:
        """The same, as the rule weighs them."""
        return [Opinion(label.verdict, label.category_id) for label in self.standing]

    @property
    def decision(self) -> GivenDecision | None:
        """The decision that holds now; an adjudicator's before others, where copies were decided apart."""
        last = self.adjudication and self.adjudication.id
        return min(self.current, key=lambda each: (each.adjudication_id != last, each.id), default=None)

    @property
    def current(self) -> list[GivenDecision]:
        """The decisions that hold now: one at most of each image, by two unique constraints."""
        return [decision for decision in self.decisions if decision.withdrawal_id is None]

    @property
    def adjudication(self) -> GivenAdjudication | None:
        """The latest adjudicator's answer that stands; it outranks what people say."""
        return self.adjudications[-1] if self.adjudications else None

    @property
    def pending(self) -> list[Request]:
        """The requests to look again that no adjudicator has answered since, oldest first."""
        answered = self.adjudication
        return [r for r in self.requests if answered is None or answered.decided_at <= r.requested_at]

    @property
    def wish(self) -> Wish | None:
        """What the requests to look again ask of people, while the decision stands."""
        if self.decision is None:
            return None
        return wish(
            self.pending,
            [Said(label.verdict, label.category_id, label.image_id, label.recorded_at) for label in self.standing],
            category_id=self.decision.category_id,
            by_adjudicator=self.decision.adjudication_id is not None,
            erased=self.erased,
        )

    def with_label(self, label: Label, *, closed_entry_id: int) -> "Case":
        """Return the case after a label that was stored just now, without reading it again."""
        given = GivenLabel(
            id=label.pk,
            labeler_id=label.labeler_id,
            purpose=label.purpose,
            verdict=label.verdict,
            category_id=label.category_id,
            assignment_id=str(label.assignment_id),
            image_id=label.image_id,
            standing=True,
            version_id=label.policy_version_id,
            recorded_at=label.recorded_at,
        )
        entries = [entry for entry in self.entries if entry.id != closed_entry_id]
        return replace(self, labels=[*self.labels, given], entries=entries)

    def judged_image(self, category_id: int) -> int:
        """Return the image on which a decision of this category rests: what the latest who said so was shown.

        Should its copies turn out to be other pictures, the decision stays with what people saw.
        """
        if self.adjudication:
            return self.adjudication.image_id
        return next(label.image_id for label in reversed(self.standing) if label.category_id == category_id)

    def guideline_behind(self, category_id: int) -> int:
        """Return the version of the guideline by which the picture is of this category: the latest that those knew
        who said so. Versions have rising ids.
        """
        if self.adjudication:
            return self.adjudication.version_id
        return max(label.version_id for label in self.standing if label.category_id == category_id)

    def last_withdrawal_id(self, image_id: int) -> int | None:
        """Return the end of the image's chain of decisions, which its next one replaces."""
        own = [decision.withdrawal_id for decision in self.decisions if decision.image_id == image_id]
        return own[-1] if own else None


def read_case(*, image_id: int, policy_id: int) -> Case:
    """Return the case; LookupError when the policy has no guideline or never asked about the image."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [clock.now(), image_id, policy_id])
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"Policy {policy_id} has no guideline, or never asked about image {image_id}.")
    return _case(row)


def read_cases(*, image_ids: Sequence[int], policy_id: int) -> dict[int, Case]:
    """Return the cases of many images at once, those that `read_case` would find; of two copies the same one twice."""
    with connection.cursor() as cursor:
        cursor.execute(_MANY, [clock.now(), list(image_ids), policy_id])
        return {row[0]: _case(row) for row in cursor.fetchall()}


def _case(row: tuple[Any, ...]) -> Case:
    _, *facts, labels, decisions, adjudications, requests, entries, judged, erased, kinds = row
    doubt, model_answer = judged or (None, None)
    facts += [
        [GivenLabel(*_timed(each)) for each in labels],
        [GivenDecision(*decision) for decision in decisions],
        [GivenAdjudication(*_timed(each)) for each in adjudications],
        [Request(*_timed(each)) for each in requests],
        [OpenEntry(*[*entry, Place(*placed)]) for entry, placed in entries],
        doubt and Doubt(*doubt),
        model_answer and ModelAnswer(*model_answer),
        frozenset(erased or ()),
        {key: Kind(grade, blocks) for key, grade, blocks in kinds or []},
    ]
    return Case(*facts)


def _timed(values: list[Any]) -> list[Any]:
    """The last value is a moment, which JSON knows as text only."""
    return [*values[:-1], datetime.fromisoformat(values[-1])]

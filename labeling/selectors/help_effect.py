"""What the arms say about help under a policy, and how it is used, from the newest labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from labeling.effect import Answer, Comparison, compare
from labeling.help import AIDS
from labeling.intervals import Share, share
from labeling.models import Label, Person, Policy, QueueEntry
from labeling.selectors.given import OPINION_PURPOSES
from ml import versions

# Older labels would change the second digit of an interval, and take longer with every label.
LATEST = 20_000
# Who answers nothing for longer is taken to be away.
PAUSE_S = 300

# Given on the labeling screen, where help is offered or not: labels from elsewhere have no lease, and an adjudicator's
# blind ones have a screen of their own.
_NEWEST = """
newest AS MATERIALIZED (
    SELECT l.* FROM labeling_label l JOIN labeling_person h ON h.id = l.labeler_id
    WHERE l.policy_id = %(policy)s AND h.simulated = %(simulated)s
      AND l.assignment_id IS NOT NULL AND l.purpose <> 'adjudication'
    ORDER BY l.id DESC LIMIT %(latest)s
)
"""
# First answers, taken back or not: to leave out what was taken back would be to choose by what help did. By picture:
# the decision, the case and what somebody answered before may be on another image of the copy group.
_ANSWERS = f"""
WITH {_NEWEST}
SELECT g.id, l.labeler_id, l.help ->> 'arm', coalesce(c.key, ''),
    extract(epoch FROM l.decided_at - l.shown_at)::float8 - coalesce((l.help ->> 'away')::float8, 0) / 1000,
    coalesce(d.key, ''),
    d.key IS NULL AND s.id IS NOT NULL AND EXISTS (
        SELECT 1 FROM labeling_queueentry e JOIN labeling_image o ON o.id = e.image_id
        WHERE o.group_id = g.id AND e.policy_id = l.policy_id
          AND e.state = 'open' AND e.purpose = 'adjudication'),
    coalesce(l.help -> 'model' ->> 'says', m.categories ->> (
        array_position(r.probabilities, (SELECT max(each) FROM unnest(r.probabilities) each)) - 1), ''),
    l.help ->> 'mode', coalesce(l.help -> 'opened', '{{}}')::json
FROM newest l
JOIN labeling_image i ON i.id = l.image_id
JOIN labeling_copygroup g ON g.id = i.group_id
LEFT JOIN labeling_slicedraw s ON s.group_id = g.id AND s.policy_id = l.policy_id AND g.u < s.p
LEFT JOIN labeling_category c ON c.id = l.category_id
LEFT JOIN LATERAL (
    SELECT k.key FROM labeling_peopledecision p
    JOIN labeling_image o ON o.id = p.image_id JOIN labeling_category k ON k.id = p.category_id
    WHERE s.id IS NOT NULL AND o.group_id = g.id AND p.policy_id = l.policy_id
      AND (p.opinions >= 2 OR p.adjudication_id IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = p.id)
    LIMIT 1
) d ON true
LEFT JOIN ml_modelversion m ON m.id = %(model)s
LEFT JOIN labeling_prediction r ON r.image_id = l.image_id AND r.model_version_id = m.id
WHERE l.round = 1 AND l.purpose = ANY(%(purposes)s) AND l.help ->> 'mode' IN ('on_asking', 'always')
  AND NOT EXISTS (
    SELECT 1 FROM labeling_label b JOIN labeling_image o ON o.id = b.image_id
    WHERE o.group_id = g.id AND b.labeler_id = l.labeler_id AND b.policy_id = l.policy_id AND b.id < l.id)
"""  # noqa: S608 (put together from constants)
# A gap belongs to the label that ends it, so that a repeat or gold between two opinions takes its own time out as well:
# they measure people, and bring no image forward.
_PACE = f"""
WITH {_NEWEST}
SELECT count(*), coalesce(sum(gap), 0)::float8 FROM (
    SELECT purpose,
        extract(epoch FROM decided_at - lag(decided_at) OVER (PARTITION BY labeler_id ORDER BY decided_at, id)) AS gap
    FROM newest
) gaps WHERE gap <= %(pause)s AND purpose = ANY(%(purposes)s)
"""  # noqa: S608 (put together from constants)


@dataclass(frozen=True)
class Opening:
    """How often something was opened, of the answers with which it was offered, and how long (the median)."""

    aid: str
    share: Share
    seconds: float


@dataclass(frozen=True)
class Pace:
    """So many `labels`, opinions alone, in so many `hours`: since the person's label before, but for pauses."""

    labels: int
    hours: float

    @property
    def per_hour(self) -> float | None:
        """Labels in an hour of work; None where nobody gave two in a row."""
        return self.labels / self.hours if self.hours else None


@dataclass(frozen=True)
class HelpEffect:
    """All that the page shows. `n` first answers, of real or of `simulated` people; `both`: there are labels of both.

    `two_steps`: the share of answers without any aid, where aids were offered on asking.
    """

    simulated: bool
    both: bool
    n: int
    comparisons: list[Comparison]
    two_steps: Share
    openings: list[Opening]
    pace: Pace


def help_effect(policy: Policy, *, simulated: bool = False) -> HelpEffect:
    """Return the effect of help on what real people answered; on the simulated ones' if that is asked, or all there is.

    Bounded by the LATEST labels, in the same number of queries however many there are.
    """
    kinds = _kinds(policy)
    simulated = kinds == {True} or (simulated and True in kinds)
    rows, pace = _read(policy, simulated=simulated)
    answers = [Answer(*row) for *row, _mode, _opened in rows]
    asked = [row[-1] for row in rows if row[2] == "with" and row[-2] == Policy.HelpMode.ON_ASKING]
    return HelpEffect(
        simulated=simulated,
        both=len(kinds) == 2,
        n=len(rows),
        comparisons=compare(answers),
        two_steps=share(sum(not each.keys() & set(AIDS) for each in asked), len(asked)),
        openings=[*(_opening(aid, asked) for aid in AIDS), _opening("guideline", [row[-1] for row in rows])],
        pace=pace,
    )


def _kinds(policy: Policy) -> set[bool]:
    """Return whether simulated people have labeled here, and whether real ones have: person by person, by index."""
    labels = Label.objects.filter(labeler=OuterRef("pk"), policy=policy, assignment__isnull=False)
    labels = labels.exclude(purpose=QueueEntry.Purpose.ADJUDICATION)
    return set(Person.objects.filter(Exists(labels)).values_list("simulated", flat=True).distinct())


def _read(policy: Policy, *, simulated: bool) -> tuple[list[Any], Pace]:
    model = versions.active_classifier(policy.slug)
    names: dict[str, Any] = {"policy": policy.pk, "simulated": simulated, "model": model and model.pk}
    names |= {"purposes": [each.value for each in OPINION_PURPOSES], "latest": LATEST, "pause": PAUSE_S}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, names)
        rows = cursor.fetchall()
        cursor.execute(_PACE, names)
        labels, seconds = cursor.fetchone()
    return rows, Pace(labels, seconds / 3600)


def _opening(aid: str, offered: Sequence[Mapping[str, int]]) -> Opening:
    """Return how often `aid` was opened of the answers with which it was offered; each is what was opened, in ms."""
    times = [opened[aid] for opened in offered if aid in opened]
    return Opening(aid, share(len(times), len(offered)), median(times) / 1000 if times else 0.0)

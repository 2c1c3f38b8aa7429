"""The answers that agreement is computed from: what each person said of each image, first and again."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef

from labeling import clock
from labeling.agreement.pairs import first_two
from labeling.agreement.ratings import Ratings
from labeling.models import AgreementStat, Label, Person, Policy, QueueEntry
from labeling.selectors.given import OPINION_PURPOSES

# Older labels would change the second digit of an interval, and take longer with every label.
LATEST = 20_000
_COUNTED = [*(each.value for each in OPINION_PURPOSES), QueueEntry.Purpose.REPEAT.value]

# What was decided since a moment was also recorded since then, and by that time there is an index.
# Decisions that rest on one person's word say nothing about that person, so only the others are fetched.
_ANSWERS = """
WITH newest AS MATERIALIZED (
    SELECT l.* FROM labeling_label l JOIN labeling_person h ON h.id = l.labeler_id
    WHERE l.policy_id = %(policy)s AND h.simulated = %(simulated)s AND l.purpose = ANY(%(purposes)s)
      AND l.recorded_at <= %(until)s
      AND (%(since)s::timestamptz IS NULL OR (l.decided_at >= %(since)s AND l.recorded_at >= %(since)s))
      AND (%(versions)s::bigint[] IS NULL OR l.policy_version_id = ANY(%(versions)s))
      AND NOT EXISTS (SELECT 1 FROM labeling_labelwithdrawal w WHERE w.label_id = l.id AND w.withdrawn_at <= %(until)s)
    ORDER BY l.id DESC LIMIT %(latest)s
)
SELECT x.id, l.labeler_id, coalesce(c.key, ''), l.purpose = 'repeat', s.id IS NOT NULL,
    extract(epoch FROM l.decided_at - l.shown_at)::float8 - coalesce((l.help ->> 'away')::float8, 0) / 1000,
    CASE WHEN l.help ->> 'mode' = 'on_asking' AND l.help ->> 'arm' = 'with'
        THEN ARRAY(SELECT json_object_keys(coalesce(l.help -> 'opened', '{}')::json)) END,
    coalesce(k.key, ''), coalesce(j.key, '')
FROM newest l
JOIN labeling_image i ON i.id = l.image_id
JOIN labeling_copygroup g ON g.id = i.group_id
JOIN LATERAL (
    SELECT f.id FROM labeling_image f WHERE f.group_id = g.id ORDER BY f.erased_at IS NOT NULL, f.id LIMIT 1
) x ON true
LEFT JOIN labeling_slicedraw s ON s.group_id = g.id AND s.policy_id = l.policy_id AND g.u < s.p
LEFT JOIN labeling_category c ON c.id = l.category_id
LEFT JOIN LATERAL (
    SELECT p.category_id FROM labeling_image f JOIN labeling_peopledecision p ON p.image_id = f.id
    WHERE f.group_id = g.id AND p.policy_id = l.policy_id AND p.decided_at <= %(until)s
      AND (p.opinions >= 2 OR p.adjudication_id IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = p.id)
    LIMIT 1
) d ON true
LEFT JOIN labeling_category k ON k.id = d.category_id
LEFT JOIN LATERAL (
    SELECT a.category_id FROM labeling_image f JOIN labeling_adjudication a ON a.image_id = f.id
    WHERE f.group_id = g.id AND a.policy_id = l.policy_id AND a.decided_at <= %(until)s
      AND a.adjudicator_id <> l.labeler_id
      AND NOT EXISTS (SELECT 1 FROM labeling_adjudicationwithdrawal w WHERE w.adjudication_id = a.id)
    ORDER BY a.id DESC LIMIT 1
) a ON true
LEFT JOIN labeling_category j ON j.id = a.category_id
ORDER BY l.id
"""


class Said(NamedTuple):
    """One standing answer. `image`: the first of its copies, which are one picture, that is not erased.

    `category`: a key, empty for unsure and cannot judge.
    `again`: the same person's repeat. `in_slice`: the image belongs to the random slice. `opened`: what was opened, or
    None where nothing was offered on asking. `decision`: what two or more people or an adjudicator decided, and
    `adjudication`: what another person settled as adjudicator; both keys, empty where there is none.
    """

    image: int
    person: int
    category: str
    again: bool
    in_slice: bool
    seconds: float
    opened: list[str] | None
    decision: str
    adjudication: str


@dataclass(frozen=True)
class Which:
    """Which answers: of real or simulated people, given under these versions (empty: all), from and until a moment."""

    simulated: bool = False
    versions: tuple[int, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Answers:
    """Answers in the order in which they came. `scale`: the categories' keys, by grade; `names`: of each key."""

    said: tuple[Said, ...]
    names: dict[str, str]

    @property
    def scale(self) -> tuple[str, ...]:
        """The keys of the policy's categories in the order of severity."""
        return tuple(self.names)

    @cached_property
    def opinions(self) -> tuple[Said, ...]:
        """The first answers, without repeats."""
        return tuple(each for each in self.said if not each.again)

    @property
    def is_capped(self) -> bool:
        """Whether there may be older answers that are left out."""
        return len(self.said) == LATEST

    def between(self, images: str) -> Ratings:
        """Return what people said of the same images, for agreement between them; `images` as in AgreementStat."""
        return self._in_slice if images == AgreementStat.Images.SLICE else self._everywhere

    @cached_property
    def _in_slice(self) -> Ratings:
        """Of the random slice the first two answers to each image.

        Further ones are asked for only where those differ: with them, people would seem to agree more than they do.
        """
        inside = {each.image for each in self.opinions if each.in_slice}
        return self._ratings(first_two(each for each in self._rows if each[0] in inside))

    @cached_property
    def _everywhere(self) -> Ratings:
        return self._ratings(self._rows)

    @property
    def _rows(self) -> list[tuple[int, int, str]]:
        return [(each.image, each.person, each.category) for each in self.opinions]

    @cached_property
    def again(self) -> Ratings:
        """Return each first answer with the same person's first repeat, where both name a category."""
        looks: dict[tuple[int, int], list[Said]] = {}
        for each in self.said:
            if not each.again or (each.image, each.person) in looks:
                looks.setdefault((each.image, each.person), []).append(each)
        twice = [two for found in looks.values() if len(two := found[:2]) == 2 and all(look.category for look in two)]
        return self._ratings([(each.image, each.person, each.category) for two in twice for each in two])

    def held_against_adjudication(self, person: int) -> list[bool]:
        """Return for each opinion of a person on an image that another one settled whether both say the same."""
        own = [each for each in self.opinions if each.person == person and each.category and each.adjudication]
        return [each.category == each.adjudication for each in own]

    def _ratings(self, rows: list[tuple[int, int, str]]) -> Ratings:
        return Ratings.of([row for row in rows if row[2]], categories=self.scale)


def read_answers(policy: Policy, which: Which) -> Answers:
    """Return the LATEST answers to the policy, in two queries."""
    found: dict[str, Any] = {"policy": policy.pk, "simulated": which.simulated, "latest": LATEST, "purposes": _COUNTED}
    found |= {"since": which.since, "until": which.until or clock.now(), "versions": list(which.versions) or None}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, found)
        said = tuple(Said(*row) for row in cursor.fetchall())
    return Answers(said, dict(policy.categories.order_by("grade", "id").values_list("key", "name")))


def kinds_of_people(policy: Policy) -> set[bool]:
    """Return whether simulated people have labeled, and whether real ones have: person by person, by index."""
    labels = Label.objects.filter(labeler=OuterRef("pk"), policy=policy)
    return set(Person.objects.filter(Exists(labels)).values_list("simulated", flat=True).distinct())

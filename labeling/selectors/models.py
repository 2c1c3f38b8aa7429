"""What a model is worth: its answers beside people's decisions on the random slice, on which it was never trained."""

import math
from dataclasses import dataclass

from django.db import connection

from labeling.confusion import Band, CategoryResult, Compared, accuracy, answer, bands, by_category, confusion, mean_top
from labeling.intervals import Share
from labeling.models import Category, Policy
from labeling.selectors.backlog import Count, judged
from labeling.selectors.model_changes import placed_by
from labeling.selectors.neighbourhood import agreement_with_neighbours
from ml.models import ModelVersion

# With fewer images a number would say more about chance than about the model.
ENOUGH, ENOUGH_EACH = 30, 10
# The newest decisions; older ones would change the second digit of an interval, and take longer with every label.
SLICE_LIMIT = 10_000
ENTROPY_LIMIT = 10_000
ENTROPY_BINS = 20

# Newest first; copies of a picture count once, since their answers are one.
_SLICE = """
SELECT group_id, people, probabilities, p, simulated FROM (
    SELECT i.group_id, c.key AS people, r.probabilities, s.p, d.id,
        EXISTS (SELECT 1 FROM labeling_label l JOIN labeling_person h ON h.id = l.labeler_id AND h.simulated
                WHERE l.image_id = d.image_id AND l.policy_id = d.policy_id) AS simulated
    FROM labeling_peopledecision d
    JOIN labeling_category c ON c.id = d.category_id
    JOIN labeling_image i ON i.id = d.image_id
    JOIN labeling_copygroup g ON g.id = i.group_id
    JOIN labeling_slicedraw s ON s.group_id = g.id AND s.policy_id = d.policy_id AND g.u < s.p
    JOIN labeling_prediction r ON r.image_id = d.image_id AND r.model_version_id = %(model)s
    WHERE d.policy_id = %(policy)s
      AND NOT EXISTS (SELECT 1 FROM labeling_decisionwithdrawal w WHERE w.decision_id = d.id)
    ORDER BY d.id DESC LIMIT %(limit)s
) AS newest
"""
_ENTROPY = """
SELECT least(width_bucket(entropy, 0, %(highest)s, %(bins)s), %(bins)s) AS bin, count(*), sum(entropy) FROM (
    SELECT entropy FROM labeling_prediction WHERE model_version_id = %(model)s ORDER BY id DESC LIMIT %(limit)s
) AS newest GROUP BY bin
"""


@dataclass(frozen=True)
class Slice:
    """The model on the random slice. With fewer than ENOUGH images only `n` is said.

    `simulated` of them rest on labels of simulated people. `shares` are the lowest and the highest share of the slice
    that the images met: where they differ, images that came while it was larger weigh more.
    """

    n: int
    accuracy: Share
    mean_top: float
    people: list[str]
    model: list[str]
    confusion: list[list[int]]
    categories: list[CategoryResult]
    bands: list[Band]
    simulated: int
    shares: tuple[float, float]

    @property
    def is_enough(self) -> bool:
        """Whether the numbers say something."""
        return self.n >= ENOUGH


@dataclass(frozen=True)
class Entropy:
    """How unsure the model is now, over its newest `n` judgements: `bins` divide 0 … `highest` nats evenly."""

    n: int
    mean: float
    highest: float
    bins: list[int]


@dataclass(frozen=True)
class ModelReport:
    """All that the page of a classifier shows. `neighbours`: how often their vote equals the model's answer."""

    slice: Slice
    entropy: Entropy
    neighbours: Share
    judged: Count
    placed: Count
    names: dict[str, str]


def model_report(version: ModelVersion) -> ModelReport | None:
    """Return the report of a classifier; None when its policy is gone or it is no classifier."""
    policy = Policy.objects.filter(slug=version.policy_key).first()
    if version.kind != ModelVersion.Kind.CLASSIFIER or policy is None:
        return None
    categories = list(Category.objects.filter(policy=policy).order_by("grade", "id"))
    return ModelReport(
        slice=_slice(version, policy, [category.key for category in categories]),
        entropy=_entropy(version),
        neighbours=agreement_with_neighbours(version, policy),
        judged=judged(version),
        placed=placed_by(version),
        names={category.key: category.name for category in categories},
    )


def _slice(version: ModelVersion, policy: Policy, keys: list[str]) -> Slice:
    with connection.cursor() as cursor:
        cursor.execute(_SLICE, {"policy": policy.pk, "model": version.pk, "limit": SLICE_LIMIT})
        rows = {group: rest for group, *rest in reversed(cursor.fetchall())}.values()
    compared = [Compared(people, *answer(version.categories, probabilities)) for people, probabilities, *_ in rows]
    shares = [p for *_, p, _ in rows]
    asked = [key for key in keys if key in version.categories or any(each.people == key for each in compared)]
    answers = [key for key in keys if key in version.categories]
    return Slice(
        n=len(compared),
        accuracy=accuracy(compared),
        mean_top=mean_top(compared),
        people=asked,
        model=answers,
        confusion=confusion(compared, people=asked, model=answers),
        categories=by_category(compared, asked),
        bands=bands(compared),
        simulated=sum(simulated for *_, simulated in rows),
        shares=(min(shares, default=0.0), max(shares, default=0.0)),
    )


def _entropy(version: ModelVersion) -> Entropy:
    highest = math.log(max(len(version.categories), 2))
    names = {"model": version.pk, "highest": highest, "bins": ENTROPY_BINS, "limit": ENTROPY_LIMIT}
    bins, total = [0] * ENTROPY_BINS, 0.0
    with connection.cursor() as cursor:
        cursor.execute(_ENTROPY, names)
        for number, found, entropy in cursor.fetchall():
            bins[max(number, 1) - 1] += found
            total += entropy
    n = sum(bins)
    return Entropy(n, total / n if n else 0.0, highest, bins)

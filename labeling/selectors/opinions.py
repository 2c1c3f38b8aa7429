"""What models say of one image. For admins only: people judge before they are told."""

from dataclasses import dataclass

from labeling.models import Category, Image, Policy, Prediction
from ml.models import ModelVersion

# An image that was judged by every version there ever was shows the newest.
SHOWN = 10


@dataclass(frozen=True)
class Opinion:
    """One model's judgement; `probabilities` by category's name in the order of severity, entropies in nats."""

    policy: str
    version: ModelVersion
    probabilities: list[tuple[str, float]]
    entropy: float
    disagreement: float


def opinions_on(image: Image) -> list[Opinion]:
    """Return what models say of the image, those that are in use first, then the newest."""
    found = Prediction.objects.filter(image=image).select_related("model_version").order_by("-id")[: 5 * SHOWN]
    policies = {policy.slug: policy for policy in Policy.objects.prefetch_related("categories")}
    in_use_first = sorted(found, key=lambda each: each.model_version.state != ModelVersion.State.ACTIVE)
    return [_opinion(each, policies.get(each.model_version.policy_key)) for each in in_use_first[:SHOWN]]


def _opinion(prediction: Prediction, policy: Policy | None) -> Opinion:
    version = prediction.model_version
    named: dict[str, Category] = {each.key: each for each in policy.categories.all()} if policy else {}
    said = dict(zip(version.categories, prediction.probabilities, strict=True))
    keys = sorted(said, key=lambda key: named[key].grade if key in named else len(said))
    return Opinion(
        policy=str(policy or version.policy_key),
        version=version,
        probabilities=[(named[key].name if key in named else key, said[key]) for key in keys],
        entropy=prediction.entropy,
        disagreement=prediction.disagreement,
    )

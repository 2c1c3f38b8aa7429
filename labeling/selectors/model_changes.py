"""What would follow if a model were put to use, or taken out of it: told before anybody confirms it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from labeling.models import Policy
from labeling.selectors.backlog import Count, count, unjudged
from ml import versions
from ml.models import ModelVersion

_PLACED = "SELECT 1 FROM labeling_queueentry WHERE model_version_id = %(model)s AND state = 'open'"
NONE = Count(0)


@dataclass(frozen=True)
class Effects:
    """`refusal` says why it cannot be done, or is None. `replaces` is retired by it.

    `to_judge` images the workers will judge anew, `placed` open entries have their place from the version, `unknown`
    are names of the policy's categories that the version cannot answer with.
    """

    refusal: str | None
    policy: Policy | None = None
    replaces: ModelVersion | None = None
    to_judge: Count = NONE
    placed: Count = NONE
    unknown: tuple[str, ...] = ()


def change_effects(version: ModelVersion, change: str) -> Effects:
    """Return what `change`, activate or retire, would do to this version's policy."""
    policy = Policy.objects.filter(slug=version.policy_key).first()
    if policy is None or version.kind != ModelVersion.Kind.CLASSIFIER:
        return Effects(_("Only classifiers are chosen here; workers put all other models to use by themselves."))
    return _activating(version, policy) if change == "activate" else _retiring(version, policy)


def placed_by(version: ModelVersion) -> Count:
    """Count the open entries whose place in the queue this model gave."""
    return count(_PLACED, {"model": version.pk})


def _activating(version: ModelVersion, policy: Policy) -> Effects:
    if version.state == ModelVersion.State.ACTIVE:
        return Effects(_("It is active already."), policy)
    embedder = versions.active_embedder()
    if embedder and version.preprocessing.get("embedder") != embedder.name:
        said = _("It judges the vectors of another embedder than the one in use, which is %s.")
        return Effects(said % embedder, policy)
    categories = policy.categories.exclude(key__in=version.categories)
    return Effects(
        None,
        policy,
        replaces=versions.active_classifier(policy.slug),
        to_judge=unjudged(policy, model=version, embedder=embedder),
        unknown=tuple(categories.values_list("name", flat=True)),
    )


def _retiring(version: ModelVersion, policy: Policy) -> Effects:
    if version.state == ModelVersion.State.RETIRED:
        return Effects(_("It is retired already."), policy)
    return Effects(None, policy, placed=placed_by(version))

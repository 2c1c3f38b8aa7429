"""Model versions: which are in use, and their weights. The only place that changes a version's state."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from ml import services
from ml.models import ModelVersion, TrainingRun
from ml.results import FittedShortening, NetworkCard, TrainedCommittee

# The domain of what has learnt drawn pictures only, which are the demo's.
DRAWN = services.DRAWN
# A sentence is preferred to key words.
CAPTIONING = (ModelVersion.Kind.CAPTIONER, ModelVersion.Kind.TAGGER)
LONGEST_NAME = 60


class WrongWeights(Exception):
    """The weights in the storage are not those that the version was recorded with."""


def embedder() -> ModelVersion:
    """Return the version of the embedder that this installation computes with, recorded on first use.

    Another embedder than before takes the place of the earlier one: vectors of the two never compare.
    """
    card = services.embedder_card()
    return _in_use(ModelVersion.Kind.EMBEDDER, card.architecture, card)


def tagger() -> ModelVersion:
    """Return the version of the network whose key words stand in for captions, recorded on first use."""
    card = services.tagger_card()
    return _in_use(ModelVersion.Kind.TAGGER, f"{card.architecture}-imagenet", card)


def captioner_name(domain: str) -> str:
    """Return by which name `ml.services` knows the captioner of a domain."""
    return services.DRAWN if domain == DRAWN else settings.CAPTION_MODEL


def captioner(domain: str) -> ModelVersion | None:
    """Return the version of the captioner of a domain, recorded on first use; None while none is installed here.

    The domain is DRAWN or "". What is not installed may be the next time. Raises `ml.results.NotACaptioner`.
    """
    model = captioner_name(domain)
    card = services.captioner_card(model)
    if card is None:
        return None
    name = f"{DRAWN}-captioner" if domain == DRAWN else Path(model).name
    return _in_use(ModelVersion.Kind.CAPTIONER, name[:LONGEST_NAME], card, domain=domain)


@transaction.atomic
def _in_use(kind: ModelVersion.Kind, name: str, card: NetworkCard, *, domain: str = "") -> ModelVersion:
    version, is_new = ModelVersion.objects.get_or_create(
        name=f"{name}-{card.weights_digest[:8]}",
        defaults={
            "kind": kind,
            "domain": domain,
            "architecture": card.architecture,
            "preprocessing": card.preprocessing,
            "weights_digest": card.weights_digest,
        },
    )
    if is_new or version.state != ModelVersion.State.ACTIVE:
        activate(version)
    return version


def active_embedder() -> ModelVersion | None:
    """Return the embedder whose vectors are in use, without loading it; None before the first image was scored."""
    return ModelVersion.objects.filter(kind=ModelVersion.Kind.EMBEDDER, state=ModelVersion.State.ACTIVE).first()


def active_captioning(domain: str) -> ModelVersion | None:
    """Return what captions the pictures of a domain, without loading it: a captioner, else the tagger, else None."""
    active = ModelVersion.objects.filter(state=ModelVersion.State.ACTIVE, domain=domain)
    found = {each.kind: each for each in active.filter(kind__in=CAPTIONING)}
    return next((found[kind] for kind in CAPTIONING if kind in found), None)


def active_classifier(policy_key: str) -> ModelVersion | None:
    """Return the classifier that orders this policy's queue, or None while there is none."""
    return ModelVersion.objects.filter(
        kind=ModelVersion.Kind.CLASSIFIER, state=ModelVersion.State.ACTIVE, policy_key=policy_key
    ).first()


def fits(version: ModelVersion) -> bool:
    """Return whether a classifier or a shortening rests on the embedder in use: to others' vectors it means nothing."""
    trunk = active_embedder()
    return trunk is not None and version.preprocessing["embedder"] == trunk.name


def record_committee(
    *,
    name: str,
    run: TrainingRun,
    committee: TrainedCommittee,
    trunk: ModelVersion,
    policy_version: int,
    categories: list[str],
) -> ModelVersion:
    """Store the heads' weights and record them, on top of `trunk`, as a candidate."""
    return ModelVersion.objects.create(
        name=name,
        kind=ModelVersion.Kind.CLASSIFIER,
        architecture=f"{trunk.architecture}, frozen, with a committee of heads",
        policy_key=run.policy_key,
        policy_version=policy_version,
        categories=categories,
        preprocessing=trunk.preprocessing | {"embedder": trunk.name},
        weights_key=_stored(committee.weights, committee.digest),
        weights_digest=committee.digest,
        data_digest=run.manifest_digest,
        training_run=run,
    )


def shortening() -> ModelVersion | None:
    """Return how the vectors of the embedder in use are shortened; None while too few are there to learn it from."""
    active = ModelVersion.objects.filter(kind=ModelVersion.Kind.SHORTENING, state=ModelVersion.State.ACTIVE).first()
    return active if active is not None and fits(active) else None


@transaction.atomic
def record_shortening(fitted: FittedShortening, *, trunk: ModelVersion) -> ModelVersion:
    """Store a fitted shortening of the embedder's vectors, and put it to use in the place of the one that was."""
    version, _ = ModelVersion.objects.get_or_create(
        name=f"{trunk.name}-short-{fitted.digest[:8]}",
        defaults={
            "kind": ModelVersion.Kind.SHORTENING,
            "architecture": f"{fitted.facts['components']} principal components",
            "preprocessing": {"embedder": trunk.name} | fitted.facts,
            "weights_key": _stored(fitted.weights, fitted.digest),
            "weights_digest": fitted.digest,
        },
    )
    activate(version)
    return version


def _stored(weights: bytes, digest: str) -> str:
    """Keep weights in the storage, and return under which key."""
    key = f"models/{digest}.safetensors"
    if not default_storage.exists(key):
        default_storage.save(key, ContentFile(weights))
    return key


@transaction.atomic
def activate(version: ModelVersion) -> None:
    """Put a version to use in the place of the one that was; a constraint allows one per kind, policy and domain."""
    others = ModelVersion.objects.filter(
        kind=version.kind, policy_key=version.policy_key, domain=version.domain, state=ModelVersion.State.ACTIVE
    )
    for other in others.exclude(pk=version.pk).select_for_update():
        retire(other)
    version.state = ModelVersion.State.ACTIVE
    version.save(update_fields=["state"])


def retire(version: ModelVersion) -> None:
    """Take a version out of use; its judgements stay."""
    version.state = ModelVersion.State.RETIRED
    version.save(update_fields=["state"])


def weights_of(version: ModelVersion) -> bytes:
    """Return the heads' weights, checked against their digest once per process; `WrongWeights` if they differ."""
    return _read_weights(version.weights_key, version.weights_digest)


@lru_cache(maxsize=16)
def _read_weights(key: str, digest: str) -> bytes:
    with default_storage.open(key) as file:
        weights: bytes = file.read()
    if sha256(weights).hexdigest() != digest:
        raise WrongWeights(f"{key} in the storage is not what was recorded.")
    return weights

"""Training runs: from a hashed manifest to a candidate version. The manifest, and the features that it names by their
digest, are all that training reads."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from numpy.typing import NDArray

from ml import services, versions
from ml.models import ModelVersion, TrainingRun


class DataChanged(Exception):
    """A file of the training data is not the one that was recorded."""


@dataclass(frozen=True)
class Example:
    """One image to learn from: its digest, its category's key, what chose it for labeling, and its weight."""

    sha256: str
    category: str
    strategy: str
    weight: float


@dataclass(frozen=True)
class Manifest:
    """What a model learns from. `categories` in the order of the outputs; `features` is the digest of a .npy file.

    The file holds the embedder's half-precision vectors, shape (examples, dimensions), in the order of `examples`.
    """

    policy: str
    policy_version: int
    categories: Sequence[str]
    embedder: str
    features: str
    examples: Sequence[Example]


def prepare_run(
    *,
    policy: str,
    policy_version: int,
    categories: Sequence[str],
    embedder: ModelVersion,
    examples: Sequence[Example],
    features: NDArray[np.float16],
    parameters: dict[str, Any],
) -> TrainingRun:
    """Write the manifest and its features to the storage, and record the run that is to read them."""
    buffer = io.BytesIO()
    np.save(buffer, features, allow_pickle=False)
    manifest = Manifest(policy, policy_version, categories, embedder.name, _put(buffer.getvalue(), "npy"), examples)
    data = json.dumps(asdict(manifest), sort_keys=True).encode()
    digest = _put(data, "json")
    return TrainingRun.objects.create(
        policy_key=policy, manifest_key=_key(digest, "json"), manifest_digest=digest, parameters=parameters
    )


def train(run: TrainingRun) -> ModelVersion:
    """Train what the run describes and record it as a candidate. A run that fails says why, and raises it again."""
    run.state, run.started_at = TrainingRun.State.RUNNING, timezone.now()
    run.save(update_fields=["state", "started_at"])
    try:
        version = _train(run)
    except Exception as error:
        run.state, run.error = TrainingRun.State.FAILED, f"{type(error).__name__}: {error}"
        raise
    else:
        run.state = TrainingRun.State.DONE
    finally:
        run.ended_at = timezone.now()
        run.save(update_fields=["state", "metrics", "error", "ended_at"])
    return version


def _train(run: TrainingRun) -> ModelVersion:
    """Return the version of this manifest and seed; one that was trained before is not trained again.

    Known by what went in, since the last digits of what comes out depend on the machine.
    """
    name = f"{run.policy_key}-heads-{run.manifest_digest[:8]}-{run.parameters['seed']}"
    if known := ModelVersion.objects.filter(name=name).select_related("training_run").first():
        run.metrics = known.training_run.metrics if known.training_run else {}
        return known
    manifest = _read_manifest(run.manifest_digest)
    numbers = {key: number for number, key in enumerate(manifest.categories)}
    committee = services.train_committee(
        np.load(io.BytesIO(_get(manifest.features, "npy")), allow_pickle=False),
        np.array([numbers[example.category] for example in manifest.examples]),
        len(numbers),
        run.parameters["seed"],
        np.array([example.weight for example in manifest.examples]),
    )
    run.metrics = committee.metrics
    return versions.record_committee(
        name=name,
        run=run,
        committee=committee,
        trunk=ModelVersion.objects.get(name=manifest.embedder),
        policy_version=manifest.policy_version,
        categories=list(manifest.categories),
    )


def _read_manifest(digest: str) -> Manifest:
    fields = json.loads(_get(digest, "json"))
    return Manifest(**fields | {"examples": [Example(**example) for example in fields["examples"]]})


def _key(digest: str, ending: str) -> str:
    return f"training/{digest}.{ending}"


def _put(data: bytes, ending: str) -> str:
    """Store bytes under their digest, and return it."""
    digest = sha256(data).hexdigest()
    if not default_storage.exists(_key(digest, ending)):
        default_storage.save(_key(digest, ending), ContentFile(data))
    return digest


def _get(digest: str, ending: str) -> bytes:
    with default_storage.open(_key(digest, ending)) as file:
        data: bytes = file.read()
    if sha256(data).hexdigest() != digest:
        raise DataChanged(f"{_key(digest, ending)} in the storage is not what was recorded.")
    return data

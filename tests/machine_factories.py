"""What machines have said of images, written as their services would, without a network."""

from math import log

from pgvector import HalfVector

from labeling import clock
from labeling.models import Caption, Embedding, Explanation, Image, KeyWord, MachineWork, Policy, Prediction
from ml.models import ModelVersion, TrainingRun


def embedder(name: str = "embedder-1", **fields) -> ModelVersion:
    known = {"kind": "embedder", "architecture": "tf_efficientnet_lite0", "state": "active", "weights_digest": "e" * 64}
    return ModelVersion.objects.get_or_create(name=name, defaults=known | fields)[0]


def classifier(policy: Policy, name: str = "heads-1", state: str = "active", **fields) -> ModelVersion:
    run = TrainingRun.objects.create(
        policy_key=policy.slug, manifest_key="m", manifest_digest="d" * 64, state="done", metrics={"heads": 5}
    )
    known = {
        "kind": "classifier",
        "architecture": "tf_efficientnet_lite0, frozen, with a committee of heads",
        "state": state,
        "policy_key": policy.slug,
        "policy_version": 1,
        "categories": list(policy.categories.values_list("key", flat=True)),
        "preprocessing": {"embedder": embedder().name},
        "weights_digest": "c" * 64,
        "training_run": run,
    }
    return ModelVersion.objects.create(name=name, **known | fields)


def scored(image: Image, *, at=None) -> Embedding:
    """The image's embedding, which always points the same way."""
    vector = HalfVector([1.0] + [0.0] * 1279)
    return Embedding.objects.create(image=image, model_version=embedder(), vector=vector, created_at=at or clock.now())


def judged(image: Image, model: ModelVersion, *probabilities: float, at=None) -> Prediction:
    entropy = -sum(p * log(p) for p in probabilities if p)
    return Prediction.objects.create(
        image=image,
        model_version=model,
        probabilities=list(probabilities),
        entropy=entropy,
        disagreement=0.0,
        created_at=at or clock.now(),
    )


def explained(image: Image, model: ModelVersion, policy: Policy, *, at=None) -> list[Explanation]:
    """A heatmap per category."""
    return [
        Explanation.objects.create(
            image=image,
            model_version=model,
            category=category,
            method="gradcam",
            rows=1,
            columns=1,
            grid=[1.0],
            created_at=at or clock.now(),
        )
        for category in policy.categories.all()
    ]


def captioner(domain: str = "", kind: str = "captioner", **fields) -> ModelVersion:
    known = {"kind": kind, "domain": domain, "architecture": "blip", "state": "active", "weights_digest": "a" * 64}
    return ModelVersion.objects.create(name=f"{kind}-{domain}", **known | fields)


def captioned(image: Image, model: ModelVersion, *words: str, at=None) -> Caption:
    """The words, each of which looks at the right of two places."""
    return Caption.objects.create(
        image=image,
        model_version=model,
        words=[[word, [0, 9]] for word in words],
        rows=1,
        columns=2,
        created_at=at or clock.now(),
    )


def set_aside(
    image: Image, error: str = "The file is cut short.", *, stage: str = "score", model: ModelVersion | None = None
) -> MachineWork:
    """Given up by this model, or by the embedder."""
    return MachineWork.objects.create(
        image=image,
        stage=stage,
        model_version=model or embedder(),
        attempts=2,
        error=error,
        failed_at=clock.now(),
    )


def key_word(policy: Policy, key: str, word: str, *, domain: str = "", **fields) -> KeyWord:
    """A word that speaks for a category, beyond chance: 41 of 52 images with it were decided so."""
    known = {"log_odds": 3.0, "standard_error": 0.4, "images": 52, "in_category": 41}
    known |= {"policy": policy, "category": policy.categories.get(key=key)}
    return KeyWord.objects.create(domain=domain, word=word, **known | fields)


def named_word(policy: Policy, word: str, *, domain: str = "") -> KeyWord:
    """A word that the guideline names, and that speaks for no category alone."""
    return KeyWord.objects.create(policy=policy, domain=domain, word=word, images=7, in_guideline=True)

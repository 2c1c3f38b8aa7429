"""Facts for tests, made through the real services wherever there is one."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from labeling import clock
from labeling.models import (
    Adjudication,
    Category,
    CopyMatch,
    DecisionWithdrawal,
    Embedding,
    Explanation,
    Image,
    PeopleDecision,
    Person,
    Policy,
    PolicyVersion,
    Prediction,
    QueueEntry,
    Source,
)
from labeling.selectors.cases import read_case
from labeling.services.images import StoredPicture, record_arrival
from labeling.services.labels import Answer, submit_label
from labeling.services.leases import claim_next
from labeling.services.queueing import queue_image, settle
from ml.models import ModelVersion

# What the form of a policy sends for how quality is checked.
QUALITY_FIELDS = {
    "second_confidence": "0.9",
    "rare_share": "0.02",
    "second_daily": "200",
    "dispute_share": "0.1",
    "repeat_share": "0.04",
    "repeat_after_days": "14",
    "gold_share": "0.02",
    "bank_opinions": "2",
    "copy_check_share": "0.05",
}


def person(name: str, *roles: str, password: str | None = None, **fields) -> Person:
    """Most tests log in without a password: by `client.force_login`, or `let_in` of the browser tests."""
    made = Person.objects.create(username=name, password=make_password(password), **fields)
    made.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    return made


def policy(slug: str = "weapons", **fields) -> Policy:
    """Every image is in the random slice, one opinion is enough, and one `unsure` asks an adjudicator.

    Unless `fields` say otherwise.
    """
    fields = {"slice_share": 1.0, "slice_opinions": 1, "second_on_unsure": False} | fields
    made = Policy.objects.create(slug=slug, name=slug.title(), question="What does it show?", **fields)
    for grade, (key, action) in enumerate([("safe", "allow"), ("low", "restrict"), ("harmful", "block")]):
        Category.objects.create(
            policy=made, key=key, name=key.title(), grade=grade, action=action, hotkey=str(grade + 1)
        )
    PolicyVersion.objects.create(policy=made, number=1, kind="editorial", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    return made


def source(name: str = "shop", *policies: Policy) -> Source:
    made, _ = Source.objects.get_or_create(name=name)
    made.policies.add(*policies)
    return made


def image(name: str, *, of: Source | None = None) -> Image:
    """Record an arrival of an image whose bytes nobody reads."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    picture = StoredPicture(
        sha256=digest,
        pdq=f"{int(digest, 16):0256b}",
        pdq_quality=100,
        format="JPEG",
        width=640,
        height=480,
        frames=1,
        byte_size=1000,
        original_key=f"originals/{digest}",
        view_key=f"views/{digest}.jpg",
        thumb_key=f"thumbs/{digest}.jpg",
    )
    return record_arrival(source=of or source(), picture=picture, external_id=name, received_at=clock.now()).image


def copy_match(image: Image, other: Image) -> CopyMatch:
    """Return the fact that a rule found `image`, the later one, to be a copy of `other`."""
    found = {"rule": "tests", "pdq_distance": 8, "inliers": 90, "mirrored": False, "agreement": 0.9}
    return CopyMatch.objects.get_or_create(image=image, other=other, defaults={**found, "found_at": clock.now()})[0]


def queued(name: str, *policies: Policy) -> Image:
    made = image(name)
    for each in policies:
        queue_image(image=made, policy=each)
    return made


def category(policy: Policy, key: str) -> Category:
    return policy.categories.get(key=key)


def answer(policy: Policy, key: str) -> Answer:
    """`key`: a category's key, `unsure`, or `cannot_judge`."""
    if key == "cannot_judge":
        return Answer("cannot_judge", reason="context")
    return Answer("unsure") if key == "unsure" else Answer("category", key)


def label_next(who: Person, policy: Policy, key: str = "safe"):
    """Claim the next image and answer it. Return the label, or None when the queue has nothing for this person."""
    lease = claim_next(person=who, policy_id=policy.pk, page=uuid.uuid4())
    return lease and submit_label(person=who, assignment_id=lease.assignment_id, answer=answer(policy, key))


def open_entries(policy: Policy):
    return QueueEntry.objects.filter(policy=policy, state="open")


def classifier(policy: Policy, name: str = "model", state: str = "active") -> ModelVersion:
    """A recorded model without weights: its judgements are made by `prediction`."""
    return ModelVersion.objects.create(
        kind="classifier",
        name=name,
        architecture="tests",
        state=state,
        policy_key=policy.slug,
        policy_version=1,
        categories=list(policy.categories.values_list("key", flat=True)),
        preprocessing={"embedder": "tests"},
        weights_digest="0" * 64,
    )


def prediction(image: Image, model: ModelVersion, probabilities: list[float], *, entropy: float = 0.5) -> Prediction:
    return Prediction.objects.create(
        image=image, model_version=model, probabilities=probabilities, entropy=entropy, disagreement=0.1
    )


def embedder() -> ModelVersion:
    made, _ = ModelVersion.objects.get_or_create(
        kind="embedder", name="embedder", defaults={"architecture": "tests", "state": "active", "weights_digest": "0"}
    )
    return made


def embedding(image: Image, vector: Sequence[float]) -> Embedding:
    """The vector is filled up with zeros, which change no distance."""
    filled = [*vector, *[0.0] * (Embedding.vector.field.dimensions - len(vector))]
    return Embedding.objects.create(image=image, model_version=embedder(), vector=filled)


def decided(image: Image, policy: Policy, key: str) -> PeopleDecision:
    """A decision out of nothing, for tests that read decisions and do not care how they came about."""
    version = policy.versions.latest("number")
    chosen = category(policy, key)
    return PeopleDecision.objects.create(
        image=image, policy=policy, policy_version=version, category=chosen, opinions=1, decided_at=clock.now()
    )


def undecided(decision: PeopleDecision) -> None:
    DecisionWithdrawal.objects.create(decision=decision, cause="tests")


def copy_of(original: Image, name: str) -> Image:
    """A further image of the same copy group."""
    made = image(name)
    Image.objects.filter(pk=made.pk).update(group=original.group)
    return Image.objects.get(pk=made.pk)


def explanation(image: Image, model: ModelVersion, category: Category, grid: Sequence[Sequence[float]]) -> Explanation:
    return Explanation.objects.create(
        image=image,
        model_version=model,
        category=category,
        method="gradcam",
        rows=len(grid),
        columns=len(grid[0]),
        grid=[value for row in grid for value in row],
    )


def adjudicated(image: Image, policy: Policy, key: str, *, by: Person, cause: str = "edge") -> Adjudication:
    """What an adjudicator's answer leaves behind on a queued image: it is settled."""
    made = Adjudication.objects.create(
        image=image,
        policy=policy,
        policy_version=policy.versions.latest("number"),
        category=category(policy, key),
        adjudicator=by,
        cause=cause,
        reason=f"It is {key} because.",
        decided_at=clock.now(),
    )
    settle(read_case(image_id=image.pk, policy_id=policy.pk))
    return made

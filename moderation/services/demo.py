"""A first policy, people and pictures, so that a fresh clone can be tried at once."""

from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth.models import Group
from django.db import transaction

from labeling import clock
from labeling.models import Category, Person, Policy, Source
from labeling.services.policies import CategoryText, publish_version
from ml import services as ml
from moderation.services.intake import receive

PASSWORD = "winnow-demo"  # noqa: S105 (the demo's, printed for everybody)
LOGINS = {"lena": "labeler", "omar": "labeler", "ada": "adjudicator", "admin": "admin"}
PICTURES = 48

INTRODUCTION = (
    "Look for things that can hurt somebody: knives, guns, broken bottles, fire. What counts is what happens with the "
    "thing, not the thing alone. Judge what you see, not what you guess happens next."
)
# key, name, action, hotkey, guideline; in the order of grades
CATEGORIES = (
    (
        "safe",
        "Safe",
        "allow",
        "1",
        "Nothing in the picture can hurt anybody: people, places, toys, food, animals. When a thing might be risky and "
        "you cannot tell what it is, say that you are unsure.",
    ),
    (
        "low_exposure",
        "Low exposure",
        "restrict",
        "2",
        "A risky thing is visible, at rest: it lies on a table, stands in a corner, hangs on a wall. Nobody holds it.",
    ),
    (
        "harmful",
        "Harmful",
        "block",
        "3",
        "Somebody holds a risky thing or aims it at somebody. It does not matter whether they smile.",
    ),
)


@transaction.atomic
def make_policy() -> Policy:
    """Return the demo's policy, with its categories and the first guideline."""
    policy, is_new = Policy.objects.get_or_create(
        slug="risky-things",
        defaults={"name": "Risky things", "question": "Does it show a risky thing, and what happens with it?"},
    )
    if is_new:
        texts = {}
        for grade, (key, name, action, hotkey, text) in enumerate(CATEGORIES):
            category = Category.objects.create(
                policy=policy, key=key, name=name, grade=grade, action=action, hotkey=hotkey
            )
            texts[category] = CategoryText(text)
        publish_version(policy=policy, author=None, kind="editorial", texts=texts, introduction=INTRODUCTION)
    return policy


@transaction.atomic
def make_logins() -> None:
    """Make the demo's people, with the password that everybody knows; those who exist stay as they are."""
    for name, role in LOGINS.items():
        if not Person.objects.filter(username=name).exists():
            person = Person.objects.create_user(name, password=PASSWORD)
            person.groups.add(Group.objects.get(name=role))


def receive_pictures(policy: Policy) -> Iterator[int]:
    """Draw the pictures and take them in as arrivals of the last days; yield how many are there after each.

    Run again it goes on, or changes nothing: the pictures are always the same.
    """
    source, _ = Source.objects.get_or_create(name="demo", defaults={"demo": True})
    source.policies.add(policy)
    now = clock.now()
    for seed in range(PICTURES):
        name = f"scene-{seed}"
        if not source.arrivals.filter(external_id=name).exists():
            arrived = now - timedelta(hours=3) * (PICTURES - seed)
            receive(data=ml.draw_scene(seed).jpeg, source=source, external_id=name, received_at=arrived)
        yield seed + 1

"""The demo's policy and its guideline: two versions, because the first left something open."""

from datetime import datetime, timedelta

from django.db import transaction

from labeling import clock
from labeling.models import Category, Policy, PolicyVersion
from labeling.services.policies import CategoryText, publish_version
from moderation.services.demo.plan import CLARIFIED, SPAN

SLUG = "risky-things"
# The guideline is older than the first picture.
LEAD = timedelta(hours=1)

INTRODUCTION = (
    "Look for things that can hurt somebody: knives, axes, swords, guns such as pistols and rifles, broken bottles, "
    "fire. What counts is where the thing is and what happens with it, not the thing alone. Judge what you see, not "
    "what you guess happens next. The picture gets the grade of its worst thing."
)
# key, name, action, hotkey, guideline; in the order of grades
CATEGORIES = (
    (
        "safe",
        "Safe",
        "allow",
        "1",
        "Nothing in the picture can hurt anybody: people, places, food, animals, harmless things in somebody's hand. A "
        "knife on a kitchen board is safe too: it is where it belongs. When a thing might be risky and you cannot tell "
        "what it is, say that you are unsure.",
    ),
    (
        "low_exposure",
        "Low exposure",
        "restrict",
        "2",
        "A risky thing is visible, at rest or in its proper place: it lies on a table or on the ground, hangs on a "
        "wall, is stuck in a chopping block, lies in its case. Nobody holds it. Somebody who cuts something on a "
        "kitchen board belongs here as well.",
    ),
    (
        "harmful",
        "Harmful",
        "block",
        "3",
        "Somebody holds a risky thing or aims it at somebody. It does not matter whether they smile.",
    ),
)
CLARIFICATION = {
    "safe": " A bright water pistol that lies somewhere is a toy, and safe.",
    "low_exposure": " A bright water pistol that somebody holds or aims is low exposure, not harmful.",
}


@transaction.atomic
def make_policy() -> Policy:
    """Return the demo's policy; on the first call with its categories and both versions of its guideline.

    Both are published at once, back-dated: nobody ever reads one while the other is already in force.
    """
    policy, is_new = Policy.objects.get_or_create(
        slug=SLUG,
        defaults={
            "name": "Risky things",
            "question": "Does it show a risky thing, and what happens with it?",
            "slice_share": 0.3,  # more than a site would choose: a demo is small, and its pages shall show figures
            "slice_opinions": 2,
        },
    )
    if is_new:
        now = clock.now()
        for grade, (key, name, action, hotkey, _) in enumerate(CATEGORIES):
            Category.objects.create(policy=policy, key=key, name=name, grade=grade, action=action, hotkey=hotkey)
        with clock.at(now - SPAN - LEAD):
            _publish(policy, PolicyVersion.Kind.EDITORIAL, {})
        with clock.at(now - CLARIFIED):
            _publish(policy, PolicyVersion.Kind.SUBSTANTIVE, CLARIFICATION, based_on=1)
    return policy


def _publish(policy: Policy, kind: str, added: dict[str, str], based_on: int = 0) -> None:
    texts = {key: text for key, *_, text in CATEGORIES}
    said = {
        category: CategoryText(texts[category.key] + added.get(category.key, ""), changed=category.key in added)
        for category in policy.categories.all()
    }
    publish_version(policy=policy, author=None, kind=kind, texts=said, introduction=INTRODUCTION, based_on=based_on)


def history_end(policy: Policy) -> datetime:
    """Return the moment that the demo was begun, which a demo that goes on later keeps."""
    return min(policy.versions.earliest("number").published_at + LEAD + SPAN, clock.now())

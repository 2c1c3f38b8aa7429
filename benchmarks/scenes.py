"""Drawn scenes in an empty site, and somebody who labels."""

import uuid
from datetime import datetime, timedelta
from typing import Any

# The policy's categories, by the generator's grades.
ACTIONS = {"safe": "allow", "low_exposure": "restrict", "harmful": "block"}


def policy() -> Any:
    """Return a policy with the three grades and no random slice to speak of, so that half the pool can be learnt."""
    from labeling.models import Category, Policy, PolicyVersion

    made = Policy.objects.create(
        slug="bench", name="Bench", question="Which grade?", slice_share=0.001, slice_opinions=1
    )
    for grade, (key, action) in enumerate(ACTIONS.items()):
        Category.objects.create(policy=made, key=key, name=key, grade=grade, action=action, hotkey=str(grade + 1))
    PolicyVersion.objects.create(policy=made, number=1, kind="editorial")
    return made


def take_in(question: Any, count: int, when: datetime) -> list[Any]:
    """Draw `count` scenes and take them in as arrivals a minute apart; return the images."""
    from labeling.models import Source
    from ml import services as ml
    from moderation.services.intake import receive

    source = Source.objects.create(name="bench", demo=True)
    source.policies.add(question)
    images = []
    for seed in range(count):
        scene = ml.draw_scene(seed)
        at = when + timedelta(minutes=seed)
        image = receive(data=scene.jpeg, source=source, external_id=scene.grade, received_at=at).image
        images.append(image)
    return images


def label(question: Any, answers: dict[Any, str]) -> None:
    """Have one person give each image this category."""
    from labeling.models import Person
    from labeling.services.labels import Answer, submit_label
    from labeling.services.leases import lease_entry

    person = Person.objects.create(username="teacher")
    for image, key in answers.items():
        entry = image.entries.get(policy=question)
        if lease := lease_entry(person=person, entry_id=entry.pk, page=uuid.uuid4()):
            submit_label(person=person, assignment_id=lease.assignment_id, answer=Answer("category", key))

"""What help a person gets with an image, whenever and wherever it is asked; and after their answer, the sign."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists

from labeling.help import Arm, Help, arm, offer
from labeling.models import Assignment, Category, Label
from ml.models import ModelVersion


@dataclass(frozen=True)
class Sign:
    """What a person is told after their answer; `says` names the category that the model would have chosen instead."""

    agrees: bool
    says: str = ""


def arm_for(*, group_id: int, person_id: int, policy_id: int) -> Arm:
    """Return the arm of a copy group for a person. Asks the database nothing."""
    return arm(group_id, person_id, policy_id, key=settings.SAMPLING_KEY)


def help_for(assignment: Assignment) -> Help:
    """Return the help with the image of an assignment; no query where it came with `entry__image`, `entry__policy`."""
    entry = assignment.entry
    drawn = arm_for(group_id=entry.image.group_id, person_id=assignment.labeler_id, policy_id=entry.policy_id)
    return offer(entry.policy.help_mode, drawn)


def sign_of(label: Label, *, key: str) -> Sign | None:
    """Return whether the model agrees with an answer, for the person who gave it; None where they are not told.

    `key` is that of the label's category, "" where it names none. The model's answer is that of the moment of the
    label, stored with it. There is no sign where help was not offered, nor for a category that the model has not
    learnt. Only a disagreement takes a query.
    """
    model = label.help.get("model")
    if not (key and model and label.help["offered"]):
        return None
    if model["says"] == key:
        return Sign(agrees=True)
    learnt = ModelVersion.objects.filter(pk=model["version"], categories__contains=[key])
    said = Category.objects.filter(Exists(learnt), policy=label.policy_id, key=model["says"])
    name = said.values_list("name", flat=True).first()
    return Sign(agrees=False, says=name) if name else None

"""What help a person gets with an image, whenever and wherever it is asked."""

from django.conf import settings

from labeling.help import Arm, Help, arm, offer
from labeling.models import Assignment


def arm_for(*, group_id: int, person_id: int, policy_id: int) -> Arm:
    """Return the arm of a copy group for a person. Asks the database nothing."""
    return arm(group_id, person_id, policy_id, key=settings.SAMPLING_KEY)


def help_for(assignment: Assignment) -> Help:
    """Return the help with the image of an assignment; no query where it came with `entry__image`, `entry__policy`."""
    entry = assignment.entry
    drawn = arm_for(group_id=entry.image.group_id, person_id=assignment.labeler_id, policy_id=entry.policy_id)
    return offer(entry.policy.help_mode, drawn)

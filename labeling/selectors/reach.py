"""Which labels a person can still take back."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from labeling.models import Label, Person, QueueEntry
from labeling.selectors.given import OPINION_PURPOSES

# The labels on how many of the images that they answered last a person can take back.
UNDO_REACH = 10


def within_reach(*, person: Person, policy_id: int) -> QuerySet[Label]:
    """Return the labels that the person can take back: the standing ones of the images that they answered last.

    An image answered anew takes one place, that of its newest label, as it is one card in the page's strip. No label
    comes back into reach once it is out: `selectors.gold` builds on that.
    """
    given = Label.objects.filter(labeler=person, policy=policy_id)
    given = given.exclude(purpose=QueueEntry.Purpose.ADJUDICATION)  # what rests on it is undone with the adjudication
    # Whether it is the first or a further one, an opinion answers the same question.
    same = Q(purpose=OuterRef("purpose")) | Q(purpose__in=OPINION_PURPOSES)
    anew = Label.objects.filter(same, labeler=person, policy=policy_id, image=OuterRef("image"), id__gt=OuterRef("id"))
    latest = given.filter(~Exists(anew)).order_by("-recorded_at", "-id")
    return Label.objects.filter(pk__in=latest.values("id")[:UNDO_REACH], withdrawal=None).order_by(
        "-recorded_at", "-id"
    )

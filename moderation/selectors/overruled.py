"""What machines decided and people contradict."""

from django.db.models import Exists, OuterRef

from labeling.models import PeopleDecision
from moderation.models import MachineDecision


def overruled(*, count: int) -> list[MachineDecision]:
    """Return up to `count` standing decisions by listed hashes on pictures of which people say something else.

    A decision by an entry of people's own rests on the very decision that it would contradict.
    """
    said = PeopleDecision.objects.filter(
        image__group=OuterRef("arrival__image__group"), policy=OuterRef("policy"), withdrawal=None
    )
    standing = MachineDecision.objects.filter(pdq_distance__isnull=False, withdrawal=None)
    found = standing.filter(Exists(said.exclude(category=OuterRef("category")))).order_by("pk")
    return list(found.select_related("bank_entry", "arrival__image", "policy")[:count])

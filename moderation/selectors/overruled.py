"""What machines decided and people contradict."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from labeling import clock
from labeling.models import PeopleDecision
from moderation.models import MachineDecision

# What workers that were away for so long have missed is made up for; older ones are not looked through every minute.
WITHIN = timedelta(days=7)


def overruled(*, count: int) -> list[MachineDecision]:
    """Return up to `count` standing decisions on pictures of which people say something else, one of the two newly."""
    since = clock.now() - WITHIN
    said = PeopleDecision.objects.filter(withdrawal=None)
    of_picture = said.filter(image__group=OuterRef("arrival__image__group"), policy=OuterRef("policy"))
    standing = MachineDecision.objects.filter(withdrawal=None)
    contradicted = standing.filter(Exists(of_picture.exclude(category=OuterRef("category"))))
    newly_said = said.filter(decided_at__gt=since).values("image__group")
    for newly in (
        contradicted.filter(decided_at__gt=since),
        contradicted.filter(arrival__image__group__in=newly_said),
    ):
        if found := list(newly.order_by("pk").select_related("bank_entry", "arrival__image", "policy")[:count]):
            return found
    return []

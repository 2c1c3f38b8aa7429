"""Rules about people and their roles."""

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q

from labeling.access import ADMIN
from labeling.models import Person


class LastAdminError(Exception):
    """Nobody would be left to administer; the message is for the person."""


@transaction.atomic
def require_another_admin(*, person: Person) -> None:
    """Raise LastAdminError unless somebody besides `person` can log in as admin.

    To be called before `person` loses the role, in the same transaction: two admins who demote each other at once
    wait here for each other.
    """
    Group.objects.select_for_update().get(name=ADMIN)
    admins = Person.objects.filter(Q(is_superuser=True) | Q(groups__name=ADMIN), is_active=True, simulated=False)
    if not admins.exclude(pk=person.pk).exists():
        raise LastAdminError("This is the last active admin: make somebody else an admin first.")

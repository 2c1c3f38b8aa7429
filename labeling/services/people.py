"""Rules about people and their roles."""

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from labeling.access import ADMIN
from labeling.models import Person


class LastAdminError(Exception):
    """Nobody would be left to administer; the message is for the person."""


class UnknownSofteningError(Exception):
    """Images cannot be shown in such a way; the message is for the person."""


@transaction.atomic
def require_another_admin(*, person: Person) -> None:
    """Raise LastAdminError unless somebody besides `person` can log in as admin.

    To be called before `person` loses the role, in the same transaction: two admins who demote each other at once
    wait here for each other.
    """
    Group.objects.select_for_update().get(name=ADMIN)
    admins = Person.objects.filter(Q(is_superuser=True) | Q(groups__name=ADMIN), is_active=True, simulated=False)
    if not admins.exclude(pk=person.pk).exists():
        raise LastAdminError(_("This is the last active admin: make somebody else an admin first."))


def choose_softening(*, person: Person, softening: str) -> None:
    """Have images shown to `person` in this way from now on. Raises UnknownSofteningError."""
    if softening not in Person.Softening.values:
        raise UnknownSofteningError(_("Please choose how images are shown to you."))
    own = Person.objects.get(pk=person.pk)
    own.softening = softening
    own.save(update_fields=["softening"])  # and not by a query, which the audit log would not see

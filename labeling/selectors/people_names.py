"""What people are called on pages about how they label."""

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from labeling.models import Label, Person, Policy
from labeling.sampling import uniform


def people_names(policy: Policy, *, simulated: bool, named: bool) -> dict[int, str]:
    """Return what everybody who has labeled under the policy is called, by id and in the order of the names.

    Not `named`, people are numbered, in an order that says nothing of who they are: a keyed hash.
    """
    labels = Label.objects.filter(labeler=OuterRef("pk"), policy=policy)
    people = dict(Person.objects.filter(Exists(labels), simulated=simulated).values_list("pk", "username"))
    if named:
        return dict(sorted(people.items(), key=lambda each: (each[1].lower(), each[0])))
    drawn = {
        pk: uniform(f"{policy.pk}:{pk}", key=settings.SAMPLING_KEY, purpose=b"people without names") for pk in people
    }
    order = sorted(people, key=lambda pk: drawn[pk])
    return {pk: _("Person %d") % number for number, pk in enumerate(order, start=1)}

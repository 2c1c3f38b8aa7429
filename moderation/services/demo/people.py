"""The demo's people: those who log in with a password that everybody knows, and those who are simulated."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from labeling.models import GuidelineReading, Person, Policy
from moderation.simulation import ADJUDICATOR, LABELERS

PASSWORD = "winnow-demo"  # noqa: S105 (the demo's, printed for everybody)
LOGINS = {"lena": "labeler", "omar": "labeler", "ada": "adjudicator", "admin": "admin"}


@transaction.atomic
def make_logins() -> None:
    """Make the demo's people, with the password that everybody knows; those who exist stay as they are."""
    there = set(Person.objects.filter(username__in=LOGINS).values_list("username", flat=True))
    if missing := {name: role for name, role in LOGINS.items() if name not in there}:
        hashed = make_password(PASSWORD)  # one for all: it takes half a second, and there is nothing to keep secret
        for name, role in missing.items():
            person = Person.objects.create(username=name, password=hashed)
            person.groups.add(Group.objects.get(name=role))


@transaction.atomic
def make_simulated() -> dict[str, Person]:
    """Make the simulated labelers and their adjudicator, who can never log in, and return them by name."""
    people = {}
    for name, role in {**{labeler.name: "labeler" for labeler in LABELERS}, ADJUDICATOR: "adjudicator"}.items():
        person, is_new = Person.objects.get_or_create(username=name, defaults={"simulated": True})
        if is_new:
            person.set_unusable_password()
            person.save(update_fields=["password"])
            person.groups.add(Group.objects.get(name=role))
        people[name] = person
    return people


def have_simulated_read(policy: Policy) -> None:
    """Note that the simulated labelers read each change of the guideline at once: there is no screen to hold them."""
    for version in policy.versions.all():
        for person in Person.objects.filter(simulated=True, groups__name="labeler"):
            GuidelineReading.objects.get_or_create(
                version=version, person=person, defaults={"read_at": version.published_at}
            )

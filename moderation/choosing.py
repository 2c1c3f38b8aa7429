"""What commands are about: what their options name, or, left out, the only one that there is."""

from typing import TypeVar

from django.core.management.base import CommandError
from django.db.models import Model, Q, QuerySet

from labeling.access import ADJUDICATOR, ADMIN
from labeling.models import Person, Policy, Source

Found = TypeVar("Found", bound=Model)


def find(model: type[Found], **named: str) -> Found:
    """Return the one of this name. Raises CommandError with the names that there are."""
    ((column, name),) = named.items()
    found = model._default_manager.filter(**named).first()
    if found is None:
        there = _names(model._default_manager.all(), column)
        raise CommandError(f"There is no {model._meta.verbose_name} {name!r}. There are: {there}.")
    return found


def policy_and_source(slug: str | None, name: str | None) -> tuple[Policy, Source]:
    """Return the two of these names; of what is left out, the only one that goes with the other.

    Raises CommandError with the choices where there is a doubt.
    """
    source = find(Source, name=name) if name else None
    policy = find(Policy, slug=slug) if slug else _only_policy(source)
    return policy, source or _only_source(policy)


def only_judge() -> Person:
    """Return the only person who is an adjudicator or an admin. Raises CommandError with all of them."""
    may = Q(is_superuser=True) | Q(groups__name__in=[ADJUDICATOR, ADMIN])
    people = Person.objects.filter(may, is_active=True, simulated=False).distinct()
    return _only(people, "username", "--by", "who answers for the truth")


def _only_policy(source: Source | None) -> Policy:
    active = Policy.objects.filter(active=True)
    asked = active.filter(sources=source) if source else active
    return _only(asked if asked.exists() else active, "slug", "--policy", "which question was answered")


def _only_source(policy: Policy) -> Source:
    asked = policy.sources.all()
    return _only(asked if asked.exists() else Source.objects.all(), "name", "--source", "who sent the images")


def _only(there: QuerySet[Found], column: str, option: str, what: str) -> Found:
    found = list(there[:2])
    if len(found) != 1:
        raise CommandError(f"Say with {option} {what}. There are: {_names(there, column)}.")
    return found[0]


def _names(there: QuerySet[Found], column: str) -> str:
    return ", ".join(there.order_by(column).values_list(column, flat=True)) or "none"

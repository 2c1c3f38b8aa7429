"""The policies, in the order in which pages offer them."""

from django.db.models import Exists, OuterRef

from labeling.models import Policy, Source


def offered_policies() -> list[Policy]:
    """Return all policies by name: first those that are asked, then those that nobody sends to, then the inactive.

    A page that shows one policy shows the first of them.
    """
    sent = Exists(Source.objects.filter(policies=OuterRef("pk")))
    return list(Policy.objects.order_by("-active", sent.desc(), "name"))

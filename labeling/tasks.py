"""Wake-ups of labeling's services. Thin: a task carries ids, and running it twice equals running it once."""

from celery import shared_task

from labeling.models import Policy
from labeling.services import leases, queueing


@shared_task
def settle_policy(policy_id: int) -> int:
    """Hold what is open under a policy against its required opinions. Return how many images."""
    return queueing.settle_policy(policy=Policy.objects.get(pk=policy_id))


@shared_task
def expire_leases() -> int:
    """End leases that have run out. Return how many."""
    return leases.expire_leases()

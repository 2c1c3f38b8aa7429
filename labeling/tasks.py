"""Wake-ups of labeling's services. Thin: a task carries ids, and running it twice equals running it once."""

from celery import shared_task

from labeling.models import Policy
from labeling.services import leases, queueing
from labeling.wake import wake

# So many images take some seconds, far below a task's time limit.
PORTION = 1000


@shared_task
def settle_policy(policy_id: int, after: int = 0) -> None:
    """Hold what is open under a policy against its required opinions, in portions that fit into a task's time."""
    last = queueing.settle_some(policy=Policy.objects.get(pk=policy_id), after=after, count=PORTION)
    if last is not None:
        wake(settle_policy, policy_id, last)


@shared_task
def expire_leases() -> int:
    """End leases that have run out. Return how many."""
    return leases.expire_leases()

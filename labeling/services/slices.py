"""The random slice's share, where a policy asks for a number of images a day instead."""

from datetime import timedelta

from labeling import clock
from labeling.models import Arrival, Policy

WINDOW = timedelta(days=7)
# Nothing can be estimated from less, and a share of 0 would be no slice at all.
LEAST_SHARE = 0.001


def follow_daily_numbers() -> None:
    """Set the share of every active policy with a daily number so that about so many a day are drawn.

    It follows the arrivals of the last week. A draw keeps the share that it met, so this concerns what comes next.
    """
    for policy in Policy.objects.filter(active=True, slice_daily__isnull=False):
        if (a_day := _arrivals_a_day(policy)) and policy.slice_daily is not None:
            share = round(min(max(policy.slice_daily / a_day, LEAST_SHARE), 1.0), 3)
            if share != policy.slice_share:
                policy.slice_share = share
                policy.save(update_fields=["slice_share"])


def _arrivals_a_day(policy: Policy) -> float:
    """Return the mean of the last week, or of the time since the first arrival when that is less; at least a day."""
    now = clock.now()
    recent = Arrival.objects.filter(source__policies=policy, received_at__gt=now - WINDOW, received_at__lte=now)
    earliest = recent.order_by("received_at").values_list("received_at", flat=True).first()
    if earliest is None:
        return 0.0
    return recent.count() / max((now - earliest) / timedelta(days=1), 1.0)

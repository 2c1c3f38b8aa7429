"""How far the simulated people agree, measured every few days of the demo's history."""

from datetime import timedelta

from labeling import clock
from labeling.models import Policy
from labeling.services.agreement import take_snapshot
from moderation.services.demo.plan import Plan

EVERY = timedelta(days=3)


def measure(policy: Policy, plan: Plan) -> int:
    """Take the snapshots that would have been taken; return how many numbers. Those that exist are not taken again."""
    count, at = 0, plan.begin + EVERY
    while at <= plan.end:
        with clock.at(at):
            count += take_snapshot(policy=policy)
        at += EVERY
    return count

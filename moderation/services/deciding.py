"""The one place where a machine's decision on an arrival is written."""

from labeling import clock
from labeling.models import Arrival, CopyMatch
from labeling.selectors.nearest import PDQ_BITS
from moderation.models import BankEntry, MachineDecision, MachineDecisionWithdrawal


def decide_by_entry(
    *, arrival: Arrival, entry: BankEntry, match: CopyMatch | None = None, pdq_distance: int | None = None
) -> MachineDecision:
    """Decide an arrival like a bank entry, by a proven match with its image or by the distance to its hash.

    The caller holds the lock of the copy group and has seen that no decision of a machine holds on the arrival.
    """
    past = MachineDecisionWithdrawal.objects.filter(decision__arrival=arrival, decision__policy=entry.policy_id)
    return MachineDecision.objects.create(
        arrival=arrival,
        policy_id=entry.policy_id,
        category=entry.says,
        bank_entry=entry,
        match=match,
        pdq_distance=pdq_distance,
        score=match.agreement if match else 1 - (pdq_distance or 0) / PDQ_BITS,
        decided_at=clock.now(),
        replaces=past.order_by("-pk").first(),
    )

"""What machines decide."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models import Arrival, Category, CopyMatch, Policy
from labeling.models.facts import Fact, Withdrawal
from moderation.models.banks import BankEntry
from moderation.models.certificates import Certificate


class MachineDecision(Fact):
    """What a machine decided on an arrival, and on which ground."""

    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="machine_decisions")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    bank_entry = models.ForeignKey(BankEntry, on_delete=models.PROTECT, null=True, related_name="decisions")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, null=True, related_name="decisions")
    match = models.ForeignKey(
        CopyMatch,
        on_delete=models.PROTECT,
        null=True,
        related_name="machine_decisions",
        help_text=_("How near the image is to the bank entry's."),
    )
    pdq_distance = models.PositiveSmallIntegerField(
        null=True, help_text=_("How near the image is to a listed hash: bits that differ, 0 to 256.")
    )
    score = models.FloatField(
        help_text=_("Agreement with the bank entry's image or hash, 0 to 1, or the model's probability.")
    )
    decided_at = models.DateTimeField(default=clock.now)
    replaces = models.OneToOneField(
        "MachineDecisionWithdrawal", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )

    class Meta(Fact.Meta):
        constraints = [
            models.UniqueConstraint(
                name="machine_decision_first", fields=["arrival", "policy"], condition=Q(replaces=None)
            ),
            models.CheckConstraint(
                name="machine_decision_ground",
                condition=Q(bank_entry__isnull=False, match__isnull=False, pdq_distance=None, certificate=None)
                | Q(bank_entry__isnull=False, match=None, pdq_distance__isnull=False, certificate=None)
                | Q(bank_entry=None, match=None, pdq_distance=None, certificate__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arrival}: {self.category}"


class MachineDecisionWithdrawal(Withdrawal):
    """The ground of the decision is gone, or people have overruled it."""

    decision = models.OneToOneField(MachineDecision, on_delete=models.PROTECT, related_name="withdrawal")

    def __str__(self) -> str:
        return f"withdrawn: {self.decision}"

"""What people together decided, and how adjudicators settled what they disagreed on.

A decision that no longer holds gets a withdrawal; the next one names the withdrawal that it replaces. Two unique
constraints thus allow one chain and so one current decision per image and policy, whatever runs at once.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models.facts import Fact, Withdrawal
from labeling.models.images import Image
from labeling.models.people import Person
from labeling.models.policies import Category, Policy, PolicyVersion


class Adjudication(Fact):
    """An adjudicator's answer to a conflict, with its cause and reason."""

    class Cause(models.TextChoices):
        """What the disagreement came from."""

        AMBIGUOUS = "ambiguous", _("ambiguous image")
        GAP = "gap", _("guideline gap")
        SLIP = "slip", _("slip")
        EDGE = "edge", _("edge case")

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="adjudications")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    adjudicator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="adjudications")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(
        max_length=10, choices=Cause, blank=True, help_text=_("Empty for a truth that came from outside.")
    )
    reason = models.TextField()
    blind = models.OneToOneField(
        "Label",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="adjudication",
        help_text=_("What the adjudicator said before seeing what others had said."),
    )
    entry = models.ForeignKey(
        "QueueEntry", on_delete=models.PROTECT, null=True, blank=True, related_name="adjudications"
    )
    decided_at = models.DateTimeField(default=clock.now)
    exposure_ms = models.PositiveIntegerField(
        default=0, help_text=_("As of a label: how long harmful pixels were on the screen while it was settled.")
    )

    def __str__(self) -> str:
        return f"image {self.image_id}: {self.category} ({self.cause})"


class AdjudicationWithdrawal(Withdrawal):
    """The adjudicator took the answer back."""

    adjudication = models.OneToOneField(Adjudication, on_delete=models.PROTECT, related_name="withdrawal")

    def __str__(self) -> str:
        return f"withdrawn: {self.adjudication}"


class PeopleDecision(Fact):
    """What people decided on an image under a policy: by agreement, or by adjudication."""

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="decisions")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="decisions")
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="decisions")
    opinions = models.PositiveSmallIntegerField(help_text=_("How many labels agreed."))
    adjudication = models.OneToOneField(
        Adjudication, on_delete=models.PROTECT, null=True, blank=True, related_name="decision"
    )
    decided_at = models.DateTimeField(default=clock.now)
    replaces = models.OneToOneField(
        "DecisionWithdrawal", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    class Meta(Fact.Meta):
        verbose_name = _("decision")
        constraints = [
            models.UniqueConstraint(name="decision_first", fields=["image", "policy"], condition=Q(replaces=None))
        ]

    def __str__(self) -> str:
        return f"image {self.image_id}: {self.category}"


class DecisionWithdrawal(Withdrawal):
    """The ground of the decision is gone: a label was withdrawn, or a later one disagrees."""

    decision = models.OneToOneField(PeopleDecision, on_delete=models.PROTECT, related_name="withdrawal")

    def __str__(self) -> str:
        return f"withdrawn: {self.decision}"

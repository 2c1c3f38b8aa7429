"""What moderation adds: files on their way in, banks, certificates, and what machines decide on their ground."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models import Arrival, Category, Image, PeopleDecision, Person, Policy, PolicyVersion, Source
from labeling.models.facts import Fact, Withdrawal
from ml.models import ModelVersion


class IncomingFile(models.Model):
    """A file that is not an image yet: waiting for a worker, or refused with a reason and kept for a retry."""

    class State(models.TextChoices):
        """Where it is on its way in."""

        WAITING = "waiting", _("waiting")
        TAKEN = "taken", _("taken")
        FAILED = "failed", _("failed")

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="incoming")
    name = models.CharField(max_length=1024, help_text=_("As its sender calls it; shown, never used as a path."))
    external_id = models.CharField(max_length=1024)
    received_at = models.DateTimeField(default=clock.now)
    storage_key = models.CharField(
        max_length=200, blank=True, help_text=_("Where its bytes wait; empty if unreadable.")
    )
    batch = models.UUIDField(default=uuid.uuid4, db_index=True, help_text=_("The upload or import it came with."))
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    image = models.ForeignKey(Image, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(name="incoming_waiting", fields=["id"], condition=Q(state="waiting"))]
        constraints = [
            # A broken file that is imported again is the same failure, not one more.
            models.UniqueConstraint(
                name="incoming_failed_once", fields=["source", "external_id"], condition=Q(state="failed")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FailedFile(IncomingFile):
    """A file that was refused, as a list of its own."""

    class Meta:
        proxy = True


class BankEntry(models.Model):
    """An image that people judged, kept as known-harmful or known-benign for matching."""

    class Kind(models.TextChoices):
        """What a match means."""

        HARMFUL = "harmful", _("known harmful")
        BENIGN = "benign", _("known benign")

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="bank")
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bank",
        help_text=_("Empty: every source."),
    )
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="bank_entries")
    kind = models.CharField(max_length=7, choices=Kind)
    decision = models.ForeignKey(
        PeopleDecision,
        on_delete=models.PROTECT,
        related_name="bank_entries",
        help_text=_("Only people fill a bank."),
    )
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = _("bank entries")
        constraints = [
            models.UniqueConstraint(
                name="bank_entry_once",
                fields=["policy", "source", "image", "kind"],
                condition=Q(disabled_at=None),
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: image {self.image_id}"


class Certificate(models.Model):
    """Leave for a model version to decide a source's arrivals by itself. No valid certificate, no automation."""

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="certificates")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="certificates")
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="certificates")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    promise = models.FloatField(help_text=_("Precision that is guaranteed, 0 to 1."))
    risk = models.FloatField(help_text=_("Chance that the guarantee is wrong, 0 to 1."))
    n = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()
    bound = models.FloatField(help_text=_("Lower bound on the precision at that risk."))
    threshold = models.FloatField()
    data_from = models.DateTimeField()
    data_until = models.DateTimeField()
    issued_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.model_version} for {self.source}: {self.category} at {self.promise:.1%}"


class MachineDecision(Fact):
    """What a machine decided on an arrival, and on which ground."""

    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="machine_decisions")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    bank_entry = models.ForeignKey(BankEntry, on_delete=models.PROTECT, null=True, related_name="decisions")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, null=True, related_name="decisions")
    score = models.FloatField(help_text=_("Distance to the bank entry, or the model's probability."))
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
                condition=Q(bank_entry__isnull=False, certificate=None) | Q(bank_entry=None, certificate__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arrival}: {self.category}"


class MachineDecisionWithdrawal(Withdrawal):
    """The ground of the decision is gone, or people have overruled it."""

    decision = models.OneToOneField(MachineDecision, on_delete=models.PROTECT, related_name="withdrawal")

    def __str__(self) -> str:
        return f"withdrawn: {self.decision}"

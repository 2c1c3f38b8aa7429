"""What one person said of one image."""

from datetime import timedelta

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models.facts import Fact, Withdrawal
from labeling.models.images import Image
from labeling.models.people import Person
from labeling.models.policies import Category, Policy, PolicyVersion
from labeling.models.queue import Assignment, QueueEntry


class Label(Fact):
    """One person's judgement. Never lost, never changed; undoing adds a `LabelWithdrawal`."""

    class Verdict(models.TextChoices):
        """The three things a person can say."""

        CATEGORY = "category", _("a category")
        UNSURE = "unsure", _("unsure")
        CANNOT_JUDGE = "cannot_judge", _("cannot judge")

    class Reason(models.TextChoices):
        """Why an image cannot be judged."""

        UNREADABLE = "unreadable", _("I cannot see what it shows")
        CONTEXT = "context", _("It needs context I do not have")
        KNOWN = "known", _("I know somebody in it")
        DISTRESS = "distress", _("I would rather not look at it")

    assignment = models.OneToOneField(
        Assignment,
        on_delete=models.PROTECT,
        null=True,
        related_name="label",
        help_text=_(
            "The lease it was given under. Being unique it is the idempotency token: however often the page "
            "sends it, one label. Empty for labels from elsewhere."
        ),
    )
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="labels")
    labeler = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="labels")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="labels")
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="labels")
    purpose = models.CharField(max_length=12, choices=QueueEntry.Purpose)
    round = models.PositiveSmallIntegerField(default=1, help_text=_("Counts on after an undo, and over repeats."))
    verdict = models.CharField(max_length=12, choices=Verdict)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="labels")
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    shown_at = models.DateTimeField()
    decided_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=clock.now)
    help = models.JSONField(default=dict, help_text=_("Which help was offered and opened before, and for how long."))
    exposure_ms = models.PositiveIntegerField(
        default=0, help_text=_("How long harmful pixels were on the screen as they are, neither blurred nor gray.")
    )

    class Meta(Fact.Meta):
        constraints = [
            models.UniqueConstraint(name="label_once", fields=["labeler", "image", "policy", "purpose", "round"]),
            models.CheckConstraint(
                name="label_verdict",
                condition=Q(verdict="category", category__isnull=False, reason="")
                | Q(verdict="unsure", category=None, reason="")
                | (Q(verdict="cannot_judge", category=None) & ~Q(reason="")),
            ),
            models.CheckConstraint(name="label_times", condition=Q(shown_at__lte=models.F("decided_at"))),
        ]
        indexes = [
            models.Index(name="label_recent", fields=["labeler", "policy", "-recorded_at"]),
            BrinIndex(name="label_by_time", fields=["recorded_at"], autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.labeler} on image {self.image_id}: {self.category or self.get_verdict_display()}"

    @property
    def looked(self) -> timedelta:
        """How long the image was before the person: the time in which the page was out of sight is left out."""
        return self.decided_at - self.shown_at - timedelta(milliseconds=self.help.get("away", 0))


class LabelWithdrawal(Withdrawal):
    """The person took the label back."""

    label = models.OneToOneField(Label, on_delete=models.PROTECT, related_name="withdrawal")

    def __str__(self) -> str:
        return f"withdrawn: {self.label}"

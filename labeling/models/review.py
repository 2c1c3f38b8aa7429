"""Looking again: at decisions that may be wrong, at images with known answers, at what a new guideline touches."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models.decisions import Adjudication, PeopleDecision
from labeling.models.facts import Fact, Withdrawal
from labeling.models.images import Image
from labeling.models.people import Person
from labeling.models.policies import Category, Guideline, Policy
from labeling.models.queue import QueueEntry
from ml.models import ModelVersion


class ReviewRequest(Fact):
    """Somebody is to look again at an image that is decided. The decision stands until somebody disagrees.

    Purpose `second`: one more opinion than the decision rests on. Purpose `adjudication`: an adjudicator's.
    `image` is the one that was decided about, or a copy that came later (`why` copy).
    """

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="review_requests")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="review_requests")
    decision = models.ForeignKey(PeopleDecision, on_delete=models.PROTECT, related_name="review_requests")
    purpose = models.CharField(max_length=12, choices=QueueEntry.Purpose)
    why = models.CharField(max_length=12, choices=QueueEntry.Why)
    value = models.FloatField(help_text=_("The chance that the decision is wrong, times what that costs, in grades."))
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    model_category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What the model says instead."),
    )
    requested_at = models.DateTimeField(default=clock.now)

    class Meta(Fact.Meta):
        constraints = [
            models.UniqueConstraint(name="review_request_once", fields=["decision", "purpose", "why", "image"]),
            models.CheckConstraint(
                name="review_request_purpose", condition=models.Q(purpose__in=["second", "adjudication"])
            ),
        ]
        indexes = [models.Index(name="review_request_by_day", fields=["policy", "requested_at"])]

    def __str__(self) -> str:
        return f"image {self.image_id}: {self.get_why_display()}"


class Gold(Fact):
    """An adjudicated image with which people are measured."""

    adjudication = models.OneToOneField(Adjudication, on_delete=models.PROTECT, related_name="gold")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta(Fact.Meta):
        verbose_name_plural = _("gold")

    def __str__(self) -> str:
        return f"gold: {self.adjudication}"


class GoldWithdrawal(Withdrawal):
    """The image measures nobody any more."""

    gold = models.OneToOneField(Gold, on_delete=models.PROTECT, related_name="withdrawal")

    def __str__(self) -> str:
        return f"withdrawn: {self.gold}"


class ExemplarProposal(Fact):
    """An adjudicated image that the next version of the guideline should show as an exemplar of its category."""

    adjudication = models.OneToOneField(Adjudication, on_delete=models.PROTECT, related_name="exemplar_proposal")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"proposed as exemplar: {self.adjudication}"


class ExemplarProposalWithdrawal(Withdrawal):
    """The proposal was taken back, or the admin who published did not follow it."""

    proposal = models.OneToOneField(ExemplarProposal, on_delete=models.PROTECT, related_name="withdrawal")

    def __str__(self) -> str:
        return f"withdrawn: {self.proposal}"


class Recheck(Fact):
    """What a new text for a category most likely touches, to be judged again: first a sample, then the rest."""

    guideline = models.OneToOneField(Guideline, on_delete=models.PROTECT, related_name="recheck")
    proposed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"re-check for {self.guideline}"


class RecheckImage(Fact):
    """An image of a re-check, with the decision that is in question."""

    recheck = models.ForeignKey(Recheck, on_delete=models.PROTECT, related_name="images")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(PeopleDecision, on_delete=models.PROTECT, related_name="+")
    likelihood = models.FloatField(help_text=_("How likely the new text touches it, 0 to 1; the order of the rest."))
    in_sample = models.BooleanField(help_text=_("Drawn at random, for the estimate."))

    class Meta(Fact.Meta):
        constraints = [models.UniqueConstraint(name="recheck_image_once", fields=["recheck", "image"])]

    def __str__(self) -> str:
        return f"{self.recheck}, image {self.image_id}"


class RecheckStep(Fact):
    """An admin sent the sample, or the rest, to people."""

    class Part(models.TextChoices):
        """Which images."""

        SAMPLE = "sample", _("the sample")
        REST = "rest", _("the rest")

    recheck = models.ForeignKey(Recheck, on_delete=models.PROTECT, related_name="steps")
    part = models.CharField(max_length=6, choices=Part)
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)

    class Meta(Fact.Meta):
        constraints = [models.UniqueConstraint(name="recheck_step_once", fields=["recheck", "part"])]

    def __str__(self) -> str:
        return f"{self.recheck}: {self.get_part_display()}"

"""What people have judged once and need not see again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models import Image, PeopleDecision, Person, Policy, Source


class BankEntry(models.Model):
    """An image that people judged, kept as known-harmful or known-benign: copies that come later are decided like it.

    It decides while it is neither disabled nor held back, and while the decision that it rests on holds.
    """

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
    disabled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    disabled_why = models.CharField(max_length=200, blank=True)
    held_at = models.DateTimeField(
        null=True, blank=True, help_text=_("It matched far above its habit; an admin has to look before it goes on.")
    )
    released_at = models.DateTimeField(
        null=True, blank=True, help_text=_("An admin has looked; what it decided in a day is counted from then on.")
    )

    class Meta:
        verbose_name_plural = _("bank entries")
        constraints = [
            # Disabled, it stays: nothing adds it again behind the back of who disabled it.
            models.UniqueConstraint(
                name="bank_entry_once", fields=["decision", "image", "source"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: image {self.image_id}"

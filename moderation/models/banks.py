"""What people have judged once and need not see again."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import BitField

from labeling import clock
from labeling.models import Category, Image, PeopleDecision, Person, Policy, Source


class BankEntry(models.Model):
    """What is known to be harmful or benign: what comes later and is the same picture is decided like it.

    Either an image that people here judged, or a hash from a list of other people, who judged what we never saw. It
    decides while it is neither disabled nor held back, and while the decision that it rests on holds.
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
    image = models.ForeignKey(Image, on_delete=models.PROTECT, null=True, related_name="bank_entries")
    kind = models.CharField(max_length=7, choices=Kind)
    decision = models.ForeignKey(
        PeopleDecision,
        on_delete=models.PROTECT,
        null=True,
        related_name="bank_entries",
        help_text=_("Only people fill a bank: those here by a decision, those elsewhere by a list."),
    )
    list_name = models.CharField(_("list"), max_length=80, blank=True)
    pdq = BitField(length=256, null=True, editable=False)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, related_name="+", help_text=_("What the list stands for.")
    )
    note = models.CharField(max_length=300, blank=True, help_text=_("What the list says of the hash."))
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

    reversal_asked_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Somebody asked that all it decided be taken back; empty again when that is done."),
    )
    reversal_asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    past_error = models.CharField(max_length=300, blank=True, help_text=_("Why that search failed."))
    past_searched_at = models.DateTimeField(
        null=True, editable=False, help_text=_("When what had come in before was searched for it.")
    )

    class Meta:
        verbose_name_plural = _("bank entries")
        constraints = [
            # Disabled, it stays: nothing adds it again behind the back of who disabled it.
            models.UniqueConstraint(
                name="bank_entry_once",
                fields=["decision", "image", "source"],
                condition=Q(decision__isnull=False),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                name="bank_entry_listed_once",
                fields=["policy", "list_name", "pdq", "source"],
                condition=Q(pdq__isnull=False),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="bank_entry_ground",
                condition=Q(image__isnull=False, decision__isnull=False, pdq=None, category=None, list_name="")
                | (Q(image=None, decision=None, pdq__isnull=False, category__isnull=False) & ~Q(list_name="")),
            ),
        ]
        indexes = [
            GinIndex(
                Func(F("pdq"), function="pdq_pieces"),
                name="bank_entry_hash_pieces",
                condition=Q(pdq__isnull=False),
                fastupdate=False,
            ),
            models.Index(name="bank_entry_new", fields=["id"], condition=Q(past_searched_at=None)),
            models.Index(
                name="bank_entry_reversal", fields=["reversal_asked_at"], condition=Q(reversal_asked_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        if self.image_id is None:
            return f"{self.get_kind_display()}: {self.list_name}, hash {self.pk}"
        return f"{self.get_kind_display()}: image {self.image_id}"

    @classmethod
    def kind_of(cls, category: Category) -> Kind:
        """Return the kind of an entry that stands for the category."""
        return cls.Kind.BENIGN if category.action == Category.Action.ALLOW else cls.Kind.HARMFUL

    @property
    def is_being_reversed(self) -> bool:
        """Whether what it decided is being taken back. Who enables it again ends that."""
        return bool(self.reversal_asked_at and self.disabled_at and self.disabled_at <= self.reversal_asked_at)

    @property
    def says(self) -> Category:
        """The category that it stands for: what people decided of its image, or what its list is said to be."""
        said = self.decision.category if self.decision else self.category
        assert said is not None  # noqa: S101 (bank_entry_ground sees to that)
        return said


class BankFinding(models.Model):
    """Something that had come in before, and that a new entry was found to match: a proposal, until a person answers.

    For an image's entry with what the proof on the pictures said, for a listed hash with nothing but the distance.
    """

    entry = models.ForeignKey(BankEntry, on_delete=models.PROTECT, related_name="findings")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="bank_findings")
    pdq_distance = models.PositiveSmallIntegerField(null=True, help_text=_("Bits that differ, 0 to 256."))
    inliers = models.PositiveIntegerField(null=True)
    mirrored = models.BooleanField(default=False)
    agreement = models.FloatField(null=True, help_text=_("Of the pixels after laying one over the other, up to 1."))
    found_at = models.DateTimeField(default=clock.now)
    accepted = models.BooleanField(null=True, help_text=_("Empty: nobody has answered yet."))
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="bank_finding_once", fields=["entry", "image"]),
            models.CheckConstraint(
                name="bank_finding_answered",
                condition=Q(accepted=None, answered_at=None) | Q(accepted__isnull=False, answered_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="bank_finding_open", fields=["id"], condition=Q(accepted=None))]

    def __str__(self) -> str:
        return f"image {self.image_id}, for {self.entry}"

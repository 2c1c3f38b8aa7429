"""Images, where they came from, and which of them are the same picture."""

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _
from pgvector.django import BitField

from labeling import clock
from labeling.models.facts import Fact
from labeling.models.policies import Policy

# A hundred years. More would lie before the first moment that the database can name.
LONGEST_RETENTION = 36_500


class Source(models.Model):
    """A service, or a folder, that sends images."""

    class Tier(models.TextChoices):
        """Which network judges this source's images."""

        FAST = "fast", _("fast (EfficientNet-B0)")
        ACCURATE = "accurate", _("accurate (EfficientNet-B4)")
        ROBUST = "robust", _("robust (Swin)")
        BASELINE = "baseline", _("baseline (Inception-ResNet-v2)")

    name = models.SlugField(unique=True)
    policies = models.ManyToManyField(
        Policy,
        blank=True,
        related_name="sources",
        help_text=_("The questions asked about every image from here."),
    )
    tier = models.CharField(max_length=10, choices=Tier, default=Tier.FAST)
    demo = models.BooleanField(
        default=False, help_text=_("Drawn or simulated; kept out of every figure about real work.")
    )
    retention_days = models.PositiveIntegerField(
        _("retention in days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_RETENTION)],
        help_text=_(
            "So many days after an image last came in from here, its bytes are erased, with what machines made of "
            "them; labels and decisions stay. What also came in elsewhere stays until that has run out too. Empty: "
            "kept for ever."
        ),
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="source_retention",
                condition=models.Q(retention_days=None)
                | models.Q(retention_days__gte=1, retention_days__lte=LONGEST_RETENTION),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CopyGroup(Fact):
    """Images that are the same picture. Alone until copies are matched: then a group is one image.

    Both numbers are keyed hashes of the group's first digest, uniform on [0, 1), drawn once and for good.
    """

    u = models.FloatField(help_text=_("u < p puts the group into the random slice."))
    split = models.FloatField(help_text=_("Divides the random slice for good into test (< 0.5) and certify."))
    created_at = models.DateTimeField(default=clock.now)

    class Meta(Fact.Meta):
        constraints = [
            models.CheckConstraint(
                name="copy_group_unit",
                condition=models.Q(u__gte=0, u__lt=1, split__gte=0, split__lt=1),
            )
        ]

    def __str__(self) -> str:
        return f"group {self.pk}"


class Image(models.Model):
    """One sequence of bytes. The row outlives the bytes: erasing empties the keys and keeps the rest."""

    sha256 = models.CharField(max_length=64, unique=True, help_text=_("Digest of the bytes as they arrived."))
    group = models.ForeignKey(CopyGroup, on_delete=models.PROTECT, related_name="images")
    pdq = BitField(length=256, null=True, editable=False)
    pdq_quality = models.PositiveSmallIntegerField(help_text=_("0-100; below 50 the hash says little."))
    format = models.CharField(max_length=4)
    width = models.PositiveIntegerField(help_text=_("pixels, upright"))
    height = models.PositiveIntegerField(help_text=_("pixels, upright"))
    frames = models.PositiveIntegerField(default=1)
    byte_size = models.PositiveIntegerField()
    original_key = models.CharField(max_length=200, blank=True)
    view_key = models.CharField(max_length=200, blank=True, help_text=_("What browsers get: re-encoded, no metadata."))
    thumb_key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # Hashes that differ in few bits share a piece, or almost: selectors.nearest. Searched without a pending list,
        # which each search would read from end to end.
        indexes = [
            GinIndex(Func(F("pdq"), function="pdq_pieces"), name="image_hash_pieces", fastupdate=False),
            # What retention looks through: what is erased leaves it, so it holds no more than what is kept.
            models.Index(name="image_kept", fields=["created_at"], condition=models.Q(erased_at=None)),
        ]

    def __str__(self) -> str:
        return f"image {self.pk}"


class Arrival(Fact):
    """One time that an image came in. The same bytes again are one more arrival of the same image."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="arrivals")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="arrivals")
    external_id = models.CharField(max_length=1024, db_index=True, help_text=_("The name its sender knows it by."))
    received_at = models.DateTimeField(help_text=_("When its sender received it."))
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta(Fact.Meta):
        constraints = [
            # What makes an import that is run again harmless.
            models.UniqueConstraint(name="arrival_once", fields=["source", "external_id", "image"])
        ]
        indexes = [models.Index(name="arrival_by_time", fields=["source", "received_at"])]

    def __str__(self) -> str:
        return f"{self.source}: {self.external_id}"


class SliceDraw(Fact):
    """The p that a group met when it first arrived under a policy. In the slice means u < p, then and for ever."""

    group = models.ForeignKey(CopyGroup, on_delete=models.PROTECT, related_name="draws")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    p = models.FloatField(help_text=_("Inclusion probability, 0 to 1."))
    drawn_at = models.DateTimeField(default=clock.now)

    class Meta(Fact.Meta):
        constraints = [
            models.UniqueConstraint(name="slice_draw_once", fields=["group", "policy"]),
            models.CheckConstraint(name="slice_draw_p", condition=models.Q(p__gte=0, p__lte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.group}, {self.policy}: p = {self.p:g}"

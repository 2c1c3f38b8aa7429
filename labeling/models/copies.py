"""Which images are the same picture, and who or what says so."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models.facts import Fact, Withdrawal
from labeling.models.images import Image


class CopyMatch(Fact):
    """Two images were found to be the same picture. Their copy groups are joined for it, if people do not object."""

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="matches", help_text=_("The later one."))
    other = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="later_matches")
    rule = models.CharField(max_length=200, help_text=_("Which test, with which thresholds."))
    pdq_distance = models.PositiveSmallIntegerField(
        null=True, help_text=_("Bits that differ, 0 to 256; empty where one of the two hashes says little.")
    )
    inliers = models.PositiveIntegerField(help_text=_("Local features that agree on where everything is."))
    mirrored = models.BooleanField()
    agreement = models.FloatField(help_text=_("Of the pixels after laying one over the other, up to 1."))
    found_at = models.DateTimeField(default=clock.now)

    class Meta(Fact.Meta):
        verbose_name_plural = _("copy matches")
        constraints = [
            # Once and for good: a pair that a person has parted is not joined again.
            models.UniqueConstraint(name="copy_match_once", fields=["image", "other"]),
            models.CheckConstraint(name="copy_match_order", condition=models.Q(image__gt=models.F("other"))),
        ]
        indexes = [BrinIndex(name="copy_match_by_time", fields=["found_at"], autosummarize=True)]

    def __str__(self) -> str:
        return f"image {self.image_id} is a copy of image {self.other_id}"


class CopyMatchWithdrawal(Withdrawal):
    """Somebody looked: they are not the same picture."""

    match = models.OneToOneField(CopyMatch, on_delete=models.PROTECT, related_name="withdrawal")

    def __str__(self) -> str:
        return f"withdrawn: {self.match}"


class CopySearch(Fact):
    """Copies of an image were looked for among all that was indexed. What has no such row is still to be searched."""

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="copy_searches")
    rule = models.CharField(max_length=200)
    candidates = models.PositiveSmallIntegerField(help_text=_("Pictures that it was compared with."))
    searched_at = models.DateTimeField(default=clock.now)

    class Meta(Fact.Meta):
        verbose_name_plural = _("copy searches")
        constraints = [models.UniqueConstraint(name="copy_search_once", fields=["image", "rule"])]
        indexes = [BrinIndex(name="copy_search_by_time", fields=["searched_at"], autosummarize=True)]

    def __str__(self) -> str:
        return f"search for copies of image {self.image_id}"

"""Dated measurements of how far people agree."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models.facts import Fact
from labeling.models.people import Person
from labeling.models.policies import Category, PolicyVersion


class AgreementStat(Fact):
    """One number of one snapshot, with its n and its interval."""

    class Scope(models.TextChoices):
        """Between whom."""

        OVERALL = "overall", _("everybody")
        CATEGORY = "category", _("everybody, one category")
        PAIR = "pair", _("two people")
        SELF = "self", _("a person and themself")
        ADJUDICATION = "adjudication", _("a person and the adjudicators")

    class Images(models.TextChoices):
        """Which images count."""

        SLICE = "slice", _("the random slice")
        ALL = "all", _("all images with several labels")

    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="agreement")
    computed_at = models.DateTimeField(default=clock.now)
    simulated = models.BooleanField(default=False, help_text=_("Of the demo's simulated people, not of real ones."))
    images = models.CharField(max_length=5, choices=Images, default=Images.ALL)
    scope = models.CharField(max_length=12, choices=Scope)
    statistic = models.CharField(max_length=20)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    labeler = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    value = models.FloatField()
    low = models.FloatField(help_text=_("95 % interval"))
    high = models.FloatField(help_text=_("95 % interval"))
    n = models.PositiveIntegerField(help_text=_("items with at least two labels"))

    class Meta(Fact.Meta):
        constraints = [
            models.UniqueConstraint(
                name="agreement_once",
                fields=[
                    "policy_version",
                    "computed_at",
                    "simulated",
                    "images",
                    "scope",
                    "statistic",
                    "category",
                    "labeler",
                    "other",
                ],
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(name="agreement_by_time", fields=["policy_version", "scope", "computed_at"])]

    def __str__(self) -> str:
        return f"{self.statistic} ({self.scope}) = {self.value:.3f}, n = {self.n}"

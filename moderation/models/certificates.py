"""Leave to decide without people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models import Category, PolicyVersion, Source
from ml.models import ModelVersion


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

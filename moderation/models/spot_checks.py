"""What was drawn by lot to be looked at, although it was decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling.models import ReviewRequest
from labeling.models.facts import Fact


class SpotCheck(Fact):
    """A copy that was decided with its picture was drawn by lot: what people say of it counts in the errors of copies.

    Somebody may look at such a copy for other reasons too, but what was chosen says nothing about the others.
    """

    request = models.OneToOneField(ReviewRequest, on_delete=models.PROTECT, related_name="spot_check")
    share = models.FloatField(help_text=_("The chance with which it was drawn, 0 to 1."))

    def __str__(self) -> str:
        return f"spot check: {self.request}"

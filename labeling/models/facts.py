"""What facts have in common: they are rows that are added, never changed."""

import pgtrigger
from django.conf import settings
from django.db import models

from labeling import clock


class Fact(models.Model):
    """A row that the database itself refuses to change or delete, whoever asks.

    What is undone is a further row (`Withdrawal`), so that history can always be read back.
    """

    class Meta:
        abstract = True
        triggers = [pgtrigger.Protect(name="fact", operation=pgtrigger.Update | pgtrigger.Delete)]


class Withdrawal(Fact):
    """The further row that takes a fact back. Concrete ones add a OneToOneField to the fact."""

    withdrawn_at = models.DateTimeField(default=clock.now)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cause = models.CharField(max_length=40)

    class Meta(Fact.Meta):
        abstract = True

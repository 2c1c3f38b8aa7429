"""Files on their way in."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models import Image, Person, Source


class IncomingFile(models.Model):
    """A file that is not an image yet: waiting for a worker, or refused with a reason and kept for a retry."""

    class State(models.TextChoices):
        """Where it is on its way in."""

        WAITING = "waiting", _("waiting")
        TAKEN = "taken", _("taken")
        FAILED = "failed", _("failed")

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="incoming")
    name = models.CharField(max_length=1024, help_text=_("As its sender calls it; shown, never used as a path."))
    external_id = models.CharField(max_length=1024)
    received_at = models.DateTimeField(default=clock.now)
    storage_key = models.CharField(
        max_length=200, blank=True, help_text=_("Where its bytes wait; empty if unreadable.")
    )
    batch = models.UUIDField(default=uuid.uuid4, db_index=True, help_text=_("The upload or import it came with."))
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    image = models.ForeignKey(Image, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(name="incoming_waiting", fields=["id"], condition=Q(state="waiting"))]
        constraints = [
            # A broken file that is imported again is the same failure, not one more.
            models.UniqueConstraint(
                name="incoming_failed_once", fields=["source", "external_id"], condition=Q(state="failed")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FailedFile(IncomingFile):
    """A file that was refused, as a list of its own."""

    class Meta:
        proxy = True

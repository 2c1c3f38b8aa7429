"""Pictures that were erased, and files that the storage still has to delete."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models.facts import Fact
from labeling.models.images import Image
from labeling.models.people import Person


class Erasure(Fact):
    """The bytes of an image are gone, and what machines made of them. What people said of it stays."""

    image = models.OneToOneField(Image, on_delete=models.PROTECT, related_name="erasure")
    erased_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: the retention of its sources, or a command."),
    )
    why = models.CharField(max_length=200)
    erased_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"image {self.image_id}: {self.why}"


class DoomedFile(models.Model):
    """Bytes that nobody refers to any more, until the storage has deleted them.

    Written in the transaction that lets go of them. So a storage that is away, or a process that dies, leaves a row
    that says what is still to be deleted.
    """

    key = models.CharField(max_length=200, unique=True)
    stem = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("What lies in the same folder under a name that begins so goes as well."),
    )
    doomed_at = models.DateTimeField(default=clock.now)
    tried_at = models.DateTimeField(null=True, blank=True, help_text=_("When deleting it last failed."))

    def __str__(self) -> str:
        return self.key

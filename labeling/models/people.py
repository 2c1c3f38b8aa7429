"""People who use Winnow. What they may do comes from their groups (labeling/access.py)."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Person(AbstractUser):
    """A labeler, adjudicator or admin, or a person that the demo simulates."""

    class Softening(models.TextChoices):
        """How images are shown until the person asks for the true pixels."""

        NONE = "none", _("as they are")
        BLUR = "blur", _("blurred")
        GRAYSCALE = "grayscale", _("in shades of gray")

    softening = models.CharField(
        max_length=9,
        choices=Softening,
        default=Softening.NONE,
        help_text=_("How images are shown to this person until they hold a key to look."),
    )
    simulated = models.BooleanField(
        default=False, help_text=_("Played by the demo. Simulated people count only in sources marked as demo.")
    )

    class Meta:
        verbose_name_plural = _("people")

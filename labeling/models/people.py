"""People who use Winnow. What they may do comes from their groups (labeling/access.py)."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    """A labeler, adjudicator or admin, or a person that the demo simulates."""

    simulated = models.BooleanField(
        default=False, help_text="Played by the demo. Simulated people count only in sources marked as demo."
    )

    class Meta:
        verbose_name_plural = "people"

"""What people have read of their feedback, and when labels were searched for errors."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models.decisions import PeopleDecision
from labeling.models.facts import Fact
from labeling.models.people import Person
from labeling.models.policies import Policy


class FeedbackReading(Fact):
    """A person has read their feedback up to this moment, and so many batches of gold."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="feedback_readings")
    read_at = models.DateTimeField(default=clock.now)
    gold_batches = models.PositiveIntegerField(default=0)

    class Meta(Fact.Meta):
        indexes = [models.Index(name="feedback_reading_latest", fields=["person", "-read_at"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.read_at:%Y-%m-%d %H:%M}"


class SuspectSearch(Fact):
    """A policy's decisions were searched for label errors, up to `latest`; the next search waits for a newer one."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="suspect_searches")
    latest = models.ForeignKey(PeopleDecision, on_delete=models.PROTECT, related_name="+")
    images = models.PositiveIntegerField()
    suspects = models.PositiveIntegerField()
    searched_at = models.DateTimeField(default=clock.now)

    class Meta(Fact.Meta):
        verbose_name_plural = _("suspect searches")
        indexes = [models.Index(name="suspect_search_latest", fields=["policy", "-searched_at"])]

    def __str__(self) -> str:
        return f"{self.policy}: {self.suspects} of {self.images}"

"""Who is to look at what: queue entries, and the leases on them."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models.images import Image
from labeling.models.people import Person
from labeling.models.policies import Policy
from ml.models import ModelVersion


class QueueEntry(models.Model):
    """One opinion that is wanted on an image. The one permitted copy of facts: a test rebuilds it and compares."""

    class Purpose(models.TextChoices):
        """Why an opinion is wanted. It never reaches the browser."""

        FIRST = "first", _("first opinion")
        SECOND = "second", _("further opinion")
        REPEAT = "repeat", _("the same person again")
        GOLD = "gold", _("gold")
        ADJUDICATION = "adjudication", _("adjudication")

    class State(models.TextChoices):
        """Open entries are wanted; a done one has its label; a void one is wanted no more."""

        OPEN = "open", _("open")
        DONE = "done", _("done")
        VOID = "void", _("void")

    class Strategy(models.TextChoices):
        """What gave the entry its place in the queue."""

        SLICE = "slice", _("random slice")
        LOSS = "loss", _("highest expected loss")
        RANDOM = "random", _("at random: no model has judged it")
        ENTROPY = "entropy", _("highest entropy")
        MIXED = "mixed", _("by chance among what comes next")

    class Why(models.TextChoices):
        """The fact that opened the entry."""

        ARRIVAL = "arrival", _("it arrived")
        OPINIONS = "opinions", _("more opinions are required")
        CONFLICT = "conflict", _("people disagree")
        UNSURE = "unsure", _("somebody is unsure")
        CANNOT_JUDGE = "cannot_judge", _("people cannot judge it")
        REPEAT = "repeat", _("to measure self-consistency")
        GOLD = "gold", _("to measure against a known answer")
        MODEL = "model", _("the model is sure of something else")
        RARE = "rare", _("a rare category")
        SUSPECT = "suspect", _("the label may be wrong")
        RECHECK = "recheck", _("the guideline has changed")
        COPY = "copy", _("a copy of it came in later")

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="entries")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="entries")
    purpose = models.CharField(max_length=12, choices=Purpose)
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    priority = models.FloatField(help_text=_("Highest first."))
    strategy = models.CharField(max_length=10, choices=Strategy)
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, blank=True)
    why = models.CharField(max_length=12, choices=Why)
    inclusion_probability = models.FloatField(
        null=True,
        blank=True,
        help_text=_("Of the random slice, 0 to 1; empty where a model or nobody chose the image."),
    )
    reserved_for = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Repeats and gold: for whom."),
    )
    drawn_by = models.ForeignKey(
        "labeling.Label",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        help_text=_("Gold: the person's own label whose draw brought it. One label brings one at most."),
    )
    asked_after = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who gave the latest standing opinion, and so will not be asked again."),
    )
    leased_until = models.DateTimeField(null=True, blank=True, help_text=_("Copy of the live lease's expiry."))
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = _("queue entries")
        constraints = [
            models.UniqueConstraint(
                name="entry_open_once",
                fields=["image", "policy", "purpose", "reserved_for"],
                condition=Q(state="open"),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(name="entry_drawn_once", fields=["drawn_by"], condition=Q(drawn_by__isnull=False)),
        ]
        indexes = [
            # The claim walks this one from the heads of its sub-queues, one for each person who is not to be asked:
            # nobody steps over what they have judged themselves, however much of it waits for others.
            models.Index(
                "policy",
                Coalesce("asked_after", 0),
                models.OrderBy(models.F("priority"), descending=True),
                "id",
                name="entry_next",
                condition=Q(state="open", reserved_for=None) & ~Q(purpose="adjudication"),
            ),
            models.Index(
                "reserved_for",
                "policy",
                name="entry_reserved",
                condition=Q(state="open", reserved_for__isnull=False),
            ),
            models.Index(
                "policy",
                models.OrderBy(models.F("priority"), descending=True),
                name="entry_adjudicate",
                condition=Q(state="open", purpose="adjudication"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} on image {self.image_id}, {self.state}"


class AdjudicationCase(QueueEntry):
    """An image that needs an adjudicator, as a list of its own with a permission of its own."""

    class Meta:
        proxy = True
        verbose_name = _("case for adjudication")
        verbose_name_plural = _("needs adjudication")


class Assignment(models.Model):
    """A lease on a queue entry by a person. Its id is the address of the image while the lease lives."""

    class Outcome(models.TextChoices):
        """How a lease ended."""

        LABELED = "labeled", _("labeled")
        RETURNED = "returned", _("given back")
        EXPIRED = "expired", _("expired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(QueueEntry, on_delete=models.PROTECT, related_name="assignments")
    labeler = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    page = models.UUIDField(help_text=_("The page that holds it; leaving that page gives it back."))
    leased_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="assignment_one_live", fields=["entry"], condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="assignment_outcome",
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes = [models.Index(name="assignment_live", fields=["labeler"], condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.labeler} on {self.entry}"

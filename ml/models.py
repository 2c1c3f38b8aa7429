"""Models as artefacts: what was trained, on what, and which version is in use."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TrainingRun(models.Model):
    """One training, from a hashed manifest of labels. Training reads the manifest and nothing else."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    policy_key = models.CharField(max_length=50, help_text=_("Slug of the policy; ml does not know policies."))
    manifest_key = models.CharField(max_length=200, help_text=_("Where the storage holds the manifest."))
    manifest_digest = models.CharField(max_length=64)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    metrics = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"training {self.pk} for {self.policy_key}: {self.state}"


class ModelVersion(models.Model):
    """A frozen model with all that its answers depend on: weights, preprocessing, categories, data."""

    class Kind(models.TextChoices):
        """What it computes."""

        EMBEDDER = "embedder", _("embedder")
        CLASSIFIER = "classifier", _("classifier")
        CAPTIONER = "captioner", _("captioner")
        TAGGER = "tagger", _("tagger")
        SHORTENING = "shortening", _("shortening of embeddings")

    class State(models.TextChoices):
        """Only the active version of a policy orders the queue."""

        CANDIDATE = "candidate", _("candidate")
        SHADOW = "shadow", _("shadow")
        ACTIVE = "active", _("active")
        RETIRED = "retired", _("retired")

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=80, unique=True)
    architecture = models.CharField(max_length=80, help_text=_("timm's or transformers' name"))
    state = models.CharField(max_length=9, choices=State, default=State.CANDIDATE)
    policy_key = models.CharField(max_length=50, blank=True, help_text=_("Classifiers: slug of the policy."))
    policy_version = models.PositiveIntegerField(null=True, blank=True)
    domain = models.CharField(
        max_length=10, blank=True, help_text=_('"drawn" for what serves the demo\'s pictures only, else empty.')
    )
    categories = models.JSONField(default=list, help_text=_("Keys, in the order of the outputs."))
    preprocessing = models.JSONField(default=dict)
    weights_key = models.CharField(max_length=200, blank=True)
    weights_digest = models.CharField(max_length=64)
    data_digest = models.CharField(max_length=64, blank=True)
    training_run = models.ForeignKey(TrainingRun, on_delete=models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="model_one_active", fields=["kind", "policy_key", "domain"], condition=Q(state="active")
            )
        ]

    def __str__(self) -> str:
        return self.name

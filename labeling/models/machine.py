"""What machines say of an image, as values: stored by labeling, computed behind ml.services."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex

from labeling import clock
from labeling.models.images import Image
from labeling.models.policies import Category, Policy
from ml.models import ModelVersion

EMBEDDING_DIMENSIONS = 1280  # EfficientNet-Lite0's pooled features
SHORT_DIMENSIONS = 256


class MachineOutput(models.Model):
    """What one model version computed for one image. Deleting the image's bytes may delete it too."""

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="%(class)ss")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True


class Embedding(MachineOutput):
    """Features of the frozen embedder, comparable across classifiers."""

    vector = HalfVectorField(dimensions=EMBEDDING_DIMENSIONS)

    class Meta:
        constraints = [models.UniqueConstraint(name="embedding_once", fields=["image", "model_version"])]
        indexes = [BrinIndex(name="embedding_by_time", fields=["created_at"], autosummarize=True)]

    def __str__(self) -> str:
        return f"embedding of image {self.image_id}"


class IndexedEmbedding(models.Model):
    """A short stand-in for an embedding, by which it is found; the embedding itself then puts what was found in order.

    Not of every image: of those that people judged, and of those of the last months (`services.indexing`).
    """

    embedding = models.OneToOneField(Embedding, on_delete=models.CASCADE, primary_key=True, related_name="indexed")
    vector = HalfVectorField(dimensions=SHORT_DIMENSIONS)
    judged = models.BooleanField(default=False, help_text=_("People decided on the image, at some time."))

    class Meta:
        indexes = [
            HnswIndex(name="short_nearest", fields=["vector"], opclasses=["halfvec_l2_ops"]),
            HnswIndex(
                name="short_nearest_judged",
                fields=["vector"],
                opclasses=["halfvec_l2_ops"],
                condition=models.Q(judged=True),
            ),
        ]

    def __str__(self) -> str:
        return f"indexed: {self.embedding}"


class Prediction(MachineOutput):
    """A classifier's probabilities, in the order of its version's categories."""

    probabilities = ArrayField(models.FloatField())
    entropy = models.FloatField(help_text=_("nats"))
    disagreement = models.FloatField(help_text=_("of the committee's heads, nats"))

    class Meta:
        constraints = [models.UniqueConstraint(name="prediction_once", fields=["image", "model_version"])]
        indexes = [BrinIndex(name="prediction_by_time", fields=["created_at"], autosummarize=True)]

    def __str__(self) -> str:
        return f"prediction for image {self.image_id}"


class Explanation(MachineOutput):
    """Where a classifier looks for a category: a coarse grid of relevances, row by row."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    rows = models.PositiveSmallIntegerField()
    columns = models.PositiveSmallIntegerField()
    grid = ArrayField(models.FloatField())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="explanation_once", fields=["image", "model_version", "category", "method"])
        ]
        indexes = [BrinIndex(name="explanation_by_time", fields=["created_at"], autosummarize=True)]

    def __str__(self) -> str:
        return f"{self.method} of {self.category} on image {self.image_id}"


class Caption(MachineOutput):
    """What is in an image, in words: a captioner's sentence, or a tagger's key words.

    `words` is a list of [word, grid row by row]: where in the image the word comes from, in whole numbers 0 to 9.
    """

    words = models.JSONField()
    rows = models.PositiveSmallIntegerField()
    columns = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="caption_once", fields=["image", "model_version"])]
        indexes = [BrinIndex(name="caption_by_time", fields=["created_at"], autosummarize=True)]

    def __str__(self) -> str:
        return f"caption of image {self.image_id}"


class KeyWord(models.Model):
    """What a word of captions means under a policy: for a category, by what people decided or by the guideline; or for
    none alone, where the guideline names it in its introduction or for several.

    Computed anew from time to time (`services.key_words`). Captions of drawn pictures and of others are measured apart.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="key_words")
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="key_words",
        help_text=_("Empty where the guideline names it, and it speaks for no category alone."),
    )
    domain = models.CharField(max_length=10, blank=True, help_text=_("Of the captions: ModelVersion.domain."))
    word = models.CharField(max_length=60)
    log_odds = models.FloatField(
        null=True, help_text=_("Smoothed log odds ratio: how much oftener the word is in this category.")
    )
    standard_error = models.FloatField(null=True)
    images = models.PositiveIntegerField(help_text=_("Decided images whose caption has the word."))
    in_category = models.PositiveIntegerField(null=True, help_text=_("How many of them were decided as this category."))
    in_guideline = models.BooleanField(
        default=False, help_text=_("The guideline names it: for this category, or in its introduction.")
    )
    measured_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="key_word_once", fields=["policy", "domain", "word"]),
            models.CheckConstraint(
                name="key_word_figures",
                condition=models.Q(
                    category__isnull=False,
                    log_odds__isnull=False,
                    standard_error__isnull=False,
                    in_category__isnull=False,
                )
                | models.Q(category=None, log_odds=None, standard_error=None, in_category=None, in_guideline=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word}: {self.category or self.policy}"


class MachineWork(models.Model):
    """Work of a machine on an image that is under way, or has failed.

    What is still to be done is what lacks a result, not a row here. A row is written before the work begins, locked
    while it goes on, and deleted with the result. One that nobody holds was left by a process that died: its image is
    tried again alone, and set aside (`failed_at`) when that fails too.
    """

    class Stage(models.TextChoices):
        """What is computed."""

        SCORE = "score", _("score")
        EXPLAIN = "explain", _("explain")
        CAPTION = "caption", _("caption")
        COPIES = "copies", _("look for copies")

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="machine_work")
    stage = models.CharField(max_length=7, choices=Stage)
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, related_name="+", help_text=_("The model that computes it.")
    )
    attempts = models.PositiveSmallIntegerField(default=1)
    error = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    failed_at = models.DateTimeField(null=True, blank=True, help_text=_("Set aside: nobody tries again by themselves."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="machine_work_once", fields=["image", "stage", "model_version"], nulls_distinct=False
            )
        ]
        indexes = [models.Index(name="machine_work_left", fields=["stage", "id"], condition=models.Q(failed_at=None))]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} image {self.image_id}, attempt {self.attempts}"

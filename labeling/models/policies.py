"""Policies: the questions put to people, their categories, and the guideline with its versions."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.models.facts import Fact
from labeling.models.people import Person
from labeling.worth import Kind

# Keys that the labeling screen itself uses; a category's hotkey must be another one.
RESERVED_KEYS = frozenset("uxzgfhscbl")


class Policy(models.Model):
    """One question to people about an image, say: does it show weapons? Several may judge the same image."""

    class HelpMode(models.TextChoices):
        """When the labeling screen offers heatmap, similar images and caption."""

        BLIND = "blind", _("never: people judge blind")
        ON_ASKING = "on_asking", _("on asking")
        ALWAYS = "always", _("always open")

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    question = models.CharField(max_length=200, help_text=_("Printed above the image, as short as it can be."))
    active = models.BooleanField(default=True, help_text=_("Inactive policies are served to nobody."))
    help_mode = models.CharField(
        max_length=9,
        choices=HelpMode,
        default=HelpMode.ON_ASKING,
        help_text=_(
            "Always: caption and similar images stand open; the heatmap, which covers the image and is asked for by"
            " category, stays on its key. Unless it is never, a random tenth of the images comes without help, so that"
            " its effect is known."
        ),
    )
    required_opinions = models.PositiveSmallIntegerField(
        default=1, help_text=_("How many people must agree before an image is decided.")
    )
    slice_opinions = models.PositiveSmallIntegerField(
        default=2,
        help_text=_("The same inside the random slice, the ground of every estimate; at least as many."),
    )

    slice_share = models.FloatField(
        default=0.1,
        help_text=_(
            "The random slice's share of what arrives, above 0, at most 1: people see it whatever a model says, "
            "and no model is trained on it. It is the ground of every estimate."
        ),
    )
    slice_daily = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text=_(
            "If set, the share follows from it every hour: about so many images a day, by the last week's arrivals."
        ),
    )

    second_on_unsure = models.BooleanField(
        default=True, help_text=_("When one person is unsure, others are asked before an adjudicator is.")
    )
    tie_break = models.BooleanField(
        default=False, help_text=_("When two people disagree, a third one is asked before an adjudicator is.")
    )
    second_confidence = models.FloatField(
        default=0.9,
        help_text=_(
            "A second person is asked where the model is at least so sure of something else than the first; 1: never."
        ),
    )
    rare_share = models.FloatField(
        default=0.02,
        help_text=_("A second person is asked for categories with fewer of the decisions; 0: never."),
    )
    second_daily = models.PositiveIntegerField(
        default=200,
        help_text=_(
            "At most so many second opinions a day beyond the required ones, those with the highest expected value."
        ),
    )
    dispute_share = models.FloatField(
        default=0.1,
        help_text=_("Of the images on which a confident model and people differ, the share that adjudicators look at."),
    )
    repeat_share = models.FloatField(
        default=0.04, help_text=_("The share of a person's own images that come back to them, unmarked; 0: none.")
    )
    repeat_after_days = models.PositiveSmallIntegerField(default=14, help_text=_("After how many days they come back."))
    gold_share = models.FloatField(
        default=0.02,
        help_text=_("How many images whose answer is known a person judges, per image of their own; 0: none."),
    )
    bank_opinions = models.PositiveSmallIntegerField(
        default=2,
        help_text=_(
            "Copies of a decided image that come later are decided like it once so many people agree on it, or an"
            " adjudicator has settled it; before that, and with 0 always, a person looks at them."
        ),
    )
    bank_per_source = models.BooleanField(
        default=False,
        help_text=_("What was judged of one source decides for that source only, not for others with this question."),
    )
    copy_check_share = models.FloatField(
        default=0.05,
        help_text=_("The share of copies decided with their picture at which a person looks all the same; 0: none."),
    )
    names_shown = models.BooleanField(
        default=False, help_text=_("Adjudicators see who gave which answer, after their own.")
    )

    class Meta:
        verbose_name_plural = _("policies")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="policy_opinions", condition=models.Q(required_opinions__gte=1)),
            models.CheckConstraint(
                name="policy_slice_opinions",
                condition=models.Q(slice_opinions__gte=models.F("required_opinions")),
                violation_error_message=_("The random slice needs at least as many opinions as the rest."),
            ),
            models.CheckConstraint(
                name="policy_slice_share",
                condition=models.Q(slice_share__gt=0, slice_share__lte=1),
                violation_error_message=_("The random slice's share lies above 0 and is at most 1."),
            ),
            models.CheckConstraint(
                name="policy_shares",
                condition=models.Q(
                    second_confidence__gt=0,
                    second_confidence__lte=1,
                    rare_share__gte=0,
                    rare_share__lt=1,
                    dispute_share__gte=0,
                    dispute_share__lte=1,
                    repeat_share__gte=0,
                    repeat_share__lte=0.5,
                    gold_share__gte=0,
                    gold_share__lte=0.5,
                    copy_check_share__gte=0,
                    copy_check_share__lte=1,
                ),
                violation_error_message=_("Shares lie between 0 and 1; repeats and gold are at most half of all work."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """One possible answer. Its key is permanent: labels, models and exports refer to it."""

    class Action(models.TextChoices):
        """What the service does with an image of this category."""

        ALLOW = "allow", _("allow")
        RESTRICT = "restrict", _("restrict")
        BLOCK = "block", _("block")

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="categories")
    key = models.SlugField(help_text=_("Permanent: labels, models and exports refer to it."))
    name = models.CharField(max_length=40)
    grade = models.PositiveSmallIntegerField(help_text=_("The order of severity; 0 is harmless."))
    action = models.CharField(max_length=10, choices=Action)
    hotkey = models.CharField(
        max_length=1, validators=[RegexValidator(r"^[0-9a-z]$", _("One digit or lower-case letter."))]
    )
    restricted = models.BooleanField(
        default=False,
        help_text=_("Images of this category never appear in strips, exemplars, training or logs."),
    )

    class Meta:
        verbose_name_plural = _("categories")
        ordering = ["policy", "grade", "id"]
        constraints = [
            models.UniqueConstraint(name="category_key", fields=["policy", "key"]),
            models.UniqueConstraint(name="category_hotkey", fields=["policy", "hotkey"]),
            models.CheckConstraint(name="category_hotkey_shape", condition=models.Q(hotkey__regex=r"^[0-9a-z]$")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> Kind:
        """What counts of it where mistakes are weighed."""
        return Kind(self.grade, self.action == self.Action.BLOCK)

    def clean(self) -> None:
        """Refuse the keys of the labeling screen itself."""
        if self.hotkey in RESERVED_KEYS:
            raise ValidationError(
                {"hotkey": _("The labeling screen itself uses %(key)s.") % {"key": repr(self.hotkey)}}
            )


class PolicyVersion(Fact):
    """A published guideline. A change is a new version, so that every label says which text it was given under."""

    class Kind(models.TextChoices):
        """Whether the meaning of a category has changed."""

        EDITORIAL = "editorial", _("editorial: the wording only")
        SUBSTANTIVE = "substantive", _("substantive: the meaning of a category")

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    introduction = models.TextField(blank=True)
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(Fact.Meta):
        verbose_name = _("guideline version")
        ordering = ["policy", "-number"]
        constraints = [models.UniqueConstraint(name="policy_version_number", fields=["policy", "number"])]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"


class Guideline(Fact):
    """The text of one category in one version, and whether this version changed what the category means."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="guidelines")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="guidelines")
    text = models.TextField()
    changed = models.BooleanField(default=False, help_text=_("This version changes what the category means."))

    class Meta(Fact.Meta):
        ordering = ["category__grade", "category_id"]
        constraints = [models.UniqueConstraint(name="guideline_category", fields=["version", "category"])]

    def __str__(self) -> str:
        return f"{self.version}: {self.category}"


class Exemplar(Fact):
    """A judged image that shows what a category means, in one version of the guideline."""

    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="exemplars")
    image = models.ForeignKey("labeling.Image", on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta(Fact.Meta):
        constraints = [models.UniqueConstraint(name="exemplar_image", fields=["guideline", "image"])]

    def __str__(self) -> str:
        return f"{self.guideline}, image {self.image_id}"


class GuidelineReading(Fact):
    """A person has read what a version changed."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="readings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(default=clock.now)

    class Meta(Fact.Meta):
        constraints = [models.UniqueConstraint(name="guideline_read_once", fields=["version", "person"])]

    def __str__(self) -> str:
        return f"{self.person} has read {self.version}"

"""What machines say of images in words, and what the words mean for decisions."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import ImageSearchAdmin, ReadOnlyAdmin
from labeling.admin.filters import IdFilter
from labeling.admin.pictures import PicturesAdmin
from labeling.models import Caption, KeyWord, Policy
from labeling.words import is_sure
from ml import versions
from ml.models import ModelVersion


class CaptionedByFilter(IdFilter):
    """Captions by the model that made them."""

    title = _("model")
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[Any, str]]:
        """Return every captioner and tagger, the newest first."""
        return ModelVersion.objects.filter(kind__in=versions.CAPTIONING).order_by("-id").values_list("pk", "name")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Caption]) -> QuerySet[Caption]:
        """Return what it said."""
        return queryset if self.chosen is None else queryset.filter(model_version=self.chosen)


@admin.register(Caption)
class CaptionAdmin(PicturesAdmin, ImageSearchAdmin, ReadOnlyAdmin):
    """Sentences, and key words where no captioner is installed."""

    list_title = _("Captions")
    list_display = ["thumbnail", "image", "said", "model_version", "created_at"]
    list_display_links = ["thumbnail", "image"]
    list_filter = [CaptionedByFilter]
    list_select_related = ["image", "model_version"]
    fields = ["picture", "image", "said", "model_version", "created_at"]
    readonly_fields = ["picture", "said"]

    @admin.display(description=_("words"))
    def said(self, caption: Caption) -> str:
        """Return the sentence, or the key words."""
        between = ", " if caption.model_version.kind == ModelVersion.Kind.TAGGER else " "
        return between.join(word for word, _grid in caption.words) or "-"


class PolicyFilter(IdFilter):
    """Key words by policy."""

    title = _("policy")
    parameter_name = "policy"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[Any, str]]:
        """Return every policy."""
        return Policy.objects.values_list("pk", "name")

    def queryset(self, request: HttpRequest, queryset: QuerySet[KeyWord]) -> QuerySet[KeyWord]:
        """Return the words of its categories."""
        return queryset if self.chosen is None else queryset.filter(policy=self.chosen)


@admin.register(KeyWord)
class KeyWordAdmin(ReadOnlyAdmin):
    """Which words speak for which category, and why: the strongest first; last what the guideline names for none."""

    list_title = _("Key words")
    list_display = ["word", "category", "policy", "pictures", "why", "log_odds_ratio", "count", "measured_at"]
    list_filter = [PolicyFilter, "domain", "in_guideline"]
    list_select_related = ["category", "policy"]
    search_fields = ["=word"]
    search_help_text = _("A whole word, in the singular")
    ordering = ["policy", "domain", "category__grade", "category", "-log_odds", "word"]
    fields = ["word", "category", "policy", "pictures", "why", "log_odds_ratio", "count", "measured_at"]
    readonly_fields = ["pictures", "why", "log_odds_ratio", "count"]

    @admin.display(description=_("pictures"))
    def pictures(self, row: KeyWord) -> str:
        """Return whether it holds for drawn pictures or for others."""
        return gettext("drawn") if row.domain == versions.DRAWN else gettext("from elsewhere")

    @admin.display(description=_("why"))
    def why(self, row: KeyWord) -> str:
        """Return what makes it a key word."""
        measured = row.category is not None and is_sure(row.log_odds, row.standard_error, row.images)
        reasons = [gettext("decisions")] * measured + [gettext("guideline")] * row.in_guideline
        return ", ".join(reasons)

    @admin.display(description=_("log odds ratio"))
    def log_odds_ratio(self, row: KeyWord) -> str:
        """Return it with its standard error; of a word without a category there is none."""
        if row.log_odds is None:
            return "-"
        return f"{row.log_odds:+.2f} ± {row.standard_error:.2f}"

    @admin.display(description=_("images"))
    def count(self, row: KeyWord) -> str:
        """Return how many images with the word were decided as the category, or as anything."""
        if row.category is None:
            return str(row.images)
        return gettext("%(n)d of %(images)d") % {"n": row.in_category, "images": row.images}

"""Filters that answer by index or by EXISTS: a join would show an image once per arrival."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import is_id
from labeling.models import Arrival, Category, Image, QueueEntry, Source
from labeling.selectors.stages import Stage, decided_as, in_stage
from ml.models import ModelVersion


class IdFilter(admin.SimpleListFilter):
    """A filter by the primary key of something."""

    @property
    def chosen(self) -> int | None:
        """Return the chosen key, or None; an address may contain anything."""
        value = self.value() or ""
        return int(value) if is_id(value) else None


class SourceFilter(IdFilter):
    """Images that have come from a source."""

    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[Any, str]]:
        """Return every source."""
        return Source.objects.values_list("pk", "name")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        """Return the images with an arrival from it."""
        if self.chosen is None:
            return queryset
        return queryset.filter(Exists(Arrival.objects.filter(image=OuterRef("pk"), source=self.chosen)))


class StageFilter(admin.SimpleListFilter):
    """Where images are on their way."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, Any]]:
        """Return every stage."""
        return Stage.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        """Return the images that are there."""
        stage = self.value()
        return in_stage(queryset, stage) if stage in Stage.values else queryset


class DecidedFilter(IdFilter):
    """Images by what people have decided on them."""

    title = _("decision")
    parameter_name = "decided"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[Any, str]]:
        """Return every category, with its policy."""
        categories = Category.objects.select_related("policy").order_by("policy__name", "grade", "id")
        return [(category.pk, f"{category.policy}: {category}") for category in categories]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        """Return the images whose current decision it is."""
        return queryset if self.chosen is None else decided_as(queryset, self.chosen)


class BecauseFilter(admin.SimpleListFilter):
    """Cases by what brought them to an adjudicator."""

    title = _("reason")
    parameter_name = "why"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, Any]]:
        """Return the reasons that lead to an adjudicator."""
        why = QueueEntry.Why
        asked_again = (why.MODEL, why.SUSPECT, why.RECHECK)
        return [(each.value, each.label) for each in (why.CONFLICT, why.UNSURE, why.CANNOT_JUDGE, *asked_again)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return the cases with this reason."""
        return queryset.filter(why=self.value()) if self.value() else queryset


class StandingFilter(admin.SimpleListFilter):
    """Facts that stand, or those that were taken back."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, Any]]:
        """Return the two states."""
        return [("standing", _("stands")), ("withdrawn", _("taken back"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return the facts without, or with, a withdrawal."""
        if self.value() not in {"standing", "withdrawn"}:
            return queryset
        return queryset.filter(withdrawal__isnull=self.value() == "standing")


class LiveFilter(admin.SimpleListFilter):
    """Leases that somebody holds now."""

    title = _("state")
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, Any]]:
        """Return the one choice."""
        return [("1", _("held now"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return the leases that have not ended."""
        return queryset.filter(ended_at=None) if self.value() == "1" else queryset


class PlacedByFilter(IdFilter):
    """Queue entries by the model that gave them their place."""

    title = _("model")
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[Any, str]]:
        """Return every classifier, the newest first."""
        classifiers = ModelVersion.objects.filter(kind=ModelVersion.Kind.CLASSIFIER)
        return classifiers.order_by("-id").values_list("pk", "name")

    def queryset(self, request: HttpRequest, queryset: QuerySet[QueueEntry]) -> QuerySet[QueueEntry]:
        """Return the entries that it placed."""
        return queryset if self.chosen is None else queryset.filter(model_version=self.chosen)

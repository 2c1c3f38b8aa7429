"""Arrivals: which source sent which image, and when."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import ReadOnlyAdmin
from labeling.models import Arrival


@admin.register(Arrival)
class ArrivalAdmin(ReadOnlyAdmin):
    """Every time that an image came in."""

    list_display = ["external_id", "source", "image", "received_at", "recorded_at"]
    list_filter = ["source"]
    list_select_related = ["source", "image"]
    search_fields = ["external_id"]
    search_help_text = _("The sender's id, or its beginning")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Arrival], search_term: str
    ) -> tuple[QuerySet[Arrival], bool]:
        """Return the arrivals whose external id begins with the term, by its index."""
        term = search_term.strip()
        return (queryset.filter(external_id__startswith=term) if term else queryset), False

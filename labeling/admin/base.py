"""What all admin pages have in common: they stay quick over millions of rows, and facts are only shown."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

COUNT_LIMIT = 10_000


class CappedPaginator(Paginator):
    """Counts no further than COUNT_LIMIT rows: counting millions takes longer than showing a page of them."""

    @cached_property
    def count(self) -> int:
        """Return the number of rows, COUNT_LIMIT at most."""
        rows: Any = self.object_list
        return rows[:COUNT_LIMIT].count()

    @property
    def capped(self) -> bool:
        """Whether there may be more rows than `count`."""
        return self.count == COUNT_LIMIT


class WorkAdmin(admin.ModelAdmin):
    """A list that is plainly named and never counts millions, and whose history is the audit log."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    list_title: Any = None
    # What will stand in the list and where it comes from, said while nothing is there.
    list_empty: Any = None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Give the list its plain name instead of "Select … to change"."""
        title = self.list_title or capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the audit log, which also knows the changes that were not made in the admin."""
        kind = ContentType.objects.get_for_model(self.model)
        log = reverse("admin:auditlog_logentry_changelist")
        return redirect(f"{log}?content_type__id__exact={kind.pk}&object_pk__exact={unquote(object_id)}")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is deleted here, whoever asks: what is over is made inactive."""
        return False


class ReadOnlyAdmin(WorkAdmin):
    """Facts: shown to those who may, changed by nobody, superusers included."""

    ordering = ["-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Facts come from services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Facts stay as they are."""
        return False


class ImageSearchAdmin(admin.ModelAdmin):
    """Searches a list of things about images by the number of the image, by its index."""

    image_path = "image_id"
    search_fields = ["image_id"]
    search_help_text = _("Number of an image")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Return the rows about this image; what is no number finds nothing."""
        number = search_term.strip()
        if not number:
            return queryset, False
        return (queryset.filter(**{self.image_path: int(number)}) if is_id(number) else queryset.none()), False


def is_id(text: str) -> bool:
    """Return whether the text is a number that can be a primary key."""
    return text.isascii() and text.isdigit() and int(text) < 2**63

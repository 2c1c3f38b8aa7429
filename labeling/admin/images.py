"""Images: what they show, where they are on their way, and all that happened to each."""

import re
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import ReadOnlyAdmin, is_id
from labeling.admin.erasing import ErasesImages
from labeling.admin.filters import DecidedFilter, SourceFilter, StageFilter
from labeling.admin.pictures import PicturesAdmin
from labeling.models import Arrival, Image
from labeling.selectors.events import Event
from labeling.selectors.history import image_history
from labeling.selectors.opinions import opinions_on
from labeling.selectors.stages import stages_of, with_stages

DIGEST = re.compile(r"[0-9a-f]{8,64}", re.IGNORECASE)
# A prefix that more arrivals begin with should be typed further.
FOUND_LIMIT = 1000


@admin.register(Image)
class ImageAdmin(ErasesImages, PicturesAdmin, ReadOnlyAdmin):
    """The pool of images."""

    list_display = ["thumbnail", "number", "latest_arrival", "stages", "created_at"]
    list_display_links = ["thumbnail", "number"]
    list_filter = [SourceFilter, StageFilter, DecidedFilter]
    search_fields = ["pk"]
    search_help_text = _("The sender's id or its beginning, the beginning of the SHA-256 digest, or the number")
    fieldsets = [
        (None, {"fields": ["picture", "stages", "opinions", "history"]}),
        (
            _("The file"),
            {"fields": ["sha256", "format", "dimensions", "frames", "byte_size", "pdq_quality", "created_at"]},
        ),
    ]
    readonly_fields = ["picture", "stages", "opinions", "history", "dimensions"]

    def image_of(self, row: Image) -> Image:
        """Return the row itself."""
        return row

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        """Fetch, with each page of the list, what its columns show."""
        latest = Arrival.objects.select_related("source").order_by("-id")[:1]
        return with_stages(super().get_queryset(request)).prefetch_related(
            Prefetch("arrivals", queryset=latest, to_attr="latest_arrivals")
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Image], search_term: str
    ) -> tuple[QuerySet[Image], bool]:
        """Return the images by number, digest or external id, each through its own index."""
        term = search_term.strip()
        if not term:
            return queryset, False
        arrivals = Arrival.objects.filter(external_id__startswith=term)
        found = set(arrivals.values_list("image", flat=True)[:FOUND_LIMIT])
        if DIGEST.fullmatch(term):
            same = Image.objects.filter(sha256__startswith=term.lower())
            found |= set(same.values_list("pk", flat=True)[:FOUND_LIMIT])
        if is_id(term):
            found.add(int(term))
        return queryset.filter(pk__in=found), False

    @admin.display(description=_("image"), ordering="pk")
    def number(self, image: Image) -> str:
        """Return the image's number."""
        return str(image.pk)

    @admin.display(description=_("latest arrival"))
    def latest_arrival(self, image: Any) -> str:
        """Return the latest arrival's source and external id."""
        return ", ".join(map(str, image.latest_arrivals)) or "-"

    @admin.display(description=_("stage"))
    def stages(self, image: Image) -> SafeString:
        """Return where the image is, a line per policy."""
        lines = [": ".join(filter(None, line)) for line in stages_of(image)]
        return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines))

    @admin.display(description=_("size"))
    def dimensions(self, image: Image) -> str:
        """Return width and height in pixels."""
        return f"{image.width} × {image.height}"  # noqa: RUF001 (it is the sign for it)

    @admin.display(description=_("what models say"))
    def opinions(self, image: Image) -> SafeString:
        """Return each model's judgement. This page is for admins: adjudicators and labelers judge without it."""
        return format_html("{}", render_to_string("admin/image_opinions.html", {"opinions": opinions_on(image)}))

    @admin.display(description=_("history"))
    def history(self, image: Image) -> SafeString:
        """Return all that happened to the image and its copies, in order of time."""
        found = {"image": image, "events": self.events(image)}
        return format_html("{}", render_to_string("admin/image_history.html", found))

    def events(self, image: Image) -> list[Event]:
        """Return the lines of the history."""
        return image_history(image)

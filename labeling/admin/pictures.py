"""Pictures in the admin: bytes come through a view that asks the list itself whether the person may see the row."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from labeling.models import Image
from labeling.views.pictures import INERT

SIZES = ("thumb", "view")


class PicturesAdmin(admin.ModelAdmin):
    """Shows a picture of each row, in the list and on its page."""

    def image_of(self, row: Any) -> Image | None:
        """Return the image that belongs to a row, if one does."""
        image: Image | None = row.image
        return image

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the rows' pictures."""
        view = self.admin_site.admin_view(self.picture_view)
        return [path("<int:pk>/picture/<str:size>", view, name=self._picture_name()), *super().get_urls()]

    def picture_view(self, request: HttpRequest, pk: int, size: str) -> FileResponse:
        """Return the bytes, if the person may see this very row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, str(pk))
        if row is None or size not in SIZES:
            raise Http404
        return picture_response(getattr(self.image_of(row), f"{size}_key", ""))

    @admin.display(description="")
    def thumbnail(self, row: Model) -> SafeString:
        """Return the row's small picture."""
        return self._picture(row, "thumb", "thumbnail")

    def picture(self, row: Model) -> SafeString:
        """Return the row's picture as people see it."""
        return self._picture(row, "view", "picture")

    def _picture(self, row: Model, size: str, css_class: str) -> SafeString:
        image = self.image_of(row)
        if image is None:
            return format_html('<span class="no-picture">{}</span>', gettext("no picture"))
        if not getattr(image, f"{size}_key"):
            return format_html('<span class="no-picture">{}</span>', gettext("erased"))
        address = reverse(f"admin:{self._picture_name()}", args=[row.pk, size])
        html = '<img class="{}" src="{}" alt="{}" width="{}" height="{}" loading="lazy">'
        return format_html(html, css_class, address, gettext("Image %d") % image.pk, image.width, image.height)

    def _picture_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_picture"


def picture_response(key: str) -> FileResponse:
    """Return a stored picture that nothing may keep, guess the type of, or run; 404 where its bytes are gone."""
    if not key:
        raise Http404
    try:
        file = default_storage.open(key)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type="image/jpeg", headers={"Content-Security-Policy": INERT})

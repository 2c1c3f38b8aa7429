"""Erasing images from their list: asked twice, with a reason; and the record of what was erased."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from labeling.access import PersonRequest
from labeling.admin.base import ImageSearchAdmin, ReadOnlyAdmin
from labeling.models import Erasure, Image
from labeling.services.erasing import erase
from labeling.tasks import delete_files
from labeling.wake import wake

MAY_ERASE = "labeling.add_erasure"
# Some seconds of a request. For more there is a command, which can be interrupted.
MOST = 500


class EraseForm(forms.Form):
    """Why the images are erased."""

    why = forms.CharField(
        label=_("Why?"),
        max_length=Erasure._meta.get_field("why").max_length,
        help_text=_("It stays on record, with your name."),
        widget=forms.TextInput({"class": "vTextField"}),
    )


class ErasesImages(admin.ModelAdmin):
    """A list of images from which some can be erased by those who may."""

    actions = ["erase"]

    @admin.action(description=_("Erase: bytes, vectors, explanations; the rows stay"), permissions=["erase"])
    def erase(self, request: PersonRequest, queryset: QuerySet[Image]) -> HttpResponse | None:
        """Say what will be gone and ask why; with an answer erase what is not erased yet."""
        ids = list(queryset.filter(erased_at=None).order_by().values_list("pk", flat=True)[: MOST + 1])
        if not ids:
            messages.info(request, gettext("There is nothing left to erase."))
            return None
        if len(ids) > MOST:
            words = gettext("Choose at most %d images. For more there is the command erase_images.")
            messages.error(request, words % MOST)
            return None
        form = EraseForm(request.POST if "why" in request.POST else None)
        if not form.is_valid():
            return self._asked(request, form, ids)
        _erase_each(request, ids, form.cleaned_data["why"])
        return None

    def _asked(self, request: HttpRequest, form: EraseForm, ids: list[int]) -> TemplateResponse:
        size = Image.objects.filter(pk__in=ids).aggregate(total=Sum("byte_size"))["total"]
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": gettext("Erase images"),
            "opts": self.opts,
            "form": form,
            "ids": ids,
            "size": size,
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/labeling/image/erase.html", context)

    def has_erase_permission(self, request: HttpRequest) -> bool:
        """Let those erase who may add an erasure, although the list itself only shows."""
        return request.user.has_perm(MAY_ERASE)


def _erase_each(request: PersonRequest, ids: list[int], why: str) -> None:
    images = Image.objects.filter(pk__in=ids).order_by("pk")
    count = sum(erase(image=image, by=request.user, why=why) for image in images)
    wake(delete_files)
    messages.success(request, ngettext("%d image is erased.", "%d images are erased.", count) % count)


@admin.register(Erasure)
class ErasureAdmin(ImageSearchAdmin, ReadOnlyAdmin):
    """Who erased which image, when and why."""

    list_title = _("Erased images")
    list_display = ["image", "why", "erased_by", "erased_at"]
    list_filter = [("erased_by", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["image", "erased_by"]
    fields = ["image", "why", "erased_by", "erased_at"]

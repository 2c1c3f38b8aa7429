"""Images that machines gave up on, with the error and a further try."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from labeling.admin.base import ImageSearchAdmin, ReadOnlyAdmin
from labeling.admin.pictures import PicturesAdmin
from labeling.models import MachineWork
from labeling.services import machine_work
from labeling.tasks import caption_images, explain_images, score_images
from labeling.wake import wake


@admin.register(MachineWork)
class MachineWorkAdmin(PicturesAdmin, ImageSearchAdmin, ReadOnlyAdmin):
    """What failed alone as well as in its batch."""

    list_title = _("Set aside by machines")
    list_display = ["thumbnail", "image", "stage", "model_version", "error", "attempts", "failed_at"]
    list_display_links = ["thumbnail", "image"]
    list_filter = ["stage", ("model_version", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["image", "model_version"]
    fields = ["picture", "image", "stage", "model_version", "error", "attempts", "started_at", "failed_at"]
    readonly_fields = ["picture"]
    actions = ["try_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MachineWork]:
        """Return what was set aside; the other rows are work under way."""
        return super().get_queryset(request).filter(failed_at__isnull=False)

    @admin.action(description=_("Try again"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[MachineWork]) -> None:
        """Let the workers find the images again."""
        count = machine_work.retry(list(queryset.values_list("pk", flat=True)))
        for task in (score_images, explain_images, caption_images):
            wake(task)
        said = ngettext("%d image is tried again.", "%d images are tried again.", count)
        messages.success(request, said % count)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Let those retry who may change this work, although the list itself only shows."""
        return request.user.has_perm("labeling.change_machinework")

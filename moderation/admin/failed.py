"""Files that were refused, with the reason and a retry."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from labeling.admin.base import ReadOnlyAdmin
from labeling.pictures import Reason
from moderation.models import FailedFile, IncomingFile
from moderation.services.incoming import retry_incoming


class ReasonFilter(admin.SimpleListFilter):
    """Files by why they were refused, in words."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[str, Any]]:
        """Return every reason."""
        return [(reason.value, reason.label) for reason in Reason]

    def queryset(self, request: HttpRequest, queryset: QuerySet[FailedFile]) -> QuerySet[FailedFile]:
        """Return the files that were refused for it."""
        return queryset.filter(reason=self.value()) if self.value() else queryset


@admin.register(FailedFile)
class FailedFileAdmin(ReadOnlyAdmin):
    """What could not be taken in."""

    list_display = ["name", "source", "why", "detail", "attempts", "changed_at"]
    list_filter = ["source", ReasonFilter]
    list_select_related = ["source"]
    search_fields = ["name__startswith"]
    search_help_text = _("The beginning of the file's name")
    fields = ["name", "source", "external_id", "reason", "detail", "attempts"]
    fields += ["received_at", "changed_at", "uploaded_by", "batch"]
    actions = ["retry"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailedFile]:
        """Return what failed; what waits or was taken is no worry."""
        return super().get_queryset(request).filter(state=IncomingFile.State.FAILED)

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, file: FailedFile) -> str:
        """Return the reason in words."""
        return Reason(file.reason).label

    @admin.action(description=_("Retry"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[FailedFile]) -> None:
        """Put the files back in line."""
        ids = list(queryset.values_list("pk", flat=True))
        count = retry_incoming(ids)
        said = ngettext("%d file is tried again.", "%d files are tried again.", count)
        messages.success(request, said % count)
        if count < len(ids):
            lost = len(ids) - count
            said = ngettext("%d was not kept; send it again.", "%d were not kept; send them again.", lost)
            messages.warning(request, said % lost)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Let those retry who may change incoming files, although the list itself only shows."""
        return request.user.has_perm("moderation.change_incomingfile")

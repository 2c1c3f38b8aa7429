"""Labels: what each person said."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import ImageSearchAdmin, ReadOnlyAdmin
from labeling.admin.filters import StandingFilter
from labeling.admin.pictures import PicturesAdmin
from labeling.models import Label, LabelWithdrawal


class LabelWithdrawalInline(admin.StackedInline):
    """When and why the label was taken back."""

    model = LabelWithdrawal
    extra = 0
    fields = ["withdrawn_at", "withdrawn_by", "cause"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Label | None = None) -> bool:
        """Labels are taken back on the labeling screen."""
        return False

    has_change_permission = has_add_permission


@admin.register(Label)
class LabelAdmin(PicturesAdmin, ImageSearchAdmin, ReadOnlyAdmin):
    """People's judgements, as they were given."""

    list_display = ["thumbnail", "image", "labeler", "policy", "said", "purpose", "decided_at", "stands"]
    list_display_links = ["thumbnail", "image"]
    list_filter = ["policy", "verdict", "purpose", StandingFilter, "labeler"]
    list_select_related = ["image", "labeler", "policy", "category", "withdrawal"]
    fields = ["picture", "labeler", "policy_version", "verdict", "category", "reason", "purpose", "round"]
    fields += ["shown_at", "decided_at", "recorded_at", "help"]
    readonly_fields = ["picture"]
    inlines = [LabelWithdrawalInline]

    @admin.display(description=_("said"))
    def said(self, label: Label) -> str:
        """Return the category, or what the person said instead."""
        return str(label.category or label.get_verdict_display())

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, label: Label) -> bool:
        """Return whether the label was not taken back."""
        return not hasattr(label, "withdrawal")

"""Guideline versions: published, then only shown."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import ReadOnlyAdmin, is_id
from labeling.admin.publishing import PublishForm
from labeling.models import Guideline, Policy, PolicyVersion


class GuidelineInline(admin.StackedInline):
    """The text of each category."""

    model = Guideline
    fields = ["category", "changed", "text"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: PolicyVersion | None = None) -> bool:
        """Published is published."""
        return False

    has_change_permission = has_add_permission


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    """What people were told, version by version."""

    list_display = ["__str__", "kind", "changed", "published_at", "published_by"]
    list_filter = ["policy", "kind"]
    list_select_related = ["policy", "published_by"]
    fields = ["policy", "number", "kind", "introduction", "published_at", "published_by"]
    inlines = [GuidelineInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch the texts' categories at once."""
        return super().get_queryset(request).prefetch_related("guidelines__category")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Ask for the permission; ReadOnlyAdmin would refuse."""
        return super(ReadOnlyAdmin, self).has_add_permission(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Publish a new version of the policy in the address, or ask which one."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = request.GET.get("policy", "")
        if not is_id(chosen):
            return self._page(request, "choose", {"policies": Policy.objects.all()})
        policy = get_object_or_404(Policy, pk=chosen)
        form = PublishForm(request.POST or None, policy=policy, author=request.user)  # type: ignore[arg-type]
        if request.method == "POST" and form.is_valid() and form.version:
            messages.success(request, gettext("Published: %s") % form.version)
            return redirect("admin:labeling_policyversion_change", form.version.pk)
        return self._page(request, "publish", {"form": form, "policy": policy})

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        title = gettext("Publish a guideline version")
        frame = self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        return render(request, f"admin/labeling/policyversion/{name}.html", frame | context)

    @admin.display(description=_("changed"))
    def changed(self, version: PolicyVersion) -> str:
        """Return the categories whose meaning this version changed."""
        return ", ".join(str(each.category) for each in version.guidelines.all() if each.changed) or "-"

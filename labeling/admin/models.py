"""Model versions: what each is and is worth, and putting one to use or out of it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labeling.admin import model_views
from labeling.admin.base import ReadOnlyAdmin
from labeling.admin.training import as_lines
from labeling.models import Policy
from labeling.selectors.model_changes import change_effects
from ml.models import ModelVersion


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """Models are made by training, and never changed but for their state."""

    list_title = _("Models")
    list_display = ["name", "kind", "policy_key", "state", "architecture", "created_at"]
    list_filter = ["kind", "state", "policy_key"]
    search_fields = ["name"]
    fieldsets = [
        (_("What it answers"), {"fields": ["policy", "policy_version", "answers"]}),
        (_("Made from"), {"fields": ["created_at", "trained_by", "how_it_went", "data_digest"]}),
        (_("Network"), {"fields": ["architecture", "prepared", "weights_key", "weights_digest"]}),
    ]
    readonly_fields = ["policy", "answers", "trained_by", "how_it_went", "prepared"]
    actions = ["make_active", "take_out_of_use"]
    change_form_template = "admin/ml/modelversion/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the report, which comes after the page, and the page that asks before a change."""
        change = self.admin_site.admin_view(model_views.change_state)
        return [
            path("<int:pk>/report/", model_views.report, name="ml_modelversion_report"),
            path("<int:pk>/state/<str:change>/", change, name="ml_modelversion_state"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the version, with what may be done to it."""
        version = self.get_object(request, object_id)
        possible = [] if version is None or not self.has_change_state_permission(request) else _possible(version)
        context = {"title": version.name if version else "", "subtitle": None, "changes": possible}
        context["policy"] = self.policy(version) if version else ""
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def get_fieldsets(self, request: HttpRequest, obj: ModelVersion | None = None) -> Any:
        """Leave out what an embedder has none of: it answers no question, and was trained elsewhere."""
        known = super().get_fieldsets(request, obj)
        return known if obj is None or obj.policy_key else known[-1:]

    @admin.display(description=_("policy"))
    def policy(self, version: ModelVersion) -> SafeString | str:
        """Return the policy whose question it answers, with a link; the slug where the policy is gone."""
        found = Policy.objects.filter(slug=version.policy_key).first()
        if found is None:
            return version.policy_key or "-"
        return format_html('<a href="{}">{}</a>', reverse("admin:labeling_policy_change", args=[found.pk]), found)

    @admin.display(description=_("categories"))
    def answers(self, version: ModelVersion) -> str:
        """Return the keys in the order of the outputs."""
        return ", ".join(version.categories) or "-"

    @admin.display(description=_("training"))
    def trained_by(self, version: ModelVersion) -> SafeString | str:
        """Return the training run; an embedder has none."""
        run = version.training_run
        if run is None:
            return gettext("not trained here: its weights come with a package")
        return format_html('<a href="{}">{}</a>', reverse("admin:ml_trainingrun_change", args=[run.pk]), run)

    @admin.display(description=_("how it went"))
    def how_it_went(self, version: ModelVersion) -> SafeString | str:
        """Return the numbers of the training; what the model is worth stands in its report."""
        return as_lines(version.training_run.metrics) if version.training_run else "-"

    @admin.display(description=_("preprocessing"))
    def prepared(self, version: ModelVersion) -> SafeString | str:
        """Return what is done to a picture before the network sees it."""
        return as_lines(version.preprocessing)

    def has_change_state_permission(self, request: HttpRequest) -> bool:
        """Let those put models to use who may change them, although the page itself only shows."""
        return request.user.has_perm(model_views.MAY_CHANGE)

    @admin.action(description=_("Make active"), permissions=["change_state"])
    def make_active(self, request: HttpRequest, queryset: QuerySet[ModelVersion]) -> HttpResponse | None:
        """Ask first."""
        return _ask(request, queryset, "activate")

    @admin.action(description=_("Retire"), permissions=["change_state"])
    def take_out_of_use(self, request: HttpRequest, queryset: QuerySet[ModelVersion]) -> HttpResponse | None:
        """Ask first."""
        return _ask(request, queryset, "retire")


def _possible(version: ModelVersion) -> list[tuple[str, str]]:
    """Return the changes of state that would not be refused, with the address that asks for each."""
    names = {"activate": gettext("Make active"), "retire": gettext("Retire")}
    open_ones = [change for change in names if change_effects(version, change).refusal is None]
    return [(names[each], reverse("admin:ml_modelversion_state", args=[version.pk, each])) for each in open_ones]


def _ask(request: HttpRequest, queryset: QuerySet[ModelVersion], change: str) -> HttpResponse | None:
    """Lead to the page that asks; one version at a time, since it takes the place of another."""
    chosen = list(queryset[:2])
    if len(chosen) > 1:
        messages.error(request, gettext("Choose one model at a time."))
        return None
    return redirect("admin:ml_modelversion_state", chosen[0].pk, change)

"""Django's admin, opened by role instead of by a flag beside the role, and arranged by the road of an image."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from labeling.access import ADJUDICATOR, ADMIN, roles

SECTIONS = (
    (_("Work"), ["Waterfall", "AdjudicationCase", "Image", "QueueEntry", "Assignment"]),
    (
        _("What people said"),
        ["Label", "PeopleDecision", "Adjudication", "ReviewRequest", "Gold", "Agreement", "Disputes", "HelpEffect"],
    ),
    (_("Decided by machines"), ["BankEntry", "MachineDecision", "BankFinding"]),
    (_("Coming in, and going"), ["Source", "Arrival", "FailedFile", "Erasure"]),
    (_("Machines"), ["Machines", "ModelVersion", "TrainingRun", "Caption", "MachineWork"]),
    (_("Rules"), ["Policy", "PolicyVersion", "Recheck", "KeyWord"]),
    (_("People"), ["Person", "Group"]),
    (_("Record"), ["LogEntry"]),
)


class WinnowAdminSite(AdminSite):
    """Admins see everything; adjudicators see what the permissions of their group let them see."""

    site_header = _("Winnow")
    site_title = _("Winnow")
    index_title = _("Administration")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Add the pages that are about no one model: the waterfall, machines, agreement, disputes, help."""
        from labeling.admin import agreement, agreement_person, disputes, help_effect
        from moderation.admin import (
            machines,
            waterfall,
        )  # registers with this site, so it can be read only once there is one

        return [
            path("waterfall/", waterfall.page, name="waterfall"),
            path("waterfall/table.csv", waterfall.table, name="waterfall_table"),
            path("machines/", machines.page, name="machines"),
            path("machines/workers/", machines.workers, name="machines_workers"),
            path("machines/backlog/", machines.backlog, name="machines_backlog"),
            path("help-effect/", help_effect.page, name="help_effect"),
            path("help-effect/table.csv", help_effect.table, name="help_effect_table"),
            path("disputes/", disputes.page, name="disputes"),
            path("disputes/table.csv", disputes.table, name="disputes_table"),
            path("agreement/", agreement.page, name="agreement"),
            path("agreement/measure/", agreement.measure, name="agreement_measure"),
            path("agreement/<slug:name>.csv", agreement.table, name="agreement_table"),
            path("agreement/people/<int:person_id>/", agreement_person.person, name="agreement_person"),
            path(
                "agreement/people/<int:person_id>/<slug:name>.csv",
                agreement_person.table,
                name="agreement_person_table",
            ),
            *super().get_urls(),
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person has a role that works here."""
        return bool(roles(request.user) & {ADMIN, ADJUDICATOR})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send strangers to the site's one login, and refuse those who are logged in without a role for this."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", "/admin/"))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return the lists in the order of the work instead of by app and alphabet."""
        if app_label:
            return super().get_app_list(request, app_label)
        apps = self._build_app_dict(request).values()
        models = {model["object_name"]: model for app in apps for model in app["models"]}
        for model in models.values():
            model["name"] = getattr(self._registry[model["model"]], "list_title", None) or model["name"]
        models["Agreement"] = {
            "name": _("Do people agree?"),
            "object_name": "Agreement",
            "admin_url": reverse("admin:agreement"),
        }
        models["Disputes"] = {
            "name": _("Where model and people differ"),
            "object_name": "Disputes",
            "admin_url": reverse("admin:disputes"),
        }
        models["HelpEffect"] = {
            "name": _("Does help help?"),
            "object_name": "HelpEffect",
            "admin_url": reverse("admin:help_effect"),
        }
        if ADMIN in roles(request.user):
            models["Waterfall"] = {
                "name": _("How many did people have to see?"),
                "object_name": "Waterfall",
                "admin_url": reverse("admin:waterfall"),
            }
            models["Machines"] = {
                "name": _("Workers and backlog"),
                "object_name": "Machines",
                "admin_url": reverse("admin:machines"),
            }
        return list(self._sections(models))

    def _sections(self, models: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield what the person may see of each section; what belongs to none comes last."""
        for number, (name, objects) in enumerate(SECTIONS):
            if found := [models.pop(each) for each in objects if each in models]:
                yield {"name": name, "app_label": f"section-{number}", "has_module_perms": True, "models": found}
        if models:
            yield {"name": _("More"), "app_label": "more", "has_module_perms": True, "models": [*models.values()]}

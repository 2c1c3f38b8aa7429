"""Sources, with the questions asked about their images."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import ManyToManyField, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import WorkAdmin
from labeling.models import Policy, Source
from labeling.wake import wake
from moderation.tasks import route_source


class SourceForm(forms.ModelForm):
    """Refuses questions that people could not answer yet."""

    def clean_policies(self) -> QuerySet[Policy]:
        """Return the chosen policies, each with a guideline."""
        chosen = self.cleaned_data["policies"]
        if unready := [str(policy) for policy in chosen.filter(versions=None)]:
            said = gettext("Publish a guideline first for: %s")
            raise ValidationError(said % ", ".join(unready))
        return chosen


@admin.register(Source)
class SourceAdmin(WorkAdmin):
    """Where images come from. Lives here, and not in labeling, because routing does."""

    form = SourceForm
    list_display = ["name", "asked", "retention_days", "demo", "created_at"]
    list_filter = ["demo", "policies"]
    # No tier: it chooses between networks, and there is none yet.
    fields = ["name", "policies", "retention_days", "demo", "created_at"]
    actions = ["queue_images"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """Fetch the policies of all sources at once."""
        return super().get_queryset(request).prefetch_related("policies")

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> list[str]:
        """Keep the name of a stored source: imports call it by that."""
        return ["created_at", "name"] if obj else ["created_at"]

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        """Show the few policies as checkboxes."""
        return super().formfield_for_manytomany(db_field, request, **kwargs | {"widget": forms.CheckboxSelectMultiple})

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        """Save the policies, and say what a new one does not do by itself."""
        super().save_related(request, form, formsets, change)
        if change and "policies" in form.changed_data:
            hint = gettext("New arrivals follow the policies from now on. For the images already here: %s")
            messages.info(request, hint % gettext("select the source in the list and queue its images."))

    @admin.display(description=_("policies"))
    def asked(self, source: Source) -> str:
        """Return the names of the source's policies."""
        return ", ".join(str(policy) for policy in source.policies.all()) or "-"

    @admin.action(description=_("Queue the images of the sources under their policies"), permissions=["change"])
    def queue_images(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """Wake the task that routes what is not routed yet; harmless when there is nothing to do."""
        for source in queryset:
            wake(route_source, source.pk)
        messages.success(request, gettext("The images are being queued."))

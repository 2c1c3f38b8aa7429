"""Policies with their categories."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import WorkAdmin
from labeling.models import Category, Policy
from labeling.tasks import settle_policy
from labeling.wake import wake

# What says which opinions an open image still needs.
RULE = {"required_opinions", "slice_opinions", "second_on_unsure", "tie_break"}


class CategoryForm(forms.ModelForm):
    """A category whose key, once it is stored, stays as it is."""

    class Meta:
        widgets = {
            "key": forms.TextInput({"size": 12}),
            "name": forms.TextInput({"size": 16}),
            "hotkey": forms.TextInput({"size": 1}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].disabled = self.instance.pk is not None


class CategoryInline(admin.TabularInline):
    """The possible answers. None is deleted: labels refer to it."""

    model = Category
    form = CategoryForm
    fields = ["key", "name", "grade", "action", "hotkey", "restricted"]
    ordering = ["grade", "id"]
    extra = 0
    can_delete = False


@admin.register(Policy)
class PolicyAdmin(WorkAdmin):
    """The questions put to people."""

    list_display = ["name", "question", "active", "help_mode", "required_opinions", "slice_opinions", "slice_share"]
    list_display += ["guideline"]
    list_filter = ["active"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "question", "active", "required_opinions", "guideline"]}),
        (
            _("Help"),
            {
                "fields": ["help_mode"],
                "description": _(
                    "What it does to accuracy, agreement and time is on the page “Does help help?”. "
                    "A change counts for answers from now on."
                ),
            },
        ),
        (_("The random slice"), {"fields": ["slice_share", "slice_daily", "slice_opinions"]}),
        (
            _("Second opinions"),
            {
                "fields": ["second_on_unsure", "tie_break", "second_confidence", "rare_share", "second_daily"],
                "description": _(
                    "Where one person's answer is most likely wrong, and an error costs most, another person is asked. "
                    "Nobody sees what others have said, or that they were asked. The decision stands until somebody "
                    "disagrees. A change counts for what is open now, and for what comes."
                ),
            },
        ),
        (
            _("Repeats and gold"),
            {
                "fields": ["repeat_share", "repeat_after_days", "gold_share"],
                "description": _(
                    "They measure people, and decide nothing: repeats how steady the same person is, gold how often a "
                    "person meets the answer of an adjudicator. Nobody can tell them from other images."
                ),
            },
        ),
        (
            _("Copies"),
            {
                "fields": ["bank_opinions", "bank_per_source", "copy_check_share"],
                "description": _(
                    "Copies that wait together are shown once, and decided together. This is about those that come "
                    "after the decision."
                ),
            },
        ),
        (
            _("Adjudication"),
            {
                "fields": ["dispute_share", "names_shown"],
                "description": _("An adjudicator answers first, then sees what others have said, and decides."),
            },
        ),
    ]
    inlines = [CategoryInline]
    actions = ["settle_anew"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Policy]:
        """Fetch the number of the latest guideline with each policy."""
        return super().get_queryset(request).annotate(latest=Max("versions__number"))

    def get_readonly_fields(self, request: HttpRequest, obj: Policy | None = None) -> list[str]:
        """Keep the slug of a stored policy: models refer to it."""
        return ["guideline", "slug"] if obj else ["guideline"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Policy | None = None) -> dict[str, Sequence[str]]:
        """Propose a slug for a new policy."""
        return {} if obj else {"slug": ["name"]}

    @admin.display(description=_("guideline"))
    def guideline(self, policy: Any) -> SafeString | str:
        """Return the latest version's number, with the way to the next one."""
        if policy.pk is None:
            return gettext("Save the policy with its categories first, then publish its guideline.")
        address = f"{reverse('admin:labeling_policyversion_add')}?policy={policy.pk}"
        said = gettext("version %d") % policy.latest if policy.latest else gettext("none yet")
        return format_html('{} · <a href="{}">{}</a>', said, address, gettext("Publish a new version"))

    def save_model(self, request: HttpRequest, obj: Policy, form: forms.ModelForm, change: bool) -> None:
        """Save, and settle what is open when the rule of how many opinions it takes has changed."""
        super().save_model(request, obj, form, change)
        if change and RULE & set(form.changed_data):
            wake(settle_policy, obj.pk)

    @admin.action(description=_("Hold open images against the required opinions again"), permissions=["change"])
    def settle_anew(self, request: HttpRequest, queryset: QuerySet[Policy]) -> None:
        """Wake the task that also runs after a change; harmless when there is nothing to do."""
        for policy in queryset:
            wake(settle_policy, policy.pk)
        messages.success(request, gettext("The open images are being looked through."))

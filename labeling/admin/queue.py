"""What is wanted of people: the cases for adjudicators, the queue, and who holds what."""

from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import ImageSearchAdmin, ReadOnlyAdmin
from labeling.admin.filters import BecauseFilter, LiveFilter, PlacedByFilter
from labeling.admin.pictures import PicturesAdmin
from labeling.models import AdjudicationCase, Assignment, QueueEntry


@admin.register(AdjudicationCase)
class AdjudicationCaseAdmin(PicturesAdmin, ReadOnlyAdmin):
    """Images that need an adjudicator. Who said what is not here: adjudicators judge blind."""

    list_empty = _(
        "No case waits. Images come here when people disagree or are unsure, when a confident model says something "
        "else, and when a label does not fit the others."
    )
    list_display = ["thumbnail", "asked", "because", "since"]
    list_display_links = ["thumbnail", "asked"]
    list_filter = ["policy", BecauseFilter]
    list_select_related = ["image", "policy"]
    ordering = ["opened_at"]
    fields = ["picture", "asked", "because", "since"]
    readonly_fields = ["picture", "asked", "because", "since"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AdjudicationCase]:
        """Return the open cases; a settled one is nobody's any more."""
        return (
            super().get_queryset(request).filter(state=QueueEntry.State.OPEN, purpose=QueueEntry.Purpose.ADJUDICATION)
        )

    @admin.display(description=_("policy"), ordering="policy")
    def asked(self, case: AdjudicationCase) -> str:
        """Return the policy's name; its own page is for admins."""
        return str(case.policy)

    @admin.display(description=_("because"), ordering="why")
    def because(self, case: AdjudicationCase) -> str:
        """Return what brought it here."""
        return case.get_why_display()

    @admin.display(description=_("since"), ordering="opened_at")
    def since(self, case: AdjudicationCase) -> str:
        """Return when it came here."""
        return display_for_value(case.opened_at, "")


@admin.register(QueueEntry)
class QueueEntryAdmin(PicturesAdmin, ImageSearchAdmin, ReadOnlyAdmin):
    """Every opinion that is, or was, wanted."""

    list_display = ["thumbnail", "image", "policy", "purpose", "why", "state", "place", "leased_until", "opened_at"]
    list_display_links = ["thumbnail", "image"]
    list_filter = ["state", "purpose", "policy", "why", "strategy", PlacedByFilter]
    list_select_related = ["image", "policy", "model_version"]
    fields = ["picture", "policy", "purpose", "why", "state", "priority", "strategy", "placed_by"]
    fields += ["inclusion_probability", "reserved_for", "leased_until", "opened_at"]
    readonly_fields = ["picture", "placed_by"]

    @admin.display(description=_("place"), ordering="priority")
    def place(self, entry: QueueEntry) -> SafeString:
        """Return what gave the entry its place, how far up that is, and the model if one did."""
        by = format_html("<br>{}", self.placed_by(entry)) if entry.model_version else ""
        return format_html("{}: {}{}", entry.get_strategy_display(), f"{entry.priority:.3f}", by)

    @admin.display(description=_("placed by"))
    def placed_by(self, entry: QueueEntry) -> SafeString | str:
        """Return the model that gave the entry its place, if one did."""
        version = entry.model_version
        if version is None:
            return "-"
        return format_html('<a href="{}">{}</a>', reverse("admin:ml_modelversion_change", args=[version.pk]), version)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """Who holds, or held, which entry."""

    list_display = ["labeler", "entry", "leased_at", "expires_at", "ended_at", "outcome"]
    list_filter = [LiveFilter, "labeler"]
    list_select_related = ["labeler", "entry"]
    ordering = ["-entry_id"]  # has an index, unlike the time

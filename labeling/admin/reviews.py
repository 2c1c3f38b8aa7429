"""Requests to look again at what is decided, and what became of them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from labeling.admin.decisions import SettledAdmin
from labeling.models import ReviewRequest


@admin.register(ReviewRequest)
class ReviewRequestAdmin(SettledAdmin):
    """Where second opinions go, and what adjudicators are asked beyond conflicts."""

    list_title = _("Decisions to be looked at again")
    list_empty = _(
        "Nobody was asked again yet. Decisions come here that may be wrong: by the model, because the category is "
        "rare, because a label does not fit the others, or after a new guideline."
    )
    list_display = ["thumbnail", "image", "policy", "decided", "why", "model_category", "purpose", "worth"]
    list_display += ["requested_at", "decision_stands"]
    list_filter = ["policy", "why", "purpose", "requested_at"]
    list_select_related = ["image", "policy", "decision__category", "decision__withdrawal", "model_category"]
    fields = ["picture", "policy", "decision", "purpose", "why", "model_version", "model_category", "worth"]
    fields += ["requested_at", "decision_stands"]
    readonly_fields = ["picture", "worth", "decision_stands"]

    @admin.display(description=_("decided"), ordering="decision__category")
    def decided(self, request: ReviewRequest) -> str:
        """Return what was decided when it was asked."""
        return str(request.decision.category)

    @admin.display(description=_("expected loss"), ordering="value")
    def worth(self, request: ReviewRequest) -> str:
        """Return the chance that the decision is wrong times what that costs, in grades."""
        return f"{request.value:.2f}"

    @admin.display(description=_("decision stands"), boolean=True)
    def decision_stands(self, request: ReviewRequest) -> bool:
        """Return whether nobody has disagreed so far."""
        return self.stands(request.decision)

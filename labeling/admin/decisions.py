"""Decisions of people, and the adjudications that some rest on."""

from django.contrib import admin
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import ImageSearchAdmin, ReadOnlyAdmin
from labeling.admin.filters import StandingFilter
from labeling.admin.gold_actions import MakesGold
from labeling.admin.pictures import PicturesAdmin
from labeling.models import Adjudication, PeopleDecision


class SettledAdmin(PicturesAdmin, ImageSearchAdmin, ReadOnlyAdmin):
    """What settles an image under a policy, and may be withdrawn."""

    list_display_links = ["thumbnail", "image"]
    readonly_fields = ["picture", "withdrawn"]

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, fact: Model) -> bool:
        """Return whether it was not withdrawn."""
        return not hasattr(fact, "withdrawal")

    @admin.display(description=_("withdrawn"))
    def withdrawn(self, fact: Model) -> str:
        """Return when and why it was withdrawn."""
        taken = getattr(fact, "withdrawal", None)
        return f"{taken.withdrawn_at:%Y-%m-%d %H:%M:%S}: {taken.cause}" if taken else "-"


@admin.register(PeopleDecision)
class PeopleDecisionAdmin(SettledAdmin):
    """What people decided, by agreement or adjudication."""

    list_display = ["thumbnail", "image", "policy", "category", "opinions", "decided_at", "stands"]
    list_filter = ["policy", StandingFilter, "category"]
    list_select_related = ["image", "policy", "category", "withdrawal"]
    fields = ["picture", "policy_version", "category", "opinions", "adjudication", "decided_at", "withdrawn"]


@admin.register(Adjudication)
class AdjudicationAdmin(MakesGold, SettledAdmin):
    """What adjudicators answered, and why."""

    list_display = ["thumbnail", "image", "policy", "category", "cause", "adjudicator", "decided_at", "stands"]
    list_filter = ["policy", "cause", StandingFilter, "adjudicator"]
    list_select_related = ["image", "policy", "category", "adjudicator", "withdrawal"]
    fields = ["picture", "policy_version", "category", "cause", "reason", "adjudicator", "decided_at", "withdrawn"]

"""Gold: the adjudicated images that measure people, made and withdrawn one by one or many at once."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from labeling.access import PersonRequest
from labeling.admin.decisions import SettledAdmin
from labeling.admin.filters import StandingFilter
from labeling.admin.gold_actions import MAY_MAKE
from labeling.models import Gold, Image
from labeling.selectors.gold import standing_gold
from labeling.services.gold import withdraw_gold


@admin.register(Gold)
class GoldAdmin(SettledAdmin):
    """Images with known answers that are put, unmarked, among the others."""

    list_empty = _(
        "Nothing is gold yet. An adjudicator makes an image gold while settling it, with the key m; in the list of "
        "adjudications many can be made gold at once. They are put among the others, and say how often people meet "
        "the known answer."
    )
    list_display = ["thumbnail", "number", "policy", "category", "reason", "made_by", "made_at", "measures"]
    list_display_links = ["thumbnail", "number"]
    list_filter = [StandingFilter, "adjudication__policy", "adjudication__category"]
    list_select_related = [
        *("adjudication__image", "adjudication__policy", "adjudication__category"),
        *("made_by", "withdrawal"),
    ]
    fields = ["picture", "adjudication", "policy", "category", "reason", "made_by", "made_at", "withdrawn"]
    readonly_fields = ["picture", "policy", "category", "reason", "withdrawn"]
    actions = ["withdraw"]
    image_path = "adjudication__image_id"

    def image_of(self, row: Any) -> Image:
        """Return the image whose answer is known."""
        image: Image = row.adjudication.image
        return image

    def get_queryset(self, request: HttpRequest) -> QuerySet[Gold]:
        """Fetch with each whether it still measures anybody: it may also have been overruled."""
        found: QuerySet[Gold] = super().get_queryset(request)
        return found.annotate(standing=Exists(standing_gold().filter(pk=OuterRef("pk"))))

    @admin.display(description=_("measures people"), boolean=True)
    def measures(self, gold: Any) -> bool:
        """Return whether people are measured with it now."""
        return bool(gold.standing)

    @admin.display(description=_("image"))
    def number(self, gold: Gold) -> str:
        """Return the image in words."""
        return str(gold.adjudication.image)

    @admin.display(description=_("policy"))
    def policy(self, gold: Gold) -> str:
        """Return the policy that the answer is about."""
        return str(gold.adjudication.policy)

    @admin.display(description=_("category"))
    def category(self, gold: Gold) -> str:
        """Return the known answer."""
        return str(gold.adjudication.category)

    @admin.display(description=_("reason"))
    def reason(self, gold: Gold) -> str:
        """Return what people who miss it are told."""
        return gold.adjudication.reason

    @admin.action(description=_("Withdraw: it measures nobody any more"), permissions=["gold"])
    def withdraw(self, request: PersonRequest, queryset: QuerySet[Gold]) -> None:
        """Withdraw what still stands."""
        standing = list(queryset.filter(withdrawal=None).select_related("adjudication__image"))
        for gold in standing:
            withdraw_gold(gold=gold, person=request.user)
        said = ngettext("%d image is gold no more.", "%d images are gold no more.", len(standing))
        messages.success(request, said % len(standing))

    def has_gold_permission(self, request: HttpRequest) -> bool:
        """Let those withdraw gold who may make it."""
        return request.user.has_perm(MAY_MAKE)

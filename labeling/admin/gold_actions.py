"""Making adjudicated images gold, from their list."""

from collections.abc import Iterable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from labeling.access import PersonRequest
from labeling.models import Adjudication
from labeling.services.gold import CannotBeGold, make_gold

MAY_MAKE = "labeling.add_gold"


class MakesGold(admin.ModelAdmin):
    """A list of adjudications from which some can be made gold by those who may."""

    actions = ["make_gold"]

    @admin.action(description=_("Make gold: measure people with it"), permissions=["gold"])
    def make_gold(self, request: PersonRequest, queryset: QuerySet[Adjudication]) -> None:
        """Make the chosen ones gold, and say of those that cannot be why."""
        chosen = list(queryset.select_related("image"))
        refused = list(_make_each(request, chosen))
        if made := len(chosen) - len(refused):
            messages.success(request, ngettext("%d image is gold.", "%d images are gold.", made) % made)
        for adjudication, error in refused:
            words = {"number": adjudication.image_id, "why": error}
            messages.error(request, gettext("Image %(number)d cannot be gold. %(why)s") % words)

    def has_gold_permission(self, request: HttpRequest) -> bool:
        """Let those make gold who may add it, although the list itself only shows."""
        return request.user.has_perm(MAY_MAKE)


def _make_each(
    request: PersonRequest, adjudications: Iterable[Adjudication]
) -> Iterable[tuple[Adjudication, CannotBeGold]]:
    for adjudication in adjudications:
        try:
            make_gold(adjudication=adjudication, person=request.user)
        except CannotBeGold as error:
            yield adjudication, error

"""Re-checks after a change of meaning: what is proposed, what the sample says, and two buttons."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from labeling.access import ADMIN, PersonRequest, role_required
from labeling.admin.base import ReadOnlyAdmin
from labeling.models import Recheck, RecheckStep
from labeling.selectors.rechecks import Progress, progress
from labeling.services.rechecks import RecheckError, send

SHOWN = 24


@admin.register(Recheck)
class RecheckAdmin(ReadOnlyAdmin):
    """Which decisions a new text most likely touches."""

    list_title = _("Re-checks after a new guideline")
    list_empty = _(
        "Nothing is to be re-checked. When a new version of a guideline changes what a category means, the decisions "
        "that it most likely touches are proposed here."
    )
    list_display = ["guideline", "proposed_at", "images_proposed", "sample_says"]
    list_select_related = ["guideline__version__policy", "guideline__category"]
    list_filter = ["guideline__version__policy"]
    fields = ["guideline", "proposed_at", "images_proposed", "sample_says"]
    change_form_template = "admin/labeling/recheck/change_form.html"

    @admin.display(description=_("images proposed"))
    def images_proposed(self, recheck: Recheck) -> int:
        """Return how many images the text most likely touches."""
        return recheck.images.count()

    @admin.display(description=_("what the sample says"))
    def sample_says(self, recheck: Recheck) -> str:
        """Return it in words."""
        return says(progress(recheck))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the likeliest images beside the facts, and what can be sent."""
        recheck = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if recheck:
            found = progress(recheck)
            likeliest = recheck.images.order_by("-likelihood", "id").select_related("image", "decision__category")
            context |= {
                "title": _("Re-check after a new guideline"),
                "progress": found,
                "likeliest": likeliest[:SHOWN],
                "part": _next_part(found),
            }
        return super().change_view(request, object_id, form_url, context)

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the buttons."""
        view = self.admin_site.admin_view(send_part)
        return [path("<int:pk>/send/<slug:part>/", view, name="labeling_recheck_send"), *super().get_urls()]


def _next_part(found: Progress) -> str:
    if RecheckStep.Part.SAMPLE not in found.sent:
        return RecheckStep.Part.SAMPLE
    rest_may_go = found.sample_is_answered and found.rest and RecheckStep.Part.REST not in found.sent
    return RecheckStep.Part.REST if rest_may_go else ""


def says(found: Progress) -> str:
    """Return what the sample says about the rest."""
    if RecheckStep.Part.SAMPLE not in found.sent:
        return gettext("Nobody was asked yet.")
    if not found.sample_is_answered:
        return gettext("%(n)d of %(all)d images of the sample are answered.") % {
            "n": found.changed.n,
            "all": found.sample,
        }
    if not found.changed.hits:
        words = gettext(
            "None of %(n)d decisions changed: at most %(high)d %% would. The rest need not be judged again."
        )
        return words % {"n": found.changed.n, "high": round(100 * found.changed.high)}
    words = gettext(
        "%(hits)d of %(n)d decisions changed (%(low)d to %(high)d %%): about %(expected)d of the other %(rest)d would."
    )
    low, high = round(100 * found.changed.low), round(100 * found.changed.high)
    counts = {"hits": found.changed.hits, "n": found.changed.n, "expected": found.expected, "rest": found.rest}
    return words % (counts | {"low": low, "high": high})


@role_required(ADMIN)
def send_part(request: PersonRequest, pk: int, part: str) -> HttpResponse:
    """Send the sample or the rest to people."""
    recheck = get_object_or_404(Recheck, pk=pk)
    if request.method == "POST":
        try:
            confirmed = "confirmed" in request.POST
            count = send(recheck=recheck, part=part, person=request.user, confirmed=confirmed)
        except RecheckError as error:
            messages.error(request, str(error))
        else:
            words = ngettext("%d image goes to people again.", "%d images go to people again.", count)
            messages.success(request, words % count)
    return redirect(reverse("admin:labeling_recheck_change", args=[pk]))

"""Banks: which images decide later copies, and what they have decided."""

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from labeling import clock
from labeling.access import PersonRequest
from labeling.admin.base import ImageSearchAdmin, ReadOnlyAdmin
from labeling.admin.pictures import PicturesAdmin
from labeling.models import DecisionWithdrawal
from labeling.wake import wake
from moderation.models import BankEntry
from moderation.services import entries, reversals
from moderation.tasks import reverse_decisions

BY_HAND = "by hand"


class StateFilter(admin.SimpleListFilter):
    """Entries by whether they decide, and why not."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        """Return the states in words."""
        return [(key, str(name)) for key, name in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[BankEntry]) -> QuerySet[BankEntry]:
        """Return the entries in the state."""
        state = self.value()
        gone = Exists(DecisionWithdrawal.objects.filter(decision=OuterRef("decision")))
        conditions = {
            "decides": Q(disabled_at=None, held_at=None, image__erased_at=None) & ~gone,
            "held": Q(held_at__isnull=False, disabled_at=None),
            "disabled": Q(disabled_at__isnull=False),
            "erased": Q(image__erased_at__isnull=False),
            "gone": gone,
        }
        return queryset.filter(conditions[state]) if state in conditions else queryset


STATES = {
    "decides": _("decides"),
    "held": _("held back"),
    "disabled": _("disabled"),
    "erased": _("its image is erased: nothing new matches it"),
    "gone": _("its decision was taken back"),
}


@admin.register(BankEntry)
class BankEntryAdmin(PicturesAdmin, ImageSearchAdmin, ReadOnlyAdmin):
    """What people have judged, here or elsewhere, kept to decide what comes later."""

    list_title = _("Banks")
    list_display = ["thumbnail", "known_as", "policy", "kind", "state", "today", "standing", "added_at"]
    list_display_links = ["thumbnail", "known_as"]
    list_filter = [StateFilter, "kind", "policy", "source", ("list_name", admin.AllValuesFieldListFilter)]
    list_select_related = ["image", "policy", "decision__withdrawal"]
    fields = ["picture", "known_as", "state", "kind", "policy", "source", "decision", "category", "decided", "past"]
    fields += ["added_at", "added_by"]
    readonly_fields = ["picture", "known_as", "state", "decided", "past"]
    actions = ["disable", "enable", "reverse_all"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BankEntry]:
        """Count what each has decided, in the last day and in all that stands."""
        recent = Q(decisions__decided_at__gt=clock.now() - timedelta(days=1))
        rows = super().get_queryset(request)
        return rows.annotate(
            n_today=Count("decisions", filter=recent),
            n_standing=Count("decisions", filter=Q(decisions__withdrawal=None)),
        )

    @admin.display(description=_("what"), ordering="image")
    def known_as(self, entry: BankEntry) -> str:
        """Return the image that people judged, or the list and what it says of the hash."""
        if entry.image:
            return str(entry.image)
        return f"{entry.list_name}: {entry.note}" if entry.note else entry.list_name

    @admin.display(description=_("found in the past"))
    def past(self, entry: BankEntry) -> SafeString | str:
        """Lead to what had come in before and matches, once that has been searched."""
        if entry.past_searched_at is None:
            return _now("What came in before is being searched.")
        if entry.past_error:
            return _now("It could not be searched: %s") % entry.past_error
        count = entry.findings.count()
        address = reverse("admin:moderation_bankfinding_changelist")
        words = ngettext("%d image that came in before", "%d images that came in before", count) % count
        html = '<a href="{}?entry__id__exact={}&amp;state=all">{}</a>'
        return format_html(html, address, entry.pk, words) if count else _now("nothing")

    @admin.display(description=_("state"))
    def state(self, entry: BankEntry) -> str:
        """Return whether it decides, and since when and why not."""
        if entry.decision and hasattr(entry.decision, "withdrawal"):
            return str(STATES["gone"])
        if entry.disabled_at:
            now = f"; {_now('what it decided is being taken back')}" if entry.is_being_reversed else ""
            return f"{STATES['disabled']}, {entry.disabled_at:%Y-%m-%d %H:%M}: {entry.disabled_why}{now}"
        if entry.held_at:
            why = _("imported to be looked at first") if entry.held_at == entry.added_at else _("far above its habit")
            return f"{STATES['held']}, {entry.held_at:%Y-%m-%d %H:%M}: {why}"
        if entry.image and entry.image.erased_at:
            return str(STATES["erased"])
        return str(STATES["decides"])

    @admin.display(description=_("decided in a day"), ordering="n_today")
    def today(self, entry: BankEntry) -> int:
        """Return how many copies it decided in the last day."""
        return getattr(entry, "n_today", 0)

    @admin.display(description=_("decisions that stand"), ordering="n_standing")
    def standing(self, entry: BankEntry) -> int:
        """Return how many of its decisions stand."""
        return getattr(entry, "n_standing", 0)

    @admin.display(description=_("what it decided"))
    def decided(self, entry: BankEntry) -> SafeString:
        """Lead to its decisions."""
        address = reverse("admin:moderation_machinedecision_changelist")
        words = ngettext("%d decision that stands", "%d decisions that stand", self.standing(entry))
        return format_html('<a href="{}?bank_entry={}">{}</a>', address, entry.pk, words % self.standing(entry))

    @admin.action(description=_("Disable: it decides nothing from now on"), permissions=["bank"])
    def disable(self, request: PersonRequest, queryset: QuerySet[BankEntry]) -> None:
        """Disable what is not."""
        chosen = list(queryset.filter(disabled_at=None))
        for entry in chosen:
            entries.disable(entry=entry, by=request.user, why=BY_HAND)
        said = ngettext("%d entry decides nothing more.", "%d entries decide nothing more.", len(chosen))
        messages.success(request, said % len(chosen))

    @admin.action(description=_("Enable, or release: it decides again"), permissions=["bank"])
    def enable(self, request: PersonRequest, queryset: QuerySet[BankEntry]) -> None:
        """Enable what is disabled or held back."""
        chosen = list(queryset.exclude(disabled_at=None, held_at=None))
        for entry in chosen:
            entries.enable(entry=entry)
        said = ngettext("%d entry decides again.", "%d entries decide again.", len(chosen))
        messages.success(request, said % len(chosen))

    @admin.action(description=_("Disable, and reverse all that they decided: people look"), permissions=["bank"])
    def reverse_all(self, request: PersonRequest, queryset: QuerySet[BankEntry]) -> None:
        """Stop the entries, and have a worker send all that they decided to people."""
        count = sum(reversals.ask(entry=entry, by=request.user, why=BY_HAND) for entry in queryset)
        wake(reverse_decisions)
        said = ngettext("%d decision is taken back.", "%d decisions are taken back.", count) % count
        messages.success(request, f"{said} {_now('Thousands take some minutes; the list says what still stands.')}")

    def has_bank_permission(self, request: HttpRequest) -> bool:
        """Let those act who may change entries, although the list itself only shows."""
        return request.user.has_perm("moderation.change_bankentry")

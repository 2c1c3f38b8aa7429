"""What machines decided, and why: the entry, how near, and what people said of its image."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from labeling.access import PersonRequest
from labeling.admin.decisions import SettledAdmin
from labeling.admin.filters import IdFilter, StandingFilter
from labeling.models import Image
from moderation.models import BankEntry, MachineDecision
from moderation.services import entries


class EntryFilter(IdFilter):
    """What one bank entry decided. Names only the chosen one: there may be as many as a list has hashes."""

    title = _("bank entry")
    parameter_name = "bank_entry"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[Any, str]]:
        """Return the chosen entry."""
        chosen = [] if self.chosen is None else BankEntry.objects.filter(pk=self.chosen)
        return [(entry.pk, str(entry)) for entry in chosen]

    def queryset(self, request: HttpRequest, queryset: QuerySet[MachineDecision]) -> QuerySet[MachineDecision]:
        """Return the decisions that rest on it."""
        return queryset if self.chosen is None else queryset.filter(bank_entry=self.chosen)


@admin.register(MachineDecision)
class MachineDecisionAdmin(SettledAdmin):
    """Every automatic decision answers "why", and can be called wrong."""

    list_title = _("What machines decided")
    list_display = ["thumbnail", "image", "policy", "category", "why", "decided_at", "stands"]
    list_display_links = ["thumbnail", "image"]
    list_filter = [StandingFilter, "policy", "category", "arrival__source", EntryFilter]
    list_select_related = ["arrival__image", "policy", "category", "bank_entry__image", "match", "withdrawal"]
    fields = ["picture", "entry_picture", "category", "reason", "policy", "arrival", "decided_at", "withdrawn"]
    readonly_fields = ["picture", "entry_picture", "reason", "withdrawn"]
    actions = ["call_wrong", "reverse"]
    image_path = "arrival__image_id"

    def image_of(self, row: Any) -> Image:
        """Return the image that was decided about."""
        image: Image = row.arrival.image
        return image

    @admin.display(description=_("image"))
    def image(self, decision: MachineDecision) -> str:
        """Return the image in words."""
        return str(decision.arrival.image)

    @admin.display(description=_("why"))
    def why(self, decision: MachineDecision) -> str:
        """Return the ground in a few words."""
        if decision.bank_entry is None:
            return str(decision.certificate)
        if decision.match is None:
            named = {"list": decision.bank_entry.list_name, "bits": decision.pdq_distance}
            return _now("a hash of the list %(list)s: %(bits)s of 256 bits differ") % named
        words = {"image": decision.bank_entry.image_id, "share": f"{decision.score:.0%}"}
        return _now("a copy of image %(image)s: %(share)s of it shows the same") % words

    @admin.display(description=_("picture in the bank"))
    def entry_picture(self, decision: MachineDecision) -> SafeString | str:
        """Return the picture that it was matched with."""
        entry = decision.bank_entry
        if entry is None or entry.image is None or not entry.image.view_key:
            return "-"
        picture = reverse("admin:moderation_bankentry_picture", args=[entry.pk, "view"])
        page = reverse("admin:moderation_bankentry_change", args=[entry.pk])
        html = '<a href="{}"><img class="picture" src="{}" alt="{}" width="{}" height="{}"></a>'
        return format_html(html, page, picture, str(entry.image), entry.image.width, entry.image.height)

    @admin.display(description=_("why"))
    def reason(self, decision: MachineDecision) -> str:
        """Return the ground in full: what people said, and how near the two are."""
        entry, match = decision.bank_entry, decision.match
        if entry is None:
            return self.why(decision)
        if match is None or entry.decision is None:
            return self._listed(decision, entry)
        words = {
            "category": decision.category,
            "day": f"{entry.decision.decided_at:%Y-%m-%d}",
            "version": entry.decision.policy_version,
            "share": f"{match.agreement:.0%}",
            "inliers": match.inliers,
            "rule": match.rule,
        }
        said = _now(
            "People decided the picture in the bank as %(category)s on %(day)s, under %(version)s. Laid over each"
            " other, %(share)s of the two shows the same; %(inliers)s local features agree on where everything is"
            " (%(rule)s)."
        )
        extras = [_now("One is the mirror image of the other.")] if match.mirrored else []
        if match.pdq_distance is not None:
            extras.append(_now("Their PDQ hashes differ in %d of 256 bits.") % match.pdq_distance)
        return " ".join([said % words, *extras])

    def _listed(self, decision: MachineDecision, entry: BankEntry) -> str:
        """Return what a list says: there is no picture that it could be held against."""
        words = {
            "list": entry.list_name,
            "by": entry.added_by,
            "day": f"{entry.added_at:%Y-%m-%d}",
            "bits": decision.pdq_distance,
            "note": entry.note or "-",
        }
        return (
            _now(
                "The PDQ hash of the image differs in %(bits)s of 256 bits from one of the list %(list)s, which %(by)s"
                " imported on %(day)s. Nobody here has seen the picture of the list. Its note: %(note)s"
            )
            % words
        )

    @admin.action(description=_("This match is wrong: part them, stop the entry"), permissions=["wrong"])
    def call_wrong(self, request: PersonRequest, queryset: QuerySet[MachineDecision]) -> None:
        """Part the images, disable the entries, and say what else they decided."""
        for decision in queryset.filter(bank_entry__isnull=False).select_related("bank_entry", "match"):
            entries.call_match_wrong(decision=decision, by=request.user)
            messages.success(request, self._what_else(decision))

    def _what_else(self, decision: MachineDecision) -> SafeString:
        assert decision.bank_entry is not None  # noqa: S101 (the query has left others out)
        count = decision.bank_entry.decisions.filter(withdrawal=None).count()
        words = ngettext(
            "The entry decides nothing more. %d other decision of it stands: look at it, reverse it if need be.",
            "The entry decides nothing more. %d other decisions of it stand: look at them, reverse them if need be.",
            count,
        )
        address = reverse("admin:moderation_machinedecision_changelist")
        html = '{} <a href="{}?bank_entry={}">{}</a>'
        return format_html(html, words % count, address, decision.bank_entry_id, _now("See them"))

    @admin.action(description=_("Reverse: people look"), permissions=["wrong"])
    def reverse(self, request: PersonRequest, queryset: QuerySet[MachineDecision]) -> None:
        """Take the decisions back and have people look."""
        standing = queryset.filter(withdrawal=None).select_related("arrival__image", "policy")
        count = sum(entries.reverse(decision=each, by=request.user, why="reversed") for each in standing)
        said = ngettext("%d decision is taken back.", "%d decisions are taken back.", count)
        messages.success(request, said % count)

    def has_wrong_permission(self, request: HttpRequest) -> bool:
        """Let those act who may take decisions of machines back, although the list itself only shows."""
        return request.user.has_perm("moderation.add_machinedecisionwithdrawal")

"""What new bank entries were found to match in the past: proposals, which people take or dismiss."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from labeling.access import PersonRequest
from labeling.admin.base import ImageSearchAdmin, ReadOnlyAdmin
from labeling.admin.pictures import PicturesAdmin
from labeling.models import Image
from labeling.selectors.stages import stages_of, with_stages
from moderation.admin.finding_filter import STATES, AnswerFilter
from moderation.models import BankFinding
from moderation.services import findings


@admin.register(BankFinding)
class BankFindingAdmin(PicturesAdmin, ImageSearchAdmin, ReadOnlyAdmin):
    """What a new entry would have decided, had it been there before."""

    list_title = _("Found in the past")
    list_display = ["thumbnail", "image", "bank_picture", "nearness", "now", "found_at", "answer"]
    list_display_links = ["thumbnail", "image"]
    list_filter = [AnswerFilter, "entry__kind", "entry__policy", ("entry__list_name", admin.AllValuesFieldListFilter)]
    list_select_related = ["entry__image", "entry__policy", "answered_by"]
    fields = ["picture", "bank_picture", "nearness", "now", "found_at", "answer"]
    readonly_fields = ["picture", "bank_picture", "nearness", "now", "answer"]
    actions = ["take", "dismiss"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BankFinding]:
        """Fetch the images with where they are, all at once."""
        rows = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("image", queryset=with_stages(Image.objects.all())))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Let an entry's page lead to its findings."""
        return lookup == "entry__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("in the bank"))
    def bank_picture(self, finding: BankFinding) -> SafeString:
        """Return the entry's picture, or the name of its list, with the way to its page."""
        entry = finding.entry
        page = reverse("admin:moderation_bankentry_change", args=[entry.pk])
        if entry.image is None or not entry.image.thumb_key:
            return format_html('<a href="{}">{}</a>', page, entry)
        picture = reverse("admin:moderation_bankentry_picture", args=[entry.pk, "thumb"])
        html = '<a href="{}"><img class="thumbnail" src="{}" alt="{}" width="{}" height="{}" loading="lazy"></a>'
        return format_html(html, page, picture, str(entry), entry.image.width, entry.image.height)

    @admin.display(description=_("how near"), ordering="agreement")
    def nearness(self, finding: BankFinding) -> str:
        """Return what the comparison said."""
        bits = _now("%d of 256 bits differ") % finding.pdq_distance if finding.pdq_distance is not None else ""
        shows = _now("%s shows the same") % f"{finding.agreement:.0%}" if finding.agreement is not None else ""
        return ", ".join(filter(None, [shows, bits]))

    @admin.display(description=_("now"))
    def now(self, finding: BankFinding) -> str:
        """Return where the image is by now."""
        return "; ".join(": ".join(filter(None, line)) for line in stages_of(finding.image))

    @admin.display(description=_("answer"))
    def answer(self, finding: BankFinding) -> str:
        """Return who said what to it."""
        if finding.accepted is None or finding.answered_at is None:
            return "-"
        said = STATES["taken"] if finding.accepted else STATES["dismissed"]
        return f"{said}, {finding.answered_by}, {finding.answered_at:%Y-%m-%d %H:%M}"

    @admin.action(description=_("Take: it is the picture in the bank"), permissions=["answer"])
    def take(self, request: PersonRequest, queryset: QuerySet[BankFinding]) -> None:
        """Take what is proposed."""
        count = sum(findings.accept(finding=each, by=request.user) for each in queryset)
        said = ngettext("%d finding is taken.", "%d findings are taken.", count)
        messages.success(request, said % count)

    @admin.action(description=_("Dismiss: it is another picture"), permissions=["answer"])
    def dismiss(self, request: PersonRequest, queryset: QuerySet[BankFinding]) -> None:
        """Dismiss what is proposed, for good."""
        count = sum(findings.dismiss(finding=each, by=request.user) for each in queryset)
        said = ngettext("%d finding is dismissed.", "%d findings are dismissed.", count)
        messages.success(request, said % count)

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Let those act who may answer, although the list itself only shows."""
        return request.user.has_perm("moderation.change_bankfinding")

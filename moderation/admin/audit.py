"""The audit log: who changed what, and when. Nobody can change or delete it here."""

from collections.abc import Iterable
from typing import Any

# Imported first, so that its registration can be replaced.
import auditlog.admin  # noqa: F401
from auditlog.models import LogEntry
from auditlog.registry import auditlog as registry
from auditlog.render import render_logentry_changes_html
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import ReadOnlyAdmin
from labeling.admin.filters import IdFilter

admin.site.unregister(LogEntry)


class KindFilter(IdFilter):
    """Entries about one kind of thing."""

    title = _("kind")
    parameter_name = "content_type"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Iterable[tuple[Any, str]]:
        """Return the kinds that the log follows."""
        kinds = ContentType.objects.get_for_models(*registry.get_models()).values()
        return sorted(((kind.pk, capfirst(kind.name)) for kind in kinds), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        """Return the entries about it."""
        return queryset if self.chosen is None else queryset.filter(content_type=self.chosen)


@admin.register(LogEntry)
class AuditLogAdmin(ReadOnlyAdmin):
    """Every change of policy, role, setting or decision."""

    list_title = _("Audit log")
    list_display = ["timestamp", "who", "action", "kind", "which", "summary"]
    list_filter = ["timestamp", KindFilter, "actor"]
    list_select_related = ["content_type", "actor"]
    search_fields = ["object_repr", "actor__username"]
    fields = ["timestamp", "who", "action", "kind", "which", "changes_made"]

    @admin.display(description=_("who"), ordering="actor")
    def who(self, entry: LogEntry) -> str:
        """Return the person; what tasks and commands do is the system's."""
        return str(entry.actor or _("system"))

    @admin.display(description=_("kind"))
    def kind(self, entry: LogEntry) -> str:
        """Return the kind of thing that was changed."""
        return capfirst(entry.content_type.name)

    @admin.display(description=_("which"))
    def which(self, entry: LogEntry) -> str:
        """Return the thing as it was called then."""
        return entry.object_repr

    @admin.display(description=_("changes"))
    def summary(self, entry: LogEntry) -> str:
        """Return the names of what changed; of a new thing that is everything."""
        changed = entry.changes_dict if entry.action == LogEntry.Action.UPDATE else {}
        return Truncator(", ".join(changed)).chars(80)

    @admin.display(description=_("changes"))
    def changes_made(self, entry: LogEntry) -> SafeString:
        """Return a table of what was there before, and after."""
        return render_logentry_changes_html(entry)

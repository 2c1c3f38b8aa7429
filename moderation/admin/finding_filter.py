"""The filter of findings of the past by what people said to them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from moderation.models import BankFinding

STATES = {"open": _("to be answered"), "taken": _("taken"), "dismissed": _("dismissed"), "all": _("all")}
ANSWERS = {"open": None, "taken": True, "dismissed": False}


class AnswerFilter(admin.SimpleListFilter):
    """Findings by their answer; without a choice, those that nobody has answered."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        """Return the states in words."""
        return [(key, str(name)) for key, name in STATES.items()]

    def choices(self, changelist: Any) -> Any:
        """Offer the states only: the first one is what "all" is elsewhere."""
        for key, name in self.lookup_choices:
            chosen = {self.parameter_name: key}
            yield {
                "selected": (self.value() or "open") == key,
                "query_string": changelist.get_query_string(chosen),
                "display": name,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[BankFinding]) -> QuerySet[BankFinding]:
        """Return the findings in the state."""
        state = self.value() or "open"
        return queryset.filter(accepted=ANSWERS[state]) if state in ANSWERS else queryset

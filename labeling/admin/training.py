"""Trainings, and what came of each."""

import json
from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from labeling.admin.base import ReadOnlyAdmin
from ml.models import TrainingRun


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnlyAdmin):
    """Started by a command, shown here."""

    list_display = ["id", "policy_key", "state", "created_at", "started_at", "ended_at"]
    list_filter = ["state", "policy_key"]
    fields = ["policy_key", "state", "created_at", "started_at", "ended_at", "error"]
    fields += ["how_it_went", "started_with", "manifest_key", "manifest_digest"]
    readonly_fields = ["how_it_went", "started_with"]

    @admin.display(description=_("how it went"))
    def how_it_went(self, run: TrainingRun) -> SafeString | str:
        """Return the numbers of the training."""
        return as_lines(run.metrics)

    @admin.display(description=_("parameters"))
    def started_with(self, run: TrainingRun) -> SafeString | str:
        """Return what the training was started with."""
        return as_lines(run.parameters)


def as_lines(values: dict[str, Any]) -> SafeString | str:
    """Return the names and values of a JSON object as a table, a line for each name."""
    if not values:
        return "-"
    rows = ((name, value if isinstance(value, str) else json.dumps(value)) for name, value in values.items())
    lines = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', rows)
    return format_html('<table class="values"><tbody>{}</tbody></table>', lines)

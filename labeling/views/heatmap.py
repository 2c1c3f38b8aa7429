"""Where the model looks, for the category that the person asks about."""

import uuid
from urllib.parse import quote

import numpy as np
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from labeling.access import ADJUDICATOR, LABELER, PersonRequest, offered_assignment, role_required
from labeling.heat import overlay_png
from labeling.models import Category
from labeling.selectors.heat import Missing, heat_of
from labeling.views.pictures import INERT

WORDS = {
    Missing.NO_MODEL: _("No model has learnt this question yet."),
    Missing.NOT_LEARNT: _("The model has not learnt this category."),
    Missing.NOT_YET: _("The heatmap is not ready yet."),
    Missing.EMPTY: _("No place stands out."),
}


@role_required(LABELER, ADJUDICATOR)
@require_safe
def heatmap(request: PersonRequest, assignment_id: uuid.UUID, key: str) -> HttpResponse:
    """Send the overlay as a PNG, with the model's name in X-Model; where there is none, 404 with a plain sentence."""
    entry = offered_assignment(request, assignment_id, "heatmap").entry
    category = get_object_or_404(Category.objects.select_related("policy"), policy=entry.policy, key=key)
    found = heat_of(image=entry.image, category=category)
    if isinstance(found, Missing):
        return HttpResponse(WORDS[found], status=404, content_type="text/plain; charset=utf-8")
    grid = np.array(found.grid, np.float32).reshape(found.rows, found.columns)
    png = overlay_png(grid, width=entry.image.width, height=entry.image.height)
    headers = {"Content-Security-Policy": INERT, "Content-Disposition": "inline"}
    headers["X-Model"] = quote(found.model_version.name)  # a header holds no more than Latin letters
    return HttpResponse(png, content_type="image/png", headers=headers)

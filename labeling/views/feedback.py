"""My feedback: what adjudicators made of a person's own answers, and why. Of other people's answers it says nothing."""

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from labeling import clock
from labeling.access import LABELER, PersonRequest, role_required
from labeling.selectors.feedback import Compared, last_reading, pictured, settled, told, told_label
from labeling.selectors.gold import GOLD_BATCH, gold_results
from labeling.services.feedback import mark_read
from labeling.views.pictures import send

A_PAGE = 20


@role_required(LABELER)
@require_safe
def feedback(request: PersonRequest) -> HttpResponse:
    """Show the outcomes, those that differ first, and batches of known answers; then they are read."""
    now, before = clock.now(), last_reading(request.user)
    rows = settled(request.user)
    different = sum(row.compared == Compared.OTHER for row in rows)
    only = request.GET.get("show") == Compared.OTHER
    chosen = [row for row in rows if row.compared == Compared.OTHER] if only else rows
    page = Paginator(chosen, A_PAGE).get_page(request.GET.get("page"))
    batches = gold_results(request.user)
    context = {
        "page": page,
        "found": told(list(page.object_list)),
        "total": len(rows),
        "different": different,
        "only": only,
        "since": before.read_at if before else None,
        "batches": batches,
        "pictured": pictured([miss.label for batch in batches for miss in batch.misses]),
        "batch": GOLD_BATCH,
    }
    response = render(request, "feedback.html", context)
    if request.method == "GET":
        mark_read(person=request.user, at=now)
    return response


@role_required(LABELER)
@require_safe
def thumb(request: PersonRequest, label_id: int) -> HttpResponse | FileResponse:
    """Send the small picture of an image that the person labeled and is told of. Else 404."""
    label = told_label(request.user, label_id)
    if label is None:
        raise Http404
    return send(label.image.thumb_key, request.user)

"""The upload page: admins drop pictures, workers take them in."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from labeling.access import ADMIN, PersonRequest, role_required
from labeling.models import Source
from labeling.wake import wake
from moderation.selectors import batch_progress
from moderation.services import incoming
from moderation.tasks import ingest_incoming


@role_required(ADMIN)
def upload(request: PersonRequest) -> HttpResponse:
    """Show the form, or keep what was sent and show how it fares."""
    if request.method == "POST":
        return _receive(request)
    return render(
        request, "upload.html", {"sources": Source.objects.all(), "limit_mb": settings.MAX_IMAGE_BYTES // 10**6}
    )


def _receive(request: PersonRequest) -> HttpResponse:
    files = request.FILES.getlist("files")
    source = Source.objects.filter(pk=_number(request.POST.get("source", ""))).first()
    if source is None or not files:
        messages.error(request, _("Choose a source.") if source is None else _("Choose at least one file."))
        return redirect("upload")
    batch = uuid.uuid4()
    for file in files:
        # One byte more than is taken is enough to know that it is too large.
        data = file.read(settings.MAX_IMAGE_BYTES + 1)
        incoming.add_upload(source=source, name=file.name or "", data=data, batch=batch, person=request.user)
    wake(ingest_incoming)
    return redirect("upload_batch", batch)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@role_required(ADMIN)
@require_safe
def batch(request: PersonRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Show how an upload fares; the fragment asks again by itself until all is done."""
    progress = batch_progress(batch_id)
    if not progress.total:
        raise Http404
    template = "upload_batch.html#progress" if request.htmx else "upload_batch.html"
    return render(request, template, {"batch": batch_id, "progress": progress})

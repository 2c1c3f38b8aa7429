"""The upload page: admins drop pictures, workers take them in."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from labeling.access import ADMIN, PersonRequest, role_required
from labeling.models import Source
from labeling.wake import wake
from moderation.selectors.incoming import batch_progress
from moderation.services import incoming
from moderation.tasks import ingest_incoming


@role_required(ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PersonRequest) -> HttpResponse:
    """Show the form, or keep what was sent and show how it fares."""
    if request.method == "POST":
        return _receive(request)
    context = {
        "sources": Source.objects.all(),
        "limit_mb": settings.MAX_IMAGE_BYTES // 10**6,
        "batch": uuid.uuid4(),
    }
    return render(request, "upload.html", context)


def _receive(request: PersonRequest) -> HttpResponse:
    files = request.FILES.getlist("files")
    source = Source.objects.filter(pk=_number(request.POST.get("source", ""))).first()
    if source is None or not files:
        messages.error(request, _("Choose a source.") if source is None else _("Choose at least one file."))
        return redirect("upload")
    batch = _batch(request.POST.get("batch", ""))
    for file in files:
        incoming.add_upload(source=source, file=file, batch=batch, person=request.user)
    wake(ingest_incoming)
    return redirect("upload_batch", batch)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _batch(text: str) -> uuid.UUID:
    """Return the batch that the page has drawn, so that many files can be sent in portions."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


@role_required(ADMIN)
@require_safe
def batch(request: PersonRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Show how an upload fares; the fragment asks again by itself until all is done."""
    progress = batch_progress(batch_id)
    if not progress.total:
        raise Http404
    template = "upload_batch.html#progress" if request.htmx else "upload_batch.html"
    return render(request, template, {"batch": batch_id, "progress": progress})

"""The small pictures of a person's last answers."""

import uuid

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from labeling.access import LABELER, PersonRequest, role_required, shown_image
from labeling.views.pictures import send


@role_required(LABELER)
@require_safe
def picture_thumb(request: PersonRequest, assignment_id: uuid.UUID) -> HttpResponse | FileResponse:
    """Send an image that the person holds or can take back, as small as the strip shows it."""
    return send(shown_image(request, assignment_id).thumb_key, request.user)

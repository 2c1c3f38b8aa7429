"""The bytes of an image, for the one person who is to judge it."""

import logging
import uuid

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from labeling.access import LABELER, PersonRequest, role_required, shown_image

logger = logging.getLogger(__name__)
# Should a browser ever take the bytes for a page, it is one that may do nothing.
INERT = "default-src 'none'; sandbox"


@role_required(LABELER)
@require_safe
def picture(request: PersonRequest, assignment_id: uuid.UUID) -> HttpResponse | FileResponse:
    """Send the image that this assignment shows to the person. 410 when its bytes are gone."""
    return send(shown_image(request, assignment_id).view_key)


def send(key: str) -> HttpResponse | FileResponse:
    """Send the JPEG that the storage holds under `key`; 410 when there is none any more. The caller has authorised."""
    if not key:
        return HttpResponse(status=410)
    try:
        file = default_storage.open(key)
    except FileNotFoundError:
        logger.error("The storage has lost %s.", key)
        return HttpResponse(status=410)
    response = FileResponse(file, content_type="image/jpeg", headers={"Content-Security-Policy": INERT})
    response["Content-Disposition"] = "inline"  # without the name in the storage, which is the digest
    return response

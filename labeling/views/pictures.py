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
    image = shown_image(request, assignment_id)
    if not image.view_key:
        return HttpResponse(status=410)
    try:
        file = default_storage.open(image.view_key)
    except FileNotFoundError:
        logger.error("The storage has lost %s of image %s.", image.view_key, image.pk)
        return HttpResponse(status=410)
    response = FileResponse(file, content_type="image/jpeg", headers={"Content-Security-Policy": INERT})
    response["Content-Disposition"] = "inline"  # without the name in the storage, which is the digest
    return response

"""The bytes of an image, for the one person who is to judge it.

Every picture that a labeler gets goes through `send`, which knows for whom it is and softens it as that person wants.
The picture as it is leaves by `send_plain` only, at addresses of its own that end in /plain.
"""

import logging
import uuid

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from labeling.access import ADJUDICATOR, LABELER, PersonRequest, neighbour_image, role_required, shown_image
from labeling.models import Person
from labeling.softening import UnreadableError, soften

logger = logging.getLogger(__name__)
# Should a browser ever take the bytes for a page, it is one that may do nothing.
INERT = "default-src 'none'; sandbox"
# Without the name in the storage, which is the digest.
HEADERS = {"Content-Security-Policy": INERT, "Content-Disposition": "inline"}


@role_required(LABELER, ADJUDICATOR)
@require_safe
def picture(request: PersonRequest, assignment_id: uuid.UUID) -> HttpResponse | FileResponse:
    """Send the image that this assignment shows to the person. 410 when its bytes are gone."""
    return send(shown_image(request, assignment_id).view_key, request.user)


@role_required(LABELER, ADJUDICATOR)
@require_safe
def picture_plain(request: PersonRequest, assignment_id: uuid.UUID) -> HttpResponse | FileResponse:
    """Send the same image as it is, whatever the person has chosen: they hold a key to see it."""
    return send_plain(shown_image(request, assignment_id).view_key)


@role_required(LABELER)
@require_safe
def neighbour_plain(request: PersonRequest, assignment_id: uuid.UUID, token: str) -> HttpResponse | FileResponse:
    """Send a judged image beside it as it is."""
    return send_plain(neighbour_image(request, assignment_id, token).view_key)


def send(key: str, person: Person) -> HttpResponse | FileResponse:
    """Send the JPEG that the storage holds under `key`, softened as `person` wants; 410 when there is none any more.

    The caller has authorised.
    """
    if person.softening == Person.Softening.NONE:
        return send_plain(key)
    file = _opened(key)
    if file is None:
        return HttpResponse(status=410)
    with file:
        data = file.read()
    try:
        return HttpResponse(soften(data, person.softening), content_type="image/jpeg", headers=HEADERS)
    except UnreadableError:
        logger.exception("What the storage has under %s is no picture.", key)
        return HttpResponse(status=500)  # half a picture would be half of it unsoftened


def send_plain(key: str) -> HttpResponse | FileResponse:
    """Send the JPEG under `key` as it is; 410 when there is none any more. Only for addresses that end in /plain."""
    file = _opened(key)
    if file is None:
        return HttpResponse(status=410)
    response = FileResponse(file, content_type="image/jpeg")
    for name, value in HEADERS.items():  # afterwards: a FileResponse would name the file
        response[name] = value
    return response


def _opened(key: str) -> File | None:
    if not key:
        return None
    try:
        return default_storage.open(key)
    except FileNotFoundError:
        logger.error("The storage has lost %s.", key)
        return None

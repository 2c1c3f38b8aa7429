"""What people see when something fails on our side."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 with Retry-After while the database is away, else 500.

    The labeling screen keeps what it could not save and sends it again. The pages are rendered without the request:
    asking who is logged in would need the database.
    """
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    page = render_to_string("unavailable.html" if away else "500.html")
    return HttpResponse(page, status=503 if away else 500, headers={"Retry-After": "2"} if away else {})

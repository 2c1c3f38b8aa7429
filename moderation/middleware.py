"""What holds for every response."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Next = Callable[[HttpRequest], HttpResponse]


def never_cached(get_response: Next) -> Next:
    """Forbid storing pages, fragments and image bytes; static files are served before this is reached."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware


class DatabaseUnavailable:
    """Answer 503 with Retry-After while the database is away, instead of an error page.

    The labeling screen keeps what could not be saved and sends it again; anybody else is told to wait.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a lost database into 503; leave every other exception alone."""
        if isinstance(exception, OperationalError | InterfaceError):
            return render(request, "unavailable.html", status=503, headers={"Retry-After": "2"})
        return None

"""What is refused before GeoReport is asked (too large, unknown address, NUL) in GeoReport's own form too."""

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from onegrid.exchange.open311.forms import JSON, XML, errors, form_of

PREFIX = "/open311/"


class ErrorsInForm:
    """Middleware outside of those that refuse early."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(PREFIX) or response.status_code < 400:
            return response
        kind = response["Content-Type"].split(";")[0] if response.has_header("Content-Type") else ""
        if kind in (JSON, XML):
            return response
        shown = errors(form_of(request.path_info), response.status_code, _words(kind, response))
        for name in ("Retry-After", "Allow"):
            if response.has_header(name):
                shown[name] = response[name]
        return shown


def _words(kind: str, response: HttpResponse) -> str:
    if kind == "application/problem+json":
        return str(json.loads(response.content)["title"])
    return (
        _("This cannot be answered.") if response.status_code >= 500 else _("There is no such address here.")
    )

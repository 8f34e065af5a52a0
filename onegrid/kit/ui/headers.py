"""Which devices a page may ask the browser for, and what a browser keeps of it."""

from collections.abc import Callable
from functools import cached_property

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


class PermissionsPolicy:
    """Middleware: settings.PERMISSIONS_POLICY on every answer. Django sets the other headers of this kind."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response


class ContentPolicy(CSPMiddleware):
    """Middleware: the library's. An answer for which no nonce was drawn (JSON, a file, a redirect) gets the policy of
    the settings as it stands, spelt once a process."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        drawn = getattr(request, "_csp_nonce", None) is not None
        if drawn or settings.DEBUG or any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self._plain)
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]  # as theirs
        return response

    @cached_property
    def _plain(self) -> str:
        return build_policy()


class NotKept:
    """Middleware: what somebody got while signed in, a shared computer shows to nobody afterwards, "back" included.

    A page that says itself how it may be kept (a tile, a photo, a page of a worker's phone) stays as it says.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

"""How large a request may be, judged by its announced length before anything of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from onegrid.kit.errors.pages import answer_to
from onegrid.kit.errors.refusals import Refusal

MEGABYTE = 1024 * 1024
WITH_BODY = {"POST", "PUT", "PATCH"}
# Set by a proxy that turned the body away itself (deploy/nginx): we only find the words. Whoever sets it himself is
# refused, and harms nobody else.
REFUSED_BEFORE = "X-Body-Refused"


class TooLarge(Refusal):
    """More than is taken here."""

    status = 413


class LengthNeeded(Refusal):
    """The length was not announced (RFC 9110 15.5.12)."""

    status = 411


class BodySizes:
    """Middleware before the CSRF check, which is the first to read a form: settings.BODY_BYTES for every address,
    except those of settings.OWN_BODY_BYTES, which judge for themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = refused_length(request)
        return answer_to(request, refusal) if refusal else self.get_response(request)


def refused_length(request: HttpRequest) -> Refusal | None:
    most = settings.BODY_BYTES
    if REFUSED_BEFORE in request.headers:
        return _too_large(most)
    given = str(request.META.get("CONTENT_LENGTH") or "")
    if not given.isdecimal() and request.method in WITH_BODY:
        return LengthNeeded("length_needed", _("The server needs to know the size of what is sent."))
    if request.path_info in settings.OWN_BODY_BYTES or not given.isdecimal():
        return None
    return None if len(given) < 19 and int(given) <= most else _too_large(most)


def _too_large(most: int) -> Refusal:
    words = _("What was sent is larger than %(most)s MB, the most that is taken here.")
    return TooLarge("body_too_large", words % {"most": most // MEGABYTE})

"""What is answered to whoever has to come back: said at once, without session, database or middleware."""

import json
from functools import cache, lru_cache
from io import BytesIO
from itertools import product
from random import randrange
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.kit.errors import Refusal
from onegrid.kit.errors.pages import problem, wants_json

POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)


class Busy(Refusal):
    """More is asked than this process can do now; nothing of it was begun."""

    status = 429


def later(environ: dict[str, Any], seconds: float) -> HttpResponse:
    """429 for a program or a person. `seconds`: how long a request waits here at most; who is sent away comes back
    after one to three times as long, not all at once. The answer is one that is kept: it is sent as it is.

    In a burst this is asked hundreds of times a second, while those who were let in need the processor.
    """
    wait = randrange(max(1, round(seconds)), 3 * max(1, round(seconds)) + 1)
    language, as_json = _reader(
        _chosen_language(environ.get("HTTP_COOKIE", "")),
        environ.get("HTTP_ACCEPT_LANGUAGE", ""),
        environ.get("HTTP_ACCEPT", "*/*"),
        environ["PATH_INFO"].startswith("/api/"),
    )
    looked = environ["REQUEST_METHOD"] in ("GET", "HEAD")
    return _answer(language, as_json, looked, "HTTP_HX_REQUEST" in environ, wait)


def prepare(seconds: float) -> None:
    """Writes all answers out before the first is needed: in a burst each thread would begin to write the same one."""
    least = max(1, round(seconds))
    for language, _name in settings.LANGUAGES:
        for as_json, looked, by_htmx in product((False, True), repeat=3):
            for wait in range(least, 3 * least + 1):
                _answer(language, as_json, looked, by_htmx, wait)


def _chosen_language(cookies: str) -> str:
    for cookie in cookies.split(";"):
        name, _is, value = cookie.strip().partition("=")
        if name == settings.LANGUAGE_COOKIE_NAME:
            return value
    return ""


@lru_cache(maxsize=512)
def _reader(chosen: str, languages: str, accept: str, api: bool) -> tuple[str, bool]:
    """Language, and whether a program reads it: as Django and we tell it of any request."""
    headers = {"HTTP_ACCEPT_LANGUAGE": languages, "HTTP_ACCEPT": accept}
    if chosen:
        headers["HTTP_COOKIE"] = f"{settings.LANGUAGE_COOKIE_NAME}={chosen}"
    path = "/api/" if api else "/"
    request = WSGIRequest({"REQUEST_METHOD": "GET", "PATH_INFO": path, "wsgi.input": BytesIO(), **headers})
    return translation.get_language_from_request(request), wants_json(request)


@cache
def _answer(language: str, as_json: bool, looked: bool, by_htmx: bool, wait: int) -> HttpResponse:
    with translation.override(language):
        words = _("Too much is going on right now; please try again in a moment.")
        if as_json:
            answer = problem(Busy("busy", words, retry_after=wait))
        else:
            answer = HttpResponse(_page(language, looked), status=429)
    for name, value in _on_every_answer().items():
        answer[name] = value
    answer["Retry-After"] = str(wait)
    answer["Cache-Control"] = "no-store"
    answer["Vary"] = "Accept, Accept-Language, Cookie"
    answer["Content-Length"] = str(len(answer.content))
    if by_htmx:  # htmx shows no page with this status, but it hears this
        answer["HX-Trigger"] = json.dumps({"toast": {"text": str(words), "tone": "bad"}})
    return answer


def _on_every_answer() -> dict[str, str]:
    """What middleware puts on all others (docs/security.md)."""
    return {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Permissions-Policy": settings.PERMISSIONS_POLICY,
    }


@cache
def _page(language: str, looked: bool) -> str:
    """In the language that is active, which must be the one named."""
    return render_to_string("kit/busy.html", {"looked": looked})

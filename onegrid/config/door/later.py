"""What is answered to whoever has to come back: said at once, without session, database or middleware."""

import json
from functools import cache
from random import randrange
from typing import Any

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
    after one to three times as long, not all at once."""
    wait = randrange(max(1, round(seconds)), 3 * max(1, round(seconds)) + 1)
    request = WSGIRequest(environ)
    with translation.override(translation.get_language_from_request(request)):
        words = _("Too much is going on right now; please try again in a moment.")
        if wants_json(request):
            answer = problem(Busy("busy", words, retry_after=wait))
        else:
            answer = HttpResponse(
                _page(translation.get_language() or "", request.method in ("GET", "HEAD")), status=429
            )
            answer["Content-Security-Policy"] = POLICY
            answer["X-Content-Type-Options"] = "nosniff"
    answer["Retry-After"] = str(wait)
    answer["Cache-Control"] = "no-store"
    answer["Vary"] = "Accept, Accept-Language, Cookie"
    if "HTTP_HX_REQUEST" in environ:  # htmx shows no page with this status, but it hears this
        answer["HX-Trigger"] = json.dumps({"toast": {"text": str(words), "tone": "bad"}})
    return answer


@cache
def _page(language: str, looked: bool) -> str:
    return render_to_string("kit/busy.html", {"looked": looked})

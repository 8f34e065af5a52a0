"""Conditional requests (RFC 9110 13): what the caller has seen, and what that allows."""

import re

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from onegrid.kit.errors import Refusal, Unreadable

TAG = re.compile(r'"(\d{1,9})-[0-9a-f]{16}"')
KEY_MAX = 80
KEY_FORM = re.compile(rf"[\x21-\x7e]{{1,{KEY_MAX}}}")


class Changed(Refusal):
    """The case is not any more as the caller saw it; `details` say how it is now."""

    status = 412


class PreconditionNeeded(Refusal):
    """Two people may act on a case: whoever does says which state of it was seen (RFC 6585)."""

    status = 428


def unchanged(request: HttpRequest, tag: str) -> HttpResponse | None:
    """304 when the caller has just this already."""
    given = [part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")]
    if tag not in given:
        return None
    answer = HttpResponse(status=304)
    answer["ETag"] = tag
    return answer


def seen_version(request: HttpRequest) -> int | None:
    """The version in If-Match; None for `*`, which says "whatever it is now"."""
    given = seen_tag(request)
    found = TAG.fullmatch(given) if given is not None else None
    return int(found[1]) if found else None


def seen_tag(request: HttpRequest) -> str | None:
    """The whole ETag in If-Match, or None for `*`."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        words = _("Please send If-Match with the ETag of the case as you saw it, or * to act on it as it is.")
        raise PreconditionNeeded("precondition_needed", words)
    if given == "*":
        return None
    if TAG.fullmatch(given) is None:
        raise Unreadable("bad_if_match", _("If-Match holds one ETag of this case, or *."))
    return given


def wants_nothing_back(request: HttpRequest) -> bool:
    """`Prefer: return=minimal` (RFC 7240 4.2): who steps on many cases does not read each again."""
    given = request.headers.get("Prefer", "").lower().split(",")
    return any(one.split(";")[0].replace(" ", "") == "return=minimal" for one in given)


def request_key(request: HttpRequest) -> str | None:
    """Idempotency-Key: what the caller calls this request; a repeated one is answered like the first."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    if KEY_FORM.fullmatch(given) is None:
        words = _("Idempotency-Key holds 1 to %(most)s letters, digits and signs without spaces.")
        raise Unreadable("bad_idempotency_key", words % {"most": KEY_MAX})
    return given

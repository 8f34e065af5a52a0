"""Refusals as pages, or as problem+json where the caller is a program."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from onegrid.kit.errors.refusals import NotFound, Refusal, Unreadable

A_MINUTE = "60"  # seconds; limits of the sign-in library are a minute's and do not say so


def problem(refusal: Refusal) -> HttpResponse:
    """RFC 9457 problem document of a refusal."""
    body = {
        "type": f"urn:onegrid:refusal:{refusal.code}",
        "status": refusal.status,
        "code": refusal.code,
        "title": str(refusal.message),
        "details": refusal.details,
    }
    answer = JsonResponse(body, status=refusal.status, content_type="application/problem+json")
    return _with_wait(answer, refusal)


def _with_wait(answer: HttpResponse, refusal: Refusal) -> HttpResponse:
    if "retry_after" in refusal.details:  # seconds
        answer["Retry-After"] = str(refusal.details["retry_after"])
    return answer


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or not request.accepts("text/html")


def has_nul(request: HttpRequest) -> bool:
    asked = (word for name, values in request.GET.lists() for word in (name, *values))
    return "\x00" in request.path_info or any("\x00" in word for word in asked)


def answer_to(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal in the form that the caller reads."""
    if wants_json(request):
        return problem(refusal)
    page = render(request, "kit/refusal.html", {"refusal": refusal}, status=refusal.status)
    return _with_wait(page, refusal)


class WrongMethod(Refusal):
    """The address is there, but not for this method."""

    status = 405


def in_words(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Django's own "no such address" and "not this method", for programs as problem documents like all others; and a
    library's "too many requests" with the time after which it makes sense again."""
    kind = response.get("Content-Type", "")
    if response.status_code == 429 and not response.has_header("Retry-After"):
        response["Retry-After"] = A_MINUTE
    if response.status_code not in (404, 405) or not request.path.startswith("/api/") or "json" in kind:
        return response
    if response.status_code == 404:
        return problem(NotFound("no_such_address", _("There is nothing at this address")))
    answer = problem(WrongMethod("wrong_method", _("This address does not take this method.")))
    if response.has_header("Allow"):
        answer["Allow"] = response["Allow"]
    return answer


class RefusalPages:
    """Middleware: a refusal raised anywhere below becomes one answer with its status.

    A NUL in path or query is refused here for all pages: PostgreSQL keeps none, so every search would fail on it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if has_nul(request):
            return answer_to(request, Unreadable("nul_character", _("The address holds a NUL character.")))
        return in_words(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer_to(request, exception) if isinstance(exception, Refusal) else None

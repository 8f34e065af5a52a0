"""Refusals as pages, or as problem+json where the caller is a program."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from onegrid.kit.errors.refusals import Refusal


def problem(refusal: Refusal) -> JsonResponse:
    """RFC 9457 problem document of a refusal."""
    body = {
        "type": f"urn:onegrid:refusal:{refusal.code}",
        "status": refusal.status,
        "code": refusal.code,
        "title": str(refusal.message),
        "details": refusal.details,
    }
    return JsonResponse(body, status=refusal.status, content_type="application/problem+json")


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or not request.accepts("text/html")


class RefusalPages:
    """Middleware: a refusal raised anywhere below becomes one answer with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if wants_json(request):
            answer: HttpResponse = problem(exception)
        else:
            answer = render(request, "kit/refusal.html", {"refusal": exception}, status=exception.status)
        if "retry_after" in exception.details:  # seconds
            answer["Retry-After"] = str(exception.details["retry_after"])
        return answer

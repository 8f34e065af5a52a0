"""The JSON interface under /api/v1. Routers are found by file name, `<room>.<noun>.api`, like tables are."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from onegrid.exchange.openplatform.callers import ApiKey, SignedIn
from onegrid.kit.errors import Refusal
from onegrid.kit.errors.pages import problem
from onegrid.kit.room import Room

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; `title` is a sentence in the reader's language.",
    "required": ["type", "status", "code", "title", "details"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:onegrid:refusal:changed_meanwhile"]},
        "status": {"type": "integer", "examples": [412]},
        "code": {"type": "string", "examples": ["changed_meanwhile"]},
        "title": {"type": "string"},
        "details": {"type": "object"},
    },
}
PROBLEM_JSON = "application/problem+json"
REFUSAL = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}


class Described(NinjaAPI):
    """Every address may refuse, each time with a problem document: its description says so once for all.

    The description is made once a process: that takes longer than any answer of the interface.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._described: dict[str, Any] = {}

    def get_openapi_schema(self, **options: Any) -> Any:
        key = repr(sorted(options.items()))
        if key not in self._described:
            self._described[key] = self._describe(**options)
        return self._described[key]

    def _describe(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
        for path in schema["paths"].values():
            for operation in path.values():
                _describe_refusals(operation["responses"])
        return schema


def _describe_refusals(responses: dict[Any, Any]) -> None:
    for status in [status for status in responses if isinstance(status, int) and status >= 400]:
        responses[status]["content"] = REFUSAL
    responses["4XX"] = {"description": "Refused, with the reason", "content": REFUSAL}
    responses[503] = {"description": "Something needed is down", "content": REFUSAL}


api = Described(
    title="OneGrid (一网)",
    version="1.0.0",
    description=(
        "Answers are JSON; refusals are problem documents (RFC 9457) with a stable `code`. "
        "How to use it, with examples: docs/api/README.md."
    ),
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url=None,  # its page loads scripts from another host
    auth=[ApiKey(), SignedIn()],  # an endpoint for everybody says `auth=None`
)


def mount_routers() -> None:
    for room in apps.get_app_configs():
        if isinstance(room, Room):
            for name in room.noun_modules("api"):
                api.add_router("", import_module(name).router)


def _problem(status: int, code: str, title: str, details: object = None) -> HttpResponse:
    body = {"type": f"urn:onegrid:refusal:{code}", "status": status, "code": code, "title": title}
    body["details"] = {} if details is None else details
    return JsonResponse(body, status=status, content_type="application/problem+json")


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(refusal)


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, failure: ValidationError) -> HttpResponse:
    wrong = [{"where": [str(part) for part in error["loc"]], "why": error["msg"]} for error in failure.errors]
    return _problem(422, "unreadable_input", _("Some of the input does not fit."), {"fields": wrong})


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, failure: AuthenticationError) -> HttpResponse:
    return _problem(401, "sign_in_needed", _("Please sign in first."))


@api.exception_handler(Throttled)
def too_often(request: HttpRequest, failure: Throttled) -> HttpResponse:
    response = _problem(429, "too_often", _("Too many requests; please wait a moment."))
    if failure.wait:
        response["Retry-After"] = str(int(failure.wait) + 1)
    return response


@api.exception_handler(HttpError)
def other_error(request: HttpRequest, failure: HttpError) -> HttpResponse:
    return _problem(failure.status_code, "http_error", str(failure))


mount_routers()

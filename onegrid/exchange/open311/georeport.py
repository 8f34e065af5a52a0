"""The addresses of GeoReport v2 under /open311/, each in JSON and XML, with an OpenAPI document of their own."""

from datetime import datetime, timedelta
from typing import Any, BinaryIO, Literal, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import register_converter
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import APIKeyQuery
from pydantic import ValidationError as Misfit

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.access import require_report
from onegrid.exchange.open311 import queries, rules
from onegrid.exchange.open311.actions import take_request
from onegrid.exchange.open311.forms import XML, Format, answer, errors, form_of
from onegrid.exchange.open311.shapes import (
    Definition,
    Discovery,
    NewRequest,
    PublicRequest,
    Service,
    Taken,
    Token,
    Trouble,
    request_body,
)
from onegrid.exchange.openplatform.actions import count_request
from onegrid.exchange.openplatform.models import ApiClient
from onegrid.exchange.openplatform.queries import client_of_key
from onegrid.kit.errors import NotFound, Refusal, Refused, Unreadable
from onegrid.kit.throttle import Limit, address_of, spend

register_converter(Format, "georeport")
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-25T00:00:00+08:00"  # when these addresses last changed their meaning
VISITORS = Limit("open311", 60, timedelta(minutes=1))  # requests without a key, from one network address
KEY_MAX = 80
Form = Literal["json", "xml"]
REFUSALS = dict.fromkeys((400, 404, 429), list[Trouble])
JURISDICTION = Query("", max_length=80, description="of this installation; see discovery")


class Key(APIKeyQuery):
    """`api_key` in the address or the form. One that does not open is refused, wherever it stands."""

    param_name = "api_key"

    def authenticate(self, request: HttpRequest, key: str | None) -> ApiClient:
        given = key or (request.POST.get("api_key") if request.method == "POST" else "") or ""
        client = client_of_key(given, timezone.now())
        if client is None:
            raise AuthenticationError()
        count_request(client=client, at=timezone.now())
        return client


class GeoReport(NinjaAPI):
    """Says in its document that every answer comes as XML too. The document is made once a process."""

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
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"].setdefault("4XX", _refusal())
                for response in operation["responses"].values():
                    if "content" in response:
                        response["content"][XML] = {"schema": {"type": "string"}}
        return schema


def _refusal() -> dict[str, Any]:
    shape = {"type": "array", "items": {"$ref": "#/components/schemas/Trouble"}}
    return {"description": "Refused, with the reason", "content": {"application/json": {"schema": shape}}}


georeport = GeoReport(
    title="OneGrid Open311 (GeoReport v2)",
    version="2.0.0",
    description="Matters of the street by the GeoReport v2 protocol. Nothing here says who reported what.",
    urls_namespace="open311",
    openapi_url="/openapi.json",
    docs_url=None,
)


def count_caller(request: HttpRequest) -> None:
    """An application by its own limit, everybody else by network address."""
    key, now = request.GET.get("api_key"), timezone.now()
    if not key:
        spend(VISITORS, who=address_of(request), at=now)
        return
    client = client_of_key(key, now)
    if client is None:
        spend(VISITORS, who=address_of(request), at=now)
        raise AuthenticationError()
    count_request(client=client, at=now)


def check_jurisdiction(given: str) -> None:
    if given and given != settings.OPEN311_JURISDICTION:
        raise NotFound("no_such_jurisdiction", _("This jurisdiction_id is not served here."))


@georeport.get(
    "/discovery.{georeport:fmt}", response={200: Discovery, 429: list[Trouble]}, tags=["discovery"]
)
def discovery(request: HttpRequest, fmt: Form):
    """Where the service is, and whom to ask for a key."""
    count_caller(request)
    home = settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")
    operator = _("The operator of this installation: %(address)s") % {"address": home}
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{home}/open311/v2",
        "changeset": CHANGESET,
        "type": "production",
        "formats": ["application/json", "text/xml"],
    }
    content = {
        "changeset": CHANGESET,
        "contact": settings.OPEN311_CONTACT or operator,
        "key_service": settings.OPEN311_CONTACT or operator,
        "endpoints": [endpoint],
    }
    return answer(fmt, "discovery", content)


@georeport.get("/v2/services.{georeport:fmt}", response={200: list[Service], **REFUSALS}, tags=["services"])
def services(request: HttpRequest, fmt: Form, jurisdiction_id: str = JURISDICTION):
    """What may be reported."""
    count_caller(request)
    check_jurisdiction(jurisdiction_id)
    return answer(fmt, "services", [_service(found) for found in queries.services(at=timezone.now())])


def _service(found: CaseClass) -> dict[str, Any]:
    return {
        "service_code": found.code,
        "service_name": found.plain,
        "description": str(found),
        "metadata": True,
        "type": "realtime",
        "keywords": ", ".join(dict.fromkeys([found.plain, str(found), str(found.major)])),
        "group": str(found.major),
    }


@georeport.get(
    "/v2/services/{service_code}.{georeport:fmt}", response={200: Definition, **REFUSALS}, tags=["services"]
)
def service_definition(
    request: HttpRequest, service_code: str, fmt: Form, jurisdiction_id: str = JURISDICTION
):
    """The attributes of a service: which of the conditions of its filing standard is met, if the reporter knows."""
    count_caller(request)
    check_jurisdiction(jurisdiction_id)
    found = queries.service(service_code, at=timezone.now())
    rows = queries.conditions(found)
    attribute = {
        "variable": True,
        "code": queries.CONDITION,
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": _("One of the list, if you know"),
        "order": 1,
        "description": _("Which of these fits?"),
        "values": [{"key": str(row.position), "name": row.condition} for row in rows],
    }
    content = {"service_code": found.code, "attributes": [attribute] if rows else []}
    return answer(fmt, "service_definition", content)


@georeport.post(
    "/v2/requests.{georeport:fmt}",
    response={201: list[Taken], 403: list[Trouble], 413: list[Trouble], **REFUSALS},
    auth=Key(),
    openapi_extra=request_body(),
    tags=["requests"],
)
def post_request(request: HttpRequest, fmt: Form, jurisdiction_id: str = JURISDICTION):
    """A report. A photo, film or sound as `media`, or the address of one as `media_url`, which is kept as words and
    not fetched.

    With an Idempotency-Key a repeated request gives the same number; the key is then its token too.
    """
    client: ApiClient = request.auth  # type: ignore[attr-defined]  # set by Key
    require_report(client)
    check_jurisdiction(jurisdiction_id or request.POST.get("jurisdiction_id", ""))
    key = _request_key(request)
    given = _read(request)
    service = queries.service(given.service_code, at=timezone.now())
    case = take_request(
        service=service,
        given=given.model_dump(),
        attributes=_attributes(request),
        media=[cast(BinaryIO, file) for name in ("media", "media[]") for file in request.FILES.getlist(name)],
        key=key,
        by=client,
        at=timezone.now(),
    )
    notice = _("The report was taken in; a person looks at it on site.")
    row = {"service_request_id": case.number, "service_notice": notice, "account_id": ""}
    return answer(fmt, "service_requests", [row], 201)


def _request_key(request: HttpRequest) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= KEY_MAX and key.isascii() and key.isprintable()):
        raise Unreadable("bad_idempotency_key", _("The Idempotency-Key cannot be read."))
    return key


def _read(request: HttpRequest) -> NewRequest:
    given = {name: value for name, value in request.POST.items() if str(value).strip()}
    if "service_code" not in given:
        raise Unreadable("service_code_missing", _("service_code was not given."))
    if any("\x00" in str(value) for value in given.values()):
        raise Unreadable("nul_character", _("The form holds a NUL character."))
    try:
        return NewRequest.model_validate(given)
    except Misfit as failure:
        raise ValidationError([{"loc": list(e["loc"]), "msg": e["msg"]} for e in failure.errors()]) from None


def _attributes(request: HttpRequest) -> dict[str, list[str]]:
    """`attribute[code]=value`, and `attribute[code][]=value` of lists with several."""
    found: dict[str, list[str]] = {}
    for name, values in request.POST.lists():
        if name.startswith("attribute[") and "]" in name:
            wanted = [str(value).strip() for value in values if str(value).strip()]
            if wanted:
                found.setdefault(name[len("attribute[") : name.index("]")], []).extend(wanted)
    return found


@georeport.get("/v2/tokens/{token}.{georeport:fmt}", response={200: list[Token], 403: list[Trouble], **REFUSALS},
               auth=Key(), tags=["requests"])  # fmt: skip
def request_of_token(request: HttpRequest, token: str, fmt: Form, jurisdiction_id: str = JURISDICTION):
    """The number of what this application sent under an Idempotency-Key: for whoever lost the answer."""
    check_jurisdiction(jurisdiction_id)
    number = queries.number_of_token(token, client=request.auth)  # type: ignore[attr-defined]  # set by Key
    return answer(fmt, "service_requests", [{"service_request_id": number, "token": token}])


@georeport.get("/v2/requests.{georeport:fmt}", response={200: list[PublicRequest], **REFUSALS}, tags=["requests"],
               exclude_unset=True)  # fmt: skip
def requests_(
    request: HttpRequest,
    fmt: Form,
    service_request_id: str = Query("", max_length=5_000, description="numbers, separated by commas"),
    service_code: str = Query("", max_length=2_000, description="codes, separated by commas"),
    status: str = Query("", max_length=40, description="open, closed, or both separated by a comma"),
    start_date: str = Query("", max_length=40, description="ISO 8601; at most 90 days before end_date"),
    end_date: str = Query("", max_length=40, description="ISO 8601"),
    extensions: bool = False,
    jurisdiction_id: str = JURISDICTION,
):
    """Newest first; without dates the last 90 days; at most 1,000 rows."""
    count_caller(request)
    check_jurisdiction(jurisdiction_id)
    found = queries.public_requests(_wanted(service_request_id, service_code, status, start_date, end_date))
    return answer(fmt, "service_requests", [queries.shown(case, extensions=extensions) for case in found])


@georeport.get(
    "/v2/requests/{service_request_id}.{georeport:fmt}",
    response={200: list[PublicRequest], **REFUSALS},
    tags=["requests"],
)
def one_request(
    request: HttpRequest,
    service_request_id: str,
    fmt: Form,
    extensions: bool = False,
    jurisdiction_id: str = JURISDICTION,
):
    """One request by its number."""
    count_caller(request)
    check_jurisdiction(jurisdiction_id)
    found = queries.public_request(service_request_id)
    return answer(fmt, "service_requests", [queries.shown(found, extensions=extensions)])


def _wanted(numbers: str, codes: str, statuses: str, start: str, end: str) -> queries.Wanted:
    wanted = sorted(set(rules.parts(statuses)))
    if set(wanted) - set(rules.STATUSES):
        raise Unreadable("bad_status", _("status is open, closed, or both."))
    listed = [number.upper() for number in rules.parts(numbers)]
    if len(listed) > rules.IDS_MOST:
        raise Unreadable("too_many_ids", _("At most %(most)s numbers at once.") % {"most": rules.IDS_MOST})
    try:
        since, until = rules.span(_moment("start_date", start), _moment("end_date", end), timezone.now())
    except rules.BadSpan as failure:
        words = {
            "span_too_long": _("A search spans at most %(days)s days.") % {"days": rules.SPAN.days},
            "dates_reversed": _("start_date is later than end_date."),
        }
        raise Unreadable(failure.code, words[failure.code]) from None
    except OverflowError:
        raise _bad_date("start_date") from None
    return queries.Wanted(listed, rules.parts(codes), wanted, since, until)


def _moment(name: str, given: str) -> datetime | None:
    """A "+" of an offset that nobody escaped comes as a space."""
    text = given.strip().replace(" ", "+")
    if not text:
        return None
    try:
        found = parse_datetime(text) or parse_datetime(f"{text}T00:00:00")
        if found is not None and timezone.is_naive(found):
            found = timezone.make_aware(found)
        if found is None or not 1900 < found.year < 9000:
            raise _bad_date(name)
    except (ValueError, OverflowError):
        raise _bad_date(name) from None
    return found


def _bad_date(name: str) -> Unreadable:
    return Unreadable("bad_date", _("%(name)s is no date of ISO 8601.") % {"name": name})


@georeport.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """GeoReport knows no 409: what the rules refuse is a request that does not fit."""
    status = 400 if isinstance(refusal, Refused) else refusal.status
    response = errors(form_of(request.path), status, f"{refusal.code}: {refusal.message}")
    if "retry_after" in refusal.details:
        response["Retry-After"] = str(refusal.details["retry_after"])
    return response


@georeport.exception_handler(ValidationError)
def unreadable(request: HttpRequest, failure: ValidationError) -> HttpResponse:
    wrong = [f"{error['loc'][-1]}: {error['msg']}" for error in failure.errors]
    return errors(form_of(request.path), 400, *wrong)


@georeport.exception_handler(AuthenticationError)
def unknown_key(request: HttpRequest, failure: AuthenticationError) -> HttpResponse:
    return errors(form_of(request.path), 403, _("api_key is missing or does not open."))


@georeport.exception_handler(HttpError)
def other_error(request: HttpRequest, failure: HttpError) -> HttpResponse:
    return errors(form_of(request.path), failure.status_code, str(failure))

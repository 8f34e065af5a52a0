"""POST /cases: a report by JSON, or as a form with photos."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import class_by_id
from onegrid.cases.flow.access import require_report
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.api.addresses import router
from onegrid.cases.flow.api.bodies import Body, RowId, Words, described, read_body
from onegrid.cases.flow.api.conditions import request_key
from onegrid.cases.flow.api.shapes import Problem
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.rules import ADDRESS_MAX, TEXT_MAX, State
from onegrid.kit.actors import Actor, viewer_of
from onegrid.kit.errors import NotFound, Refused

REFUSALS = dict.fromkeys((400, 401, 403, 409, 415, 422, 429), Problem)
EXAMPLE = {"text": "路面有个大坑", "lon": 118.0245, "lat": 37.3849, "address": "幸福路 12 号门前"}


class Report(Body):
    """`lon`, `lat`: CGCS2000 degrees; either both or an address in words. `channel`: for staff who enter what came to
    them; an application's channel is its own. `urgent`: for whom may declare an emergency. `secret`: who reported it
    stays with the centre."""

    text: Words = Field("", max_length=TEXT_MAX)
    class_id: RowId | None = None
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    address: Words = Field("", max_length=ADDRESS_MAX)
    contact_name: Words = Field("", max_length=40)
    contact_phone: Words = Field("", max_length=20)
    urgent: bool = False
    secret: bool = False
    channel: Literal["grid_worker", "hotline", "supervisor"] | None = None


class Receipt(Schema):
    """`follow_code` opens the public page of the case together with its number: give it to the reporter only."""

    number: str
    follow_code: str
    state: State
    opened_at: datetime
    due_at: datetime | None
    url: str


@router.post(
    "/cases",
    response={201: Receipt, **REFUSALS},
    url_name="open_case",
    openapi_extra=described(Report, example=EXAMPLE, photos=True),
)
def open_(request: HttpRequest, response: HttpResponse):
    """上报. With an Idempotency-Key a repeated request gives the same case; with other content 409."""
    by = viewer_of(request)
    require_report(by)
    key = request_key(request)
    given, photos = read_body(request, Report)
    values = given.model_dump(exclude={"class_id", "channel"})
    case = open_case(
        channel=_channel(by, given.channel),
        case_class=_class(given.class_id),
        photos=photos,
        idempotency_key=f"{by.actor_key}:{key}" if key else None,
        by=by,
        at=timezone.now(),
        **values,
    )
    shown = _receipt(case)
    response["Location"] = shown["url"]
    return Status(201, shown)


def _receipt(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "follow_code": case.follow_code,
        "state": case.state,
        "opened_at": timezone.localtime(case.opened_at),
        "due_at": timezone.localtime(case.due_at) if case.due_at else None,
        "url": reverse("api:one_case", args=[case.number]),
    }


def _class(class_id: int | None) -> CaseClass | None:
    if class_id is None:
        return None
    try:
        return class_by_id(class_id)
    except NotFound as failure:  # the address is there; it is what was sent that does not fit
        raise Refused(failure.code, failure.message, class_id=class_id) from None


def _channel(by: Actor, wanted: str | None) -> Channel:
    """An application brings its own channel; of staff the grid worker's is what is meant when nothing is said."""
    own = getattr(by, "channel", None)
    if own is None:
        return Channel(wanted or Channel.GRID_WORKER)
    if wanted is not None and wanted != own:
        raise Refused(
            "channel_not_yours", _("Reports of this application come by another channel."), channel=own
        )
    return Channel(own)

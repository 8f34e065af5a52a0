"""Lists of whistles, one whistle, the kinds that may be blown, who may be called, the photo on site, the code."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema

from onegrid.cases.flow.api.answers import json_answer
from onegrid.cases.flow.api.beside import tag_of, tagged
from onegrid.cases.flow.api.bodies import header
from onegrid.cases.flow.api.conditions import unchanged
from onegrid.cases.flow.api.shapes import Named, Problem, local, named
from onegrid.cases.whistle.access import BLOW, SEE, acts_for_street
from onegrid.cases.whistle.api.addresses import router
from onegrid.cases.whistle.api.shapes import KindOut, WhistleOut, WhistlePage, kind_shown, listed, whole
from onegrid.cases.whistle.codes import street_code
from onegrid.cases.whistle.kinds import active_kinds
from onegrid.cases.whistle.offering import call_verbs, street_verbs
from onegrid.cases.whistle.queries import (
    WhistleStory,
    blower_area,
    photo_of_call,
    units_to_call,
    whistle_story,
    whistles,
)
from onegrid.cases.whistle.refusals import no_such_whistle
from onegrid.cases.whistle.rules import CODE_LASTS, WhistleState
from onegrid.kit.actors import Actor, viewer_of
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.files import file_answer

MOST = 100


@router.get("/whistles", response={200: WhistlePage, 401: Problem, 403: Problem, 422: Problem})
def list_whistles(
    request: HttpRequest,
    which: Literal["open", "refused", "ended"] = Query(
        "open", description="refused: those whose refusal waits for the district"
    ),
    before: int | None = Query(None, ge=1, le=2**53, description="`next` of the page before"),
    limit: int = Query(20, ge=1, le=MOST),
):
    """A street its own, a department those that call it, the district all below; the newest first."""
    rows = whistles(viewer=viewer_of(request), which=which, before=before, limit=limit + 1)
    more = rows[limit - 1].pk if len(rows) > limit else None
    return json_answer({"items": [listed(one) for one in rows[:limit]], "next": more})


@router.get("/whistle-kinds", response={200: list[KindOut], 401: Problem, 403: Problem})
def list_whistle_kinds(request: HttpRequest):
    """What may be blown now, with the limits of each and whose they are."""
    if not viewer_of(request).scope(SEE).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)
    return [kind_shown(kind) for kind in active_kinds()]


@router.get(
    "/whistle-units/{int:area_id}",
    response={200: list[Named], 401: Problem, 403: Problem, 404: Problem},
    url_name="whistle_units",
)
def whistle_units(request: HttpRequest, area_id: int):
    """Whom a whistle about this area may call."""
    area = blower_area(area_id, viewer=viewer_of(request))
    return [named(unit) for unit in units_to_call(area.path, timezone.now())]


@router.get(
    "/whistles/{number}",
    response={200: WhistleOut, 304: None, 401: Problem, 403: Problem, 404: Problem},
    openapi_extra={"parameters": [header("If-None-Match", "ETags that the caller has already")]},
)
def one_whistle(request: HttpRequest, number: str):
    """Departments with their clocks, the joint record, ratings, timeline, and what the caller may do now. Its ETag
    goes into If-Match of the verbs."""
    viewer = viewer_of(request)
    answer = whistle_answer(whistle_story(number=number, viewer=viewer), viewer)
    return unchanged(request, answer["ETag"]) or answer


def whistle_answer(story: WhistleStory, viewer: Actor) -> HttpResponse:
    """As WhistleOut, with its ETag."""
    shown = whole(story)
    address = reverse("api:one_whistle", args=[story.whistle.number])
    shown["verbs"] = [_verb(verb, address) for verb in street_verbs(story, viewer)]
    for call, line in zip(story.calls, shown["calls"], strict=True):
        line["verbs"] = [
            _verb(verb, f"{address}/calls/{call.pk}") for verb in call_verbs(story, call, viewer)
        ]
    return tagged(shown, tag_of(story.whistle.version, shown))


def _verb(verb: str, address: str) -> dict[str, Any]:
    return {"verb": verb, "name": verb.replace("_", " "), "url": f"{address}/{verb}"}


@router.get("/whistles/{number}/calls/{int:call_id}/photo", url_name="whistle_photo")
def whistle_photo(request: HttpRequest, number: str, call_id: int) -> HttpResponseBase:
    """Taken when a department reported in."""
    found = photo_of_call(number=number, call_id=call_id, viewer=viewer_of(request))
    return file_answer(found, request)


class StreetCode(Schema):
    """What the street shows on site; a department reports in with it as `code` until then."""

    code: str
    until: datetime


@router.get(
    "/whistles/{number}/code",
    response={200: StreetCode, 401: Problem, 403: Problem, 404: Problem, 409: Problem},
    url_name="whistle_code",
)
def whistle_code(request: HttpRequest, number: str):
    """街道现场码, for whoever stands there for the street."""
    viewer, now = viewer_of(request), timezone.now()
    if not viewer.scope(BLOW).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=BLOW)
    whistle = whistle_story(number=number, viewer=viewer).whistle
    if not acts_for_street(viewer, BLOW, whistle):
        raise no_such_whistle()
    if whistle.state != WhistleState.RUNNING:
        raise Refused("whistle_is_over", _("This whistle has ended; nothing more can be done with it."))
    return {"code": street_code(whistle, now), "until": local(now + CODE_LASTS)}

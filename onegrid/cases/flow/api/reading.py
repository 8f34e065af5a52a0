"""Lists of cases, one case, its photos."""

from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from onegrid.cases.flow.api.addresses import router
from onegrid.cases.flow.api.answers import case_answer, json_answer
from onegrid.cases.flow.api.bodies import header
from onegrid.cases.flow.api.conditions import unchanged
from onegrid.cases.flow.api.shapes import CaseOut, CasePage, Problem, row
from onegrid.cases.flow.api.words import require_words_for, rows_read_by
from onegrid.cases.flow.models import Channel
from onegrid.cases.flow.queries import case_story, photo_of_case
from onegrid.cases.flow.queries.filters import TEXT_MAX, Clock, Filters, Sort, Whose
from onegrid.cases.flow.queries.lists import case_page
from onegrid.cases.flow.rules import Level, State
from onegrid.kit.actors import viewer_of
from onegrid.kit.files import file_answer

MOST = 100
KEY = r"^(\d{1,18}|\d{1,18}_\d{1,18})?$"
LONGEST_ID = 18  # digits


class Asked(Schema):
    """The same filters as the desk's list; each narrows what the others leave."""

    state: State | None = None
    open: bool = Field(False, description="only cases that have not ended")
    whose: Whose | None = Field(
        None, description="with me, with my units, or where my units are asked to help"
    )
    holder: int | None = Field(None, ge=0, le=2**53, description="id of the organisation that has it now")
    area: int | None = Field(None, ge=0, le=2**53, description="id of a division, community or grid")
    clock: Clock | None = Field(None, description="where the running stage's clock stands; only open cases")
    channel: Channel | None = None
    major: int | None = Field(None, ge=0, le=2**53, description="id of a major class")
    matter: int | None = Field(None, ge=0, le=2**53, description="id of a class")
    level: Level | None = None
    urgent: bool = Field(False, description="only emergencies")
    since: date | None = Field(None, description="reported on this day or later")
    until: date | None = Field(None, description="reported on this day or earlier")
    q: str = Field("", max_length=TEXT_MAX, description="the number, or a piece of number, report or address")
    sort: Sort = Field(Sort.NEWEST, description="newest first, or open cases by due time")

    def filters(self) -> Filters:
        said = self.model_dump() | {"q": self.q.replace("\x00", "").strip()}
        return Filters(**{name: said[name] for name in Asked.model_fields})


@router.get("/cases", response={200: CasePage, 401: Problem, 403: Problem, 422: Problem})
def list_cases(
    request: HttpRequest,
    asked: Query[Asked],
    after: str = Query("", pattern=KEY, description="`next` of the page before"),
    before: str = Query("", pattern=KEY, description="`previous` of the page after"),
    limit: int = Query(20, ge=1, le=MOST),
):
    """Cases in the caller's scope, in pages by key."""
    viewer, filters = viewer_of(request), asked.filters()
    require_words_for(viewer, filters)
    found = case_page(
        viewer=viewer, filters=filters, at=timezone.now(), after=after, before=before, size=limit
    )
    items = rows_read_by(viewer, [row(case) for case in found.cases], found.cases)
    return json_answer({"items": items, "next": found.later, "previous": found.earlier})


@router.get(
    "/cases/{number}",
    response={200: CaseOut, 304: None, 401: Problem, 403: Problem, 404: Problem},
    openapi_extra={"parameters": [header("If-None-Match", "ETags that the caller has already")]},
)
def one_case(request: HttpRequest, number: str):
    """Timeline, clocks, evidence, and what the caller may do now. Answers 304 to If-None-Match; its ETag goes into
    If-Match of the verbs."""
    viewer = viewer_of(request)
    answer = case_answer(case_story(number=number, viewer=viewer), viewer=viewer)
    answer["Cache-Control"] = "private, no-cache"
    return unchanged(request, answer["ETag"]) or answer


@router.get("/cases/{number}/photos/{int:evidence_id}", url_name="case_photo")
def case_photo(request: HttpRequest, number: str, evidence_id: int) -> HttpResponseBase:
    """The picture, film or sound itself; in ranges, so that a player may seek."""
    found = photo_of_case(number=number, evidence_id=evidence_id, viewer=viewer_of(request))
    return file_answer(found, request)

"""Lists of cases, one case, its photos."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query

from onegrid.cases.flow.api.addresses import router
from onegrid.cases.flow.api.bodies import header
from onegrid.cases.flow.api.conditions import tag_of, unchanged
from onegrid.cases.flow.api.shapes import CaseOut, CasePage, Problem, row, whole
from onegrid.cases.flow.api.table import offered
from onegrid.cases.flow.queries import case_story, photo_of_case, work_list
from onegrid.cases.flow.rules import State
from onegrid.kit.actors import Actor, viewer_of
from onegrid.kit.files import file_answer

MOST = 100
LONGEST_ID = 18  # digits


def story_shown(number: str, viewer: Actor) -> tuple[dict, str]:
    """One case as JSON, with its ETag."""
    story = case_story(number=number, viewer=viewer)
    shown = whole(story) | {"verbs": offered(story)}
    return shown, tag_of(story.case, shown)


@router.get("/cases", response={200: CasePage, 401: Problem, 403: Problem, 422: Problem})
def list_cases(
    request: HttpRequest,
    state: State | None = None,
    q: str = Query("", max_length=100, description="a piece of number, report or address"),
    after: str = Query("", pattern=r"^\d{0,18}$", description="`next` of the page before"),
    limit: int = Query(20, ge=1, le=MOST),
):
    """Cases in the caller's scope, newest first; the same filters as the queue page."""
    found = work_list(
        viewer=viewer_of(request), state=state, text=q, after=int(after) if after else None, size=limit
    )
    return {"items": [row(case) for case in found.cases], "next": str(found.after) if found.after else None}


@router.get(
    "/cases/{number}",
    response={200: CaseOut, 304: None, 401: Problem, 403: Problem, 404: Problem},
    openapi_extra={"parameters": [header("If-None-Match", "ETags that the caller has already")]},
)
def one_case(request: HttpRequest, response: HttpResponse, number: str):
    """Timeline, clocks, evidence, and what the caller may do now. Answers 304 to If-None-Match; its ETag goes into
    If-Match of the verbs."""
    shown, tag = story_shown(number, viewer_of(request))
    same = unchanged(request, tag)
    if same is not None:
        return same
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return shown


@router.get("/cases/{number}/photos/{int:evidence_id}", url_name="case_photo")
def case_photo(request: HttpRequest, number: str, evidence_id: int) -> HttpResponseBase:
    """The picture itself."""
    found = photo_of_case(number=number, evidence_id=evidence_id, viewer=viewer_of(request))
    return file_answer(found, request)
